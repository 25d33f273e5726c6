package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;

/** Takes what a {@link TcpStream} makes of its segments. */
interface StreamOutput {
    /**
     * The bytes of one message, without its length.
     *
     * @param at where it begins
     * @param capturedEnd where the bytes that are there end, in it or behind it
     * @param wireEnd where it ended on the wire
     * @param timeUs of the segment that completed it
     */
    void message(byte[] bytes, int at, int capturedEnd, int wireEnd, long timeUs);

    /** The sender of the stream stands for another, as the header says; valid during the call. */
    void proxied(ProxyHeader header);

    /** One captured segment is given up. */
    void drop(DropReason reason);

    /** One captured segment brought nothing new. */
    void ignored();
}
