package io.stream53.agent.packet;

/**
 * Link headers: from a frame to the IP packet in it. The result of {@link #networkOffset} is where
 * the IP header begins, or one of the negative constants.
 */
final class LinkLayer {
    /** The frame holds something else than IP. */
    static final int NOT_IP = -1;

    /** The capture ends within the link header. */
    static final int CUT = -2;

    /** No decoder for this link type. */
    static final int UNSUPPORTED = -3;

    private static final int ETHERNET = 1;
    private static final int LINUX_COOKED = 113;
    private static final int LINUX_COOKED_2 = 276;
    private static final int NULL = 0;
    private static final int LOOP = 108;
    private static final int RAW_OF_BSD = 12;
    private static final int RAW_OF_OPENBSD = 14;
    private static final int RAW = 101;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;

    private LinkLayer() {}

    /**
     * Finds the IP header.
     *
     * @param from where the frame begins
     * @param end where the captured bytes end
     */
    static int networkOffset(byte[] bytes, int from, int end, int linkType) {
        return switch (linkType) {
            case ETHERNET -> typed(bytes, from + 12, end);
            case LINUX_COOKED -> typed(bytes, from + 14, end);
            case LINUX_COOKED_2 -> linuxCooked2(bytes, from, end);
            case RAW, RAW_OF_BSD, RAW_OF_OPENBSD, IPV4, IPV6 -> from;
            case NULL, LOOP -> family(bytes, from, end);
            default -> UNSUPPORTED;
        };
    }

    /** A type field, behind which come VLAN tags, if any, and then the packet. */
    private static int typed(byte[] bytes, int typeOffset, int end) {
        int at = typeOffset;
        while (at + 2 <= end) {
            int type = Bytes.u16(bytes, at);
            if (isIp(type)) {
                return at + 2;
            }
            if (!isTag(type)) {
                return NOT_IP;
            }
            at += 4;
        }
        return CUT;
    }

    /** LINKTYPE_LINUX_SLL2: the type comes first in a header of 20 bytes. */
    private static int linuxCooked2(byte[] bytes, int from, int end) {
        if (from + 20 > end) {
            return CUT;
        }
        int type = Bytes.u16(bytes, from);
        if (isTag(type)) {
            return typed(bytes, from + 22, end);
        }
        return isIp(type) ? from + 20 : NOT_IP;
    }

    /** 802.1Q, 802.1ad and the older type of stacked tags. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }

    private static boolean isIp(int type) {
        return type == TYPE_IPV4 || type == TYPE_IPV6;
    }

    /**
     * LINKTYPE_NULL and LINKTYPE_LOOP: an address family in the byte order of the machine that
     * captured, whichever that was; AF_INET6 differs between systems.
     */
    private static int family(byte[] bytes, int from, int end) {
        if (from + 4 > end) {
            return CUT;
        }
        int family = Bytes.u16(bytes, from) << 16 | Bytes.u16(bytes, from + 2);
        if ((family & 0xffff) == 0) {
            family = Integer.reverseBytes(family);
        }
        return switch (family) {
            case 2, 10, 24, 28, 30 -> from + 4;
            default -> NOT_IP;
        };
    }
}
