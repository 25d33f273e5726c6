package io.stream53.agent.packet;

/**
 * Link headers: from a frame to the IP packet in it, through VLAN tags, LLC and, where tunnels are
 * looked into, MPLS and PPPoE. A result is where the IP header begins, or one of the negative
 * constants. Reads no byte behind the captured ones; for one thread.
 */
final class LinkLayer {
    /** The frame holds something else than IP. */
    static final int NOT_IP = -1;

    /** The capture ends within the link header. */
    static final int CUT = -2;

    /** No decoder for this link type. */
    static final int UNSUPPORTED = -3;

    /** How many link headers may follow each other, VLAN tags not counted. */
    private static final int MAX_LAYERS = 8;

    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int PPP = 9;
    private static final int RAW_OF_BSD = 12;
    private static final int RAW_OF_OPENBSD = 14;
    private static final int PPP_HDLC = 50;
    private static final int PPP_ETHER = 51;
    private static final int RAW = 101;
    private static final int C_HDLC = 104;
    private static final int LOOP = 108;
    private static final int LINUX_COOKED = 113;
    private static final int USER_2 = 149;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int PKTAP = 258;
    private static final int LINUX_COOKED_2 = 276;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int TYPE_MPLS = 0x8847;
    private static final int TYPE_MPLS_UPSTREAM = 0x8848;
    private static final int TYPE_PPPOE_SESSION = 0x8864;
    private static final int TYPE_ETHERNET = 0x6558;
    private static final int TYPE_PPP = 0x880b;

    /** Not a type but a length, behind which LLC comes. */
    private static final int MAX_LENGTH = 1500;

    private static final int MIN_PKTAP_BYTES = 108;

    private final boolean tunnels;
    private int layers;

    /** Link layers of which MPLS and PPPoE are looked into or not. */
    LinkLayer(boolean tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * Finds the IP header.
     *
     * @param from where the frame begins
     * @param end where the captured bytes end
     */
    int networkOffset(byte[] bytes, int from, int end, int linkType) {
        layers = 0;
        return link(bytes, from, end, linkType);
    }

    /**
     * Finds the IP header in what a tunnel carries.
     *
     * @param type EtherType of what begins at {@code from}; 0x6558 for a whole Ethernet frame
     */
    int tunnelled(byte[] bytes, int from, int end, int type) {
        layers = 0;
        return payload(bytes, from, end, type);
    }

    private int link(byte[] bytes, int from, int end, int linkType) {
        return switch (linkType) {
            case ETHERNET -> typed(bytes, from + 12, end);
            case LINUX_COOKED -> typed(bytes, from + 14, end);
            case LINUX_COOKED_2 -> linuxCooked2(bytes, from, end);
            case RAW, RAW_OF_BSD, RAW_OF_OPENBSD, IPV4, IPV6 -> from;
            case NULL, LOOP -> family(bytes, from, end);
            case PPP, PPP_HDLC -> serial(bytes, from, end);
            case PPP_ETHER -> pppoe(bytes, from, end);
            case C_HDLC -> typed(bytes, from + 2, end);
            case PKTAP, USER_2 -> pktap(bytes, from, end);
            default -> UNSUPPORTED;
        };
    }

    private boolean isTooDeep() {
        return ++layers > MAX_LAYERS;
    }

    /** A type field, behind which come VLAN tags, if any, and then the packet. */
    private int typed(byte[] bytes, int typeOffset, int end) {
        int at = typeOffset;
        while (at + 2 <= end) {
            int type = Bytes.u16(bytes, at);
            if (isIp(type)) {
                return at + 2;
            }
            if (!isTag(type)) {
                return payload(bytes, at + 2, end, type);
            }
            at += 4;
        }
        return CUT;
    }

    private int payload(byte[] bytes, int at, int end, int type) {
        if (isIp(type)) {
            return at;
        }
        if (isTooDeep()) {
            return NOT_IP;
        }
        if (isTag(type)) {
            return typed(bytes, at + 2, end);
        }
        if (type <= MAX_LENGTH) {
            return llc(bytes, at, end);
        }
        return tunnels ? carrier(bytes, at, end, type) : NOT_IP;
    }

    private int carrier(byte[] bytes, int at, int end, int type) {
        return switch (type) {
            case TYPE_MPLS, TYPE_MPLS_UPSTREAM -> mpls(bytes, at, end);
            case TYPE_PPPOE_SESSION -> pppoe(bytes, at, end);
            case TYPE_ETHERNET -> typed(bytes, at + 12, end);
            case TYPE_PPP -> serial(bytes, at, end);
            default -> NOT_IP;
        };
    }

    /** IEEE 802.2 with SNAP (RFC 1042): AA AA 03, an organization of zeros, a type. */
    private int llc(byte[] bytes, int at, int end) {
        if (at + 8 > end) {
            return at + 2 <= end && Bytes.u16(bytes, at) == 0xaaaa ? CUT : NOT_IP;
        }
        boolean snap =
                Bytes.u16(bytes, at) == 0xaaaa
                        && Bytes.u16(bytes, at + 2) == 0x0300
                        && Bytes.u16(bytes, at + 4) == 0;
        return snap ? typed(bytes, at + 6, end) : NOT_IP;
    }

    /**
     * RFC 3032: labels of 4 bytes up to the one with the bottom bit. What follows is not named: the
     * first four bits tell IPv4 and IPv6 (RFC 4928), or it is Ethernet, perhaps behind a control
     * word whose first bits are zero (RFC 4448 section 4.6).
     */
    private int mpls(byte[] bytes, int from, int end) {
        int at = from;
        boolean bottom = false;
        while (!bottom) {
            if (at + 4 > end) {
                return CUT;
            }
            bottom = (bytes[at + 2] & 1) != 0;
            at += 4;
        }
        if (at >= end) {
            return CUT;
        }
        return unnamed(bytes, at, end);
    }

    private int unnamed(byte[] bytes, int at, int end) {
        int first = Bytes.u8(bytes, at);
        int version = first >>> 4;
        if (version == 0 && isEthernet(bytes, at + 4, end)) {
            return typed(bytes, at + 4 + 12, end);
        }
        // hardware addresses that begin with 4 or 6 are common, though hardly with 45
        if (first != 0x45 && isEthernet(bytes, at, end)) {
            return typed(bytes, at + 12, end);
        }
        return version == 4 || version == 6 ? at : NOT_IP;
    }

    /** As far as can be guessed: a type that is known, and a packet of that type behind it. */
    private static boolean isEthernet(byte[] bytes, int at, int end) {
        if (at + 15 > end) {
            return false;
        }
        int type = Bytes.u16(bytes, at + 12);
        int version = Bytes.u8(bytes, at + 14) >>> 4;
        return (type == TYPE_IPV4 && version == 4)
                || (type == TYPE_IPV6 && version == 6)
                || isTag(type);
    }

    /** RFC 2516 section 4: 6 bytes (version and type, code 0, session, length), then PPP. */
    private int pppoe(byte[] bytes, int at, int end) {
        if (at + 6 > end) {
            return CUT;
        }
        boolean session = Bytes.u16(bytes, at) == 0x1100;
        return session ? ppp(bytes, at + 6, end) : NOT_IP;
    }

    /**
     * PPP on a line: with address and control (RFC 1662 section 3.1), without, or Cisco's HDLC,
     * which has EtherTypes.
     */
    private int serial(byte[] bytes, int at, int end) {
        if (at + 2 > end) {
            return CUT;
        }
        return switch (Bytes.u16(bytes, at)) {
            case 0xff03 -> ppp(bytes, at + 2, end);
            case 0x0f00, 0x8f00 -> typed(bytes, at + 2, end);
            default -> ppp(bytes, at, end);
        };
    }

    /** RFC 1661 section 2: a protocol of two bytes, or of one byte, which is odd. */
    private int ppp(byte[] bytes, int at, int end) {
        if (at + 2 > end) {
            return CUT;
        }
        boolean compressed = (bytes[at] & 1) != 0;
        int protocol = compressed ? Bytes.u8(bytes, at) : Bytes.u16(bytes, at);
        int payload = at + (compressed ? 1 : 2);
        return switch (protocol) {
            case 0x0021, 0x0057 -> payload;
            case 0x0281, 0x0283 -> tunnels ? mpls(bytes, payload, end) : NOT_IP;
            default -> NOT_IP;
        };
    }

    /**
     * Apple's packet tap, which tcpdump and Wireshark find under LINKTYPE_USER2 too: its length
     * and, 8 bytes on, the link type of what follows it, in the order of the machine that captured.
     */
    private int pktap(byte[] bytes, int from, int end) {
        if (from + MIN_PKTAP_BYTES > end) {
            return CUT;
        }
        int length = machineOrder(bytes, from);
        if (length < MIN_PKTAP_BYTES || length > MAX_LENGTH) {
            return UNSUPPORTED;
        }
        if (isTooDeep()) {
            return NOT_IP;
        }
        int next = from + length;
        return next > end ? CUT : link(bytes, next, end, machineOrder(bytes, from + 8));
    }

    /** LINKTYPE_LINUX_SLL2: the type comes first in a header of 20 bytes. */
    private int linuxCooked2(byte[] bytes, int from, int end) {
        if (from + 20 > end) {
            return CUT;
        }
        return payload(bytes, from + 20, end, Bytes.u16(bytes, from));
    }

    /** 802.1Q, 802.1ad and the older type of stacked tags. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }

    private static boolean isIp(int type) {
        return type == TYPE_IPV4 || type == TYPE_IPV6;
    }

    /** LINKTYPE_NULL and LINKTYPE_LOOP: an address family; AF_INET6 differs between systems. */
    private static int family(byte[] bytes, int from, int end) {
        if (from + 4 > end) {
            return CUT;
        }
        return switch (machineOrder(bytes, from)) {
            case 2, 10, 24, 28, 30 -> from + 4;
            default -> NOT_IP;
        };
    }

    /** A small number in the byte order of the machine that captured, whichever that was. */
    private static int machineOrder(byte[] bytes, int at) {
        int number = Bytes.u16(bytes, at) << 16 | Bytes.u16(bytes, at + 2);
        return (number & 0xffff) == 0 ? Integer.reverseBytes(number) : number;
    }
}
