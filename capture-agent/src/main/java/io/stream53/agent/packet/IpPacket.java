package io.stream53.agent.packet;

/**
 * The IP header of a frame, IPv4 (RFC 791) or IPv6 with extension headers (RFC 8200): a reused
 * object whose fields hold what {@link #parse} found. Offsets are absolute in the frame's array.
 */
final class IpPacket {
    /** What became of a header. */
    enum Verdict {
        /** A whole packet: its payload begins at {@link IpPacket#payload}. */
        WHOLE,
        /** A fragment; its protocol and, in the first one, the payload's beginning are known. */
        FRAGMENT,
        /** The capture ends within the headers. */
        CUT,
        /** The header contradicts itself. */
        MALFORMED
    }

    static final int TCP = 6;
    static final int UDP = 17;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT_HEADER = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    private static final int HOST_IDENTITY = 139;
    private static final int SHIM6 = 140;

    /** 4 or 16. */
    int addressBytes;

    int source;
    int destination;

    /** TTL or hop limit. */
    int ttl;

    /** Protocol of the payload, behind all extension headers. */
    int protocol;

    /** Where the payload begins. */
    int payload;

    /** Where the packet ends on the wire, without Ethernet's padding. */
    int wireEnd;

    /** Bytes of the original packet before a fragment's payload; 0 in the first and in wholes. */
    int fragmentOffset;

    /**
     * Reads the header.
     *
     * @param at where it begins
     * @param end where the captured bytes end
     * @param frameEnd where the frame ended on the wire
     */
    Verdict parse(byte[] bytes, int at, int end, int frameEnd) {
        fragmentOffset = 0;
        if (at >= end) {
            return Verdict.CUT;
        }
        return switch (Bytes.u8(bytes, at) >>> 4) {
            case 4 -> parse4(bytes, at, end, frameEnd);
            case 6 -> parse6(bytes, at, end, frameEnd);
            default -> Verdict.MALFORMED;
        };
    }

    private Verdict parse4(byte[] bytes, int at, int end, int frameEnd) {
        if (at + 20 > end) {
            return Verdict.CUT;
        }
        int headerBytes = (bytes[at] & 0xf) * 4;
        int totalBytes = Bytes.u16(bytes, at + 2);
        addressBytes = 4;
        source = at + 12;
        destination = at + 16;
        ttl = Bytes.u8(bytes, at + 8);
        protocol = Bytes.u8(bytes, at + 9);
        payload = at + headerBytes;
        // 0: the network card was to cut the packet up, and the capture came before that
        wireEnd = totalBytes == 0 ? frameEnd : at + totalBytes;
        if (headerBytes < 20 || wireEnd < payload) {
            return Verdict.MALFORMED;
        }
        int fragment = Bytes.u16(bytes, at + 6);
        fragmentOffset = (fragment & 0x1fff) * 8;
        // RFC 791 section 3.1: more fragments, or not the first
        return (fragment & 0x3fff) == 0 ? Verdict.WHOLE : Verdict.FRAGMENT;
    }

    private Verdict parse6(byte[] bytes, int at, int end, int frameEnd) {
        if (at + 40 > end) {
            return Verdict.CUT;
        }
        int payloadBytes = Bytes.u16(bytes, at + 4);
        addressBytes = 16;
        source = at + 8;
        destination = at + 24;
        ttl = Bytes.u8(bytes, at + 7);
        protocol = Bytes.u8(bytes, at + 6);
        payload = at + 40;
        // 0: a jumbogram (RFC 2675), or cut up later by the network card
        wireEnd = payloadBytes == 0 ? frameEnd : payload + payloadBytes;
        return isExtension(protocol) ? extensions(bytes, end) : Verdict.WHOLE;
    }

    /** RFC 8200 section 4: each header names the next and its own length. */
    private Verdict extensions(byte[] bytes, int end) {
        boolean fragment = false;
        while (isExtension(protocol) && !isLaterFragment()) {
            if (payload + 8 > wireEnd) {
                return Verdict.MALFORMED;
            }
            if (payload + 8 > end) {
                return fragment ? Verdict.FRAGMENT : Verdict.CUT;
            }
            int next = Bytes.u8(bytes, payload);
            int length = Bytes.u8(bytes, payload + 1);
            switch (protocol) {
                case FRAGMENT_HEADER -> {
                    int field = Bytes.u16(bytes, payload + 2);
                    fragmentOffset = field & 0xfff8;
                    // neither offset nor more: an atomic fragment is whole (RFC 6946)
                    fragment |= (field & 0xfff9) != 0;
                    payload += 8;
                }
                // RFC 4302 section 2.2: in units of 4 bytes, minus 2
                case AUTHENTICATION -> payload += (length + 2) * 4;
                default -> payload += (length + 1) * 8;
            }
            protocol = next;
        }
        if (fragment) {
            return Verdict.FRAGMENT;
        }
        return payload > wireEnd ? Verdict.MALFORMED : Verdict.WHOLE;
    }

    /** What the payload's protocol is cannot be told: further IPv6 headers are not in this part. */
    boolean endsInExtensions() {
        return addressBytes == 16 && isExtension(protocol);
    }

    private boolean isLaterFragment() {
        return fragmentOffset > 0;
    }

    private static boolean isExtension(int protocol) {
        return switch (protocol) {
            case HOP_BY_HOP,
                    ROUTING,
                    FRAGMENT_HEADER,
                    AUTHENTICATION,
                    DESTINATION_OPTIONS,
                    MOBILITY,
                    HOST_IDENTITY,
                    SHIM6 ->
                    true;
            default -> false;
        };
    }
}
