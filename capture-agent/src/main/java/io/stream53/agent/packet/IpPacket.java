package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;

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

    /** Of a fragment: others of its packet have the same, 16 bits in IPv4, 32 in IPv6. */
    int identification;

    /** Of a fragment: it is not the last. */
    boolean moreFragments;

    /** Of a fragment: where its part of the packet begins, IPv6 headers in it included. */
    int fragmentPart;

    /** Of a fragment: what its packet begins with, a protocol or an IPv6 header. */
    int fragmentProtocol;

    /** Of a fragment: bytes of the header before it that count for the limit of a packet. */
    int fragmentHeaderBytes;

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

    /** Takes over what fragments were put together to; further IPv6 headers may be in it. */
    Verdict reassembled(FragmentedPacket.Whole whole) {
        fragmentOffset = 0;
        addressBytes = whole.addressBytes();
        source = 0;
        destination = addressBytes;
        ttl = whole.ttl();
        protocol = whole.protocol();
        payload = 2 * addressBytes;
        wireEnd = whole.wireEnd();
        return endsInExtensions() ? extensions(whole.bytes(), whole.end()) : Verdict.WHOLE;
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
        if ((fragment & 0x3fff) == 0) {
            return Verdict.WHOLE;
        }
        if (payload > end) {
            return Verdict.CUT;
        }
        identification = Bytes.u16(bytes, at + 4);
        moreFragments = (fragment & 0x2000) != 0;
        fragmentPart = payload;
        fragmentProtocol = protocol;
        fragmentHeaderBytes = headerBytes;
        return Verdict.FRAGMENT;
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
        while (isExtension(protocol) && !(fragment && stopsFragment(end))) {
            if (payload + 8 > wireEnd) {
                return Verdict.MALFORMED;
            }
            if (payload + 8 > end) {
                return Verdict.CUT;
            }
            int next = Bytes.u8(bytes, payload);
            int length = Bytes.u8(bytes, payload + 1);
            int at = payload;
            payload +=
                    switch (protocol) {
                        case FRAGMENT_HEADER -> 8;
                        // RFC 4302 section 2.2: in units of 4 bytes, minus 2
                        case AUTHENTICATION -> (length + 2) * 4;
                        default -> (length + 1) * 8;
                    };
            fragment |= protocol == FRAGMENT_HEADER && isFragment(bytes, at, next);
            protocol = next;
        }
        if (fragment) {
            return Verdict.FRAGMENT;
        }
        return payload > wireEnd ? Verdict.MALFORMED : Verdict.WHOLE;
    }

    /** RFC 8200 section 4.5; neither offset nor more: an atomic fragment is whole (RFC 6946). */
    private boolean isFragment(byte[] bytes, int at, int next) {
        int field = Bytes.u16(bytes, at + 2);
        if ((field & 0xfff9) == 0) {
            return false;
        }
        fragmentOffset = field & 0xfff8;
        moreFragments = (field & 1) != 0;
        identification = Bytes.u16(bytes, at + 4) << 16 | Bytes.u16(bytes, at + 6);
        fragmentPart = payload;
        fragmentProtocol = next;
        fragmentHeaderBytes = 0;
        return true;
    }

    /**
     * In a fragment the headers are read only as far as they tell what it carries: not in a later
     * one, not behind a second fragment header, not into the next fragment.
     */
    private boolean stopsFragment(int end) {
        return fragmentOffset > 0
                || protocol == FRAGMENT_HEADER
                || payload + 8 > Math.min(wireEnd, end);
    }

    /** Why headers that reach up to here are not there: the capture cut them, or the sender did. */
    DropReason missing(int upTo) {
        return upTo > wireEnd ? DropReason.MALFORMED_PACKET : DropReason.CUT_HEADERS;
    }

    /** What the payload's protocol is cannot be told: further IPv6 headers are not in this part. */
    boolean endsInExtensions() {
        return addressBytes == 16 && isExtension(protocol);
    }

    boolean isUdpOrTcp() {
        return protocol == UDP || protocol == TCP;
    }

    /** Whether DNS may be in such a packet, or behind such a header. */
    boolean mayHoldPorts(int of) {
        return of == UDP || of == TCP || (addressBytes == 16 && isExtension(of));
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
