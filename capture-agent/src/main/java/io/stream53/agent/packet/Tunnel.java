package io.stream53.agent.packet;

/**
 * Tunnels in IP, as a mirror port delivers them: from the packet that carries to the IP packet that
 * is carried. The result is where that begins, or a constant of {@link LinkLayer}. Reads no byte
 * behind the captured ones.
 */
final class Tunnel {
    private static final int IPV4 = 4;
    private static final int IPV6 = 41;
    private static final int GRE = 47;
    private static final int MPLS = 137;

    /** RFC 7348. */
    private static final int VXLAN_PORT = 4789;

    /** RFC 8926. */
    private static final int GENEVE_PORT = 6081;

    private static final int TYPE_MPLS = 0x8847;
    private static final int TYPE_ETHERNET = 0x6558;
    private static final int TYPE_ERSPAN = 0x88be;
    private static final int TYPE_ERSPAN_3 = 0x22eb;

    private final LinkLayer link;

    Tunnel(LinkLayer link) {
        this.link = link;
    }

    /** Whether packets of this protocol, other than UDP, are tunnels. */
    static boolean isProtocol(int protocol) {
        return protocol == GRE || protocol == IPV4 || protocol == IPV6 || protocol == MPLS;
    }

    /** Whether datagrams to this port are tunnels. */
    static boolean isPort(int destination) {
        return destination == VXLAN_PORT || destination == GENEVE_PORT;
    }

    /**
     * What an IP packet carries.
     *
     * @param protocol one of those above
     * @param at where its payload begins
     */
    int inProtocol(int protocol, byte[] bytes, int at, int end) {
        return switch (protocol) {
            case IPV4, IPV6 -> at;
            case MPLS -> link.tunnelled(bytes, at, end, TYPE_MPLS);
            default -> gre(bytes, at, end);
        };
    }

    /**
     * What a datagram carries.
     *
     * @param destination one of the ports above
     * @param at where its payload begins
     */
    int inPort(int destination, byte[] bytes, int at, int end) {
        return destination == VXLAN_PORT ? vxlan(bytes, at, end) : geneve(bytes, at, end);
    }

    /**
     * RFC 2784 and 2890: checksum, key and sequence number are there as the flags say. Version 0
     * without source routes (RFC 1701).
     */
    private int gre(byte[] bytes, int at, int end) {
        if (at + 4 > end) {
            return LinkLayer.CUT;
        }
        int flags = Bytes.u16(bytes, at);
        if ((flags & 0x4007) != 0) {
            return LinkLayer.NOT_IP;
        }
        boolean sequence = (flags & 0x1000) != 0;
        int fields = (flags >>> 15) + (flags >>> 13 & 1) + (flags >>> 12 & 1);
        int payload = at + 4 + 4 * fields;
        int type = Bytes.u16(bytes, at + 2);
        return switch (type) {
            // draft-foschiano-erspan: type I has no header and no sequence number, type II both
            case TYPE_ERSPAN -> ethernet(bytes, payload + (sequence ? 8 : 0), end);
            case TYPE_ERSPAN_3 -> erspan3(bytes, payload, end);
            default -> link.tunnelled(bytes, payload, end, type);
        };
    }

    /** 12 bytes, and 8 more when the last bit says so; frame type 2 is IP, 0 Ethernet. */
    private int erspan3(byte[] bytes, int at, int end) {
        if (at + 12 > end) {
            return LinkLayer.CUT;
        }
        int payload = at + 12 + (bytes[at + 11] & 1) * 8;
        return switch (Bytes.u8(bytes, at + 10) >>> 2 & 0x1f) {
            case 0 -> ethernet(bytes, payload, end);
            case 2 -> payload;
            default -> LinkLayer.NOT_IP;
        };
    }

    /** RFC 7348 section 5: 8 bytes whose flag says that they name a network, then Ethernet. */
    private int vxlan(byte[] bytes, int at, int end) {
        if (at + 8 > end) {
            return LinkLayer.CUT;
        }
        boolean valid = (bytes[at] & 0x08) != 0;
        return valid ? ethernet(bytes, at + 8, end) : LinkLayer.NOT_IP;
    }

    /** RFC 8926 section 3.4: version 0, options in units of 4 bytes, a type. */
    private int geneve(byte[] bytes, int at, int end) {
        if (at + 8 > end) {
            return LinkLayer.CUT;
        }
        int first = Bytes.u8(bytes, at);
        boolean control = (bytes[at + 1] & 0x80) != 0;
        if (first >>> 6 != 0 || control) {
            return LinkLayer.NOT_IP;
        }
        int payload = at + 8 + 4 * (first & 0x3f);
        return link.tunnelled(bytes, payload, end, Bytes.u16(bytes, at + 2));
    }

    private int ethernet(byte[] bytes, int at, int end) {
        return link.tunnelled(bytes, at, end, TYPE_ETHERNET);
    }
}
