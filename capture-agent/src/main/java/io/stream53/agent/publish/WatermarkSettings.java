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

    /** {@code match.timeout} 5 s and {@code match.skew} 200 ms. */
    public static final WatermarkSettings DEFAULT = new WatermarkSettings(5_000_000, 200_000);
}
