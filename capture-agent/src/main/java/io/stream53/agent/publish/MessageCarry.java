package io.stream53.agent.publish;

import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.key.Transport;

/** Which messages are carried as bytes in {@code DnsPacket.message}. */
public enum MessageCarry {
    NONE,
    /** Responses; of a zone transfer the first only. */
    RESPONSES,
    /** Queries too. */
    ALL;

    boolean carries(PacketView packet, DnsMessage message) {
        return switch (this) {
            case NONE -> false;
            case RESPONSES -> message.isResponse() && !continuesTransfer(packet, message);
            case ALL -> !continuesTransfer(packet, message);
        };
    }

    private static boolean continuesTransfer(PacketView packet, DnsMessage message) {
        return packet.transport() == Transport.TCP && message.continuesTransfer();
    }
}
