package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;
import io.stream53.key.Transport;
import io.stream53.ledger.DropReason;

/**
 * The last step of decoding: bytes that are to be one DNS message become a {@link DnsMessage} and
 * go on with a {@link PacketView}, or are dropped. First say where the message was seen ({@link
 * #from}), then hand over one message or several ({@link #message}).
 */
final class Messages {
    private final PacketView packet = new PacketView();
    private final DnsMessage message = new DnsMessage();
    private final MessageHandler out;
    private final CaptureCounters counters;

    Messages(MessageHandler out, CaptureCounters counters) {
        this.out = out;
        this.counters = counters;
    }

    /**
     * What follows came in this packet.
     *
     * @param bytes holds the IP header's addresses, and the ports at the given place
     */
    PacketView from(IpPacket ip, byte[] bytes, int ports, Transport transport, long timestampUs) {
        packet(transport, timestampUs);
        packet.addresses = bytes;
        packet.addressBytes = ip.addressBytes;
        packet.ipTtl = ip.ttl;
        packet.clientOffset = ip.source;
        packet.serverOffset = ip.destination;
        packet.clientPort = Bytes.u16(bytes, ports);
        packet.serverPort = Bytes.u16(bytes, ports + 2);
        packet.tcpRoundTripUs = PacketView.NO_ROUND_TRIP;
        return packet;
    }

    /**
     * One candidate.
     *
     * @param bytes holds the message; not necessarily the array with the addresses
     * @param at where it begins
     * @param capturedEnd where the bytes that are there end, in it or behind it
     * @param wireEnd where it ended on the wire
     */
    void message(byte[] bytes, int at, int capturedEnd, int wireEnd) {
        if (parse(bytes, at, capturedEnd, wireEnd)) {
            handOn();
        }
    }

    /**
     * Reads a candidate, so that {@link #packet} can be filled with what depends on the message.
     *
     * @return false when it was dropped
     */
    boolean parse(byte[] bytes, int at, int capturedEnd, int wireEnd) {
        int size = wireEnd - at;
        int captured = Math.min(capturedEnd, wireEnd) - at;
        if (size < DnsMessage.HEADER_BYTES) {
            counters.drop(DropReason.SHORT_HEADER);
            return false;
        }
        if (captured < DnsMessage.HEADER_BYTES) {
            counters.drop(DropReason.CUT_HEADERS);
            return false;
        }
        message.parse(bytes, at, captured, size);
        return true;
    }

    /** The message that was read. */
    DnsMessage message() {
        return message;
    }

    /** The view to be filled, with the sender as the client until the message goes on. */
    PacketView packet(Transport transport, long timestampUs) {
        packet.timestampUs = timestampUs;
        packet.transport = transport;
        packet.response = false;
        packet.transferPart = PacketView.TransferPart.UNKNOWN;
        return packet;
    }

    /** Gives the message on. */
    void handOn() {
        if (message.isResponse() != packet.response) {
            turn();
        }
        counters.message();
        out.message(packet, message);
    }

    /** Swaps client and server: the source of a response is the server. */
    private void turn() {
        int offset = packet.clientOffset;
        packet.clientOffset = packet.serverOffset;
        packet.serverOffset = offset;
        int port = packet.clientPort;
        packet.clientPort = packet.serverPort;
        packet.serverPort = port;
        packet.response = message.isResponse();
    }
}
