package io.stream53.agent.source;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.stream.Collectors;

/** Why a live capture cannot start, in sentences that say what to do. */
final class LiveErrors {
    private LiveErrors() {}

    static IOException noLibpcap() {
        return new IOException(
                "libpcap is missing: install it (Debian: apt install libpcap0.8, Fedora: dnf install"
                        + " libpcap), or read a capture file with --pcap");
    }

    /** The sentence for an error of pcap_activate(3PCAP). */
    static IOException activation(String device, int code, String detail) {
        return switch (code) {
            case Libpcap.NO_SUCH_DEVICE ->
                    new IOException(
                            "there is no interface %s; this host has: %s"
                                    .formatted(device, interfaces()));
            case Libpcap.PERM_DENIED, Libpcap.PROMISC_PERM_DENIED ->
                    new IOException(
                            ("no permission to capture on %s: run as root, or give the agent"
                                            + " CAP_NET_RAW, with setpriv --inh-caps=+net_raw"
                                            + " --ambient-caps=+net_raw, or with"
                                            + " AmbientCapabilities=CAP_NET_RAW in its systemd unit")
                                    .formatted(device));
            case Libpcap.IFACE_NOT_UP ->
                    new IOException(
                            "the interface %1$s is down: ip link set %1$s up".formatted(device));
            default -> new IOException("cannot capture on %s: %s".formatted(device, detail));
        };
    }

    static IOException ended(String device, String detail) {
        return new IOException("the capture on %s ended: %s".formatted(device, detail));
    }

    private static String interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .map(NetworkInterface::getName)
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (SocketException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }
}
