package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;

/** Takes DNS messages from a {@link FrameDecoder}. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * One message, parsed; it has at least its header. Both objects are reused: they are valid only
     * during the call.
     */
    void message(PacketView packet, DnsMessage message);
}
