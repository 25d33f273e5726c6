package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;

/** Takes DNS messages from a {@link FrameDecoder}, or from a {@link MessageStage} behind it. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * One message, parsed; it has at least its header. Both objects are reused: they are valid only
     * during the call.
     */
    void message(PacketView packet, DnsMessage message);

    /**
     * No message with a lower time is held back, here or behind; the largest long when none is.
     * Microseconds since 1970-01-01 UTC.
     */
    default long lowestHeldUs() {
        return Long.MAX_VALUE;
    }

    /**
     * A message of this time was captured and is left out: event time goes on with it all the same.
     */
    default void seen(long timestampUs) {}

    /**
     * Time goes on, though no packet came: what was held back for long enough goes on its way.
     *
     * @param seenUntilUs every packet with a time before this was handed over; {@link
     *     Long#MIN_VALUE} when that is known from the packets alone
     */
    default void tick(long seenUntilUs) {}

    /** What is held back goes on its way: nothing more comes, or it comes to another stage. */
    default void flush() {}
}
