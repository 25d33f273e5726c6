package io.stream53.agent.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The kernel's filter for a live capture, as text in libpcap's language (pcap-filter(7)). */
final class CaptureFilter {
    private static final int LINKTYPE_ETHERNET = 1;

    /** Extension headers of IPv6, fragments among them, as the decoder steps over them. */
    private static final List<Integer> IPV6_HEADERS = List.of(0, 43, 44, 51, 60, 135, 139, 140);

    /** IPv4, IPv6, GRE and MPLS in IP. */
    private static final List<Integer> TUNNEL_PROTOCOLS = List.of(4, 41, 47, 137);

    /** VXLAN and Geneve. */
    private static final List<Integer> TUNNEL_PORTS = List.of(4789, 6081);

    /** MPLS, twice, and PPPoE. */
    private static final List<String> TUNNEL_TYPES = List.of("0x8847", "0x8848", "0x8864");

    private CaptureFilter() {}

    /**
     * Frames to or from the ports, all fragments, and IPv6 packets with a header before UDP or TCP,
     * behind which the filter cannot look further than to leave out ICMP (hosts report their
     * multicast groups so); on Ethernet also behind one or two VLAN tags.
     *
     * <p>All fragments means those of other traffic too: the first of them has the ports, which
     * tell the decoder what the later ones belong to.
     *
     * <p>{@code vlan} moves the offsets of everything to its right, and so each use stands inside
     * the one before. libpcap knows the keyword for Ethernet only.
     *
     * @param ports at least one
     * @param tunnels let tunnels through as well, all of them: what is inside is not looked at
     * @param linkType as pcap_datalink(3) gives it
     */
    static String text(Set<Integer> ports, boolean tunnels, int linkType) {
        String untagged = untagged(ports, tunnels, linkType);
        return linkType == LINKTYPE_ETHERNET
                ? "%1$s or (vlan and (%1$s or (vlan and (%1$s))))".formatted(untagged)
                : untagged;
    }

    private static String untagged(Set<Integer> ports, boolean tunnels, int linkType) {
        List<String> tests = new ArrayList<>();
        new TreeSet<>(ports).forEach(port -> tests.add("port " + port));
        tests.add("ip[6:2] & 0x3fff != 0");
        tests.add(
                IPV6_HEADERS.stream()
                        .map(header -> "ip6[6] = " + header)
                        .collect(Collectors.joining(" or ", "((", ") and ip6[40] != 58)")));
        if (tunnels) {
            TUNNEL_PROTOCOLS.forEach(protocol -> tests.add("ip proto " + protocol));
            TUNNEL_PROTOCOLS.forEach(protocol -> tests.add("ip6 proto " + protocol));
            TUNNEL_PORTS.forEach(port -> tests.add("udp dst port " + port));
        }
        if (tunnels && linkType == LINKTYPE_ETHERNET) {
            TUNNEL_TYPES.forEach(type -> tests.add("ether proto " + type));
        }
        return String.join(" or ", tests);
    }
}
