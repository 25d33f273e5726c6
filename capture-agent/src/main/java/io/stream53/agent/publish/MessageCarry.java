package io.stream53.agent.publish;

import io.stream53.agent.packet.PacketView;
import io.stream53.agent.packet.PacketView.TransferPart;
import io.stream53.dns.DnsMessage;
import io.stream53.key.Transport;

/**
 * Which messages are carried as bytes in {@code DnsPacket.message}. Of a zone transfer (RFC 5936,
 * RFC 1995) only the beginning of the first response is: size, counts and header tell of the rest.
 */
public enum MessageCarry {
    NONE,
    /** Responses. */
    RESPONSES,
    /** Queries too. */
    ALL;

    /** Bytes of a zone transfer's first response that are carried at most. */
    static final int MAX_TRANSFER_BYTES = 4096;

    /** How many of the captured bytes of a message are carried, from its beginning. */
    int bytes(PacketView packet, DnsMessage message) {
        boolean carried =
                switch (this) {
                    case NONE -> false;
                    case RESPONSES -> message.isResponse();
                    case ALL -> true;
                };
        if (!carried) {
            return 0;
        }
        int captured = message.capturedLength();
        return switch (transferPart(packet, message)) {
            case UNKNOWN -> captured;
            case FIRST -> Math.min(captured, MAX_TRANSFER_BYTES);
            case LATER -> 0;
        };
    }

    /** Where the connection's query was not seen, the message itself gives a hint. */
    private static TransferPart transferPart(PacketView packet, DnsMessage message) {
        if (packet.transferPart() != TransferPart.UNKNOWN
                || packet.transport() == Transport.UDP
                || !message.isResponse()) {
            return packet.transferPart();
        }
        if (message.continuesTransfer()) {
            return TransferPart.LATER;
        }
        return message.asksForTransfer() ? TransferPart.FIRST : TransferPart.UNKNOWN;
    }
}
