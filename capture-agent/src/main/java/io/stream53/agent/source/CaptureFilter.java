package io.stream53.agent.source;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The kernel's filter for a live capture, as text in libpcap's language (pcap-filter(7)). */
final class CaptureFilter {
    private static final int LINKTYPE_ETHERNET = 1;

    private CaptureFilter() {}

    /**
     * Frames to or from the ports, and the later fragments of IPv4 and all of IPv6, which have no
     * ports; on Ethernet also behind one or two VLAN tags.
     *
     * <p>{@code vlan} moves the offsets of everything to its right, and so each use stands inside
     * the one before. libpcap knows the keyword for Ethernet only.
     *
     * @param ports at least one
     * @param linkType as pcap_datalink(3) gives it
     */
    static String text(Set<Integer> ports, int linkType) {
        String untagged =
                new TreeSet<>(ports)
                                .stream()
                                        .map(port -> "port " + port)
                                        .collect(Collectors.joining(" or "))
                        + " or ip[6:2] & 0x1fff != 0 or ip6 proto 44";
        return linkType == LINKTYPE_ETHERNET
                ? "%1$s or (vlan and (%1$s or (vlan and (%1$s))))".formatted(untagged)
                : untagged;
    }
}
