package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The header of a captured TCP segment (RFC 9293 section 3.1): a reused object whose fields hold
 * what {@link #parse} found. Offsets are absolute in the frame's array.
 */
final class TcpSegment {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;

    private static final int HEADER_BYTES = 20;

    byte[] bytes = new byte[0];

    /** Where the TCP header, which begins with the ports, stands. */
    int ports;

    /** Where the source's address stands. */
    int source;

    /** Where the destination's address stands. */
    int destination;

    int addressBytes;
    int ttl;
    long timeUs;

    /** Of the first byte of payload; a SYN takes one number in front of it. */
    int sequence;

    int acknowledgement;
    int flags;

    /** Where the payload begins. */
    int payload;

    /** Where the captured bytes end; not before {@link #payload}. */
    int capturedEnd;

    /** Where the segment ended on the wire. */
    int wireEnd;

    /**
     * Reads the header.
     *
     * @param at where it begins
     * @param end where the captured bytes end
     * @return why the frame is to be dropped; null when it is good
     */
    @Nullable DropReason parse(IpPacket ip, byte[] packet, int at, int end, long timestampUs) {
        if (at + HEADER_BYTES > end) {
            return ip.missing(at + HEADER_BYTES);
        }
        payload = at + (Bytes.u8(packet, at + 12) >>> 4) * 4;
        wireEnd = ip.wireEnd;
        if (payload < at + HEADER_BYTES || payload > wireEnd) {
            return DropReason.MALFORMED_PACKET;
        }
        bytes = packet;
        ports = at;
        source = ip.source;
        destination = ip.destination;
        addressBytes = ip.addressBytes;
        ttl = ip.ttl;
        timeUs = timestampUs;
        flags = Bytes.u8(packet, at + 13);
        sequence = Bytes.s32(packet, at + 4) + (has(SYN) ? 1 : 0);
        acknowledgement = Bytes.s32(packet, at + 8);
        capturedEnd = Math.max(payload, end);
        return null;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Bytes of payload on the wire. */
    int length() {
        return wireEnd - payload;
    }

    int sourcePort() {
        return Bytes.u16(bytes, ports);
    }

    int destinationPort() {
        return Bytes.u16(bytes, ports + 2);
    }

    /**
     * One byte that nobody pushes and that means nothing: a keep-alive of a connection that is not
     * known (RFC 9293 section 3.8.4). In a known one its sequence number tells.
     */
    boolean looksLikeKeepAlive() {
        return length() == 1 && !has(PSH) && (payload >= capturedEnd || bytes[payload] == 0);
    }
}
