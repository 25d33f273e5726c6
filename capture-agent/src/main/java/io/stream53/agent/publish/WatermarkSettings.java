package io.stream53.agent.publish;

/**
 * When watermarks are due.
 *
 * @param timeoutUs how long the processor waits for a response, in microseconds
 * @param skewUs how far messages may be out of their order in time, in microseconds
 */
public record WatermarkSettings(long timeoutUs, long skewUs) {
    /** Event time between two watermarks to a partition. */
    static final long INTERVAL_US = 1_000_000;

    /**
     * A counting window of one minute that a message fell into ends at most so much later, and may
     * be closed when ten seconds of grace are over, too.
     */
    static final long WINDOW_US = 70_000_000;

    /**
     * So long after a partition's last message watermarks still go to it: then no query waits any
     * more, and the message's window can be closed.
     */
    long settleUs() {
        return timeoutUs + skewUs + WINDOW_US;
    }

    /** {@code match.timeout} 5 s and {@code match.skew} 200 ms. */
    public static final WatermarkSettings DEFAULT = new WatermarkSettings(5_000_000, 200_000);
}
