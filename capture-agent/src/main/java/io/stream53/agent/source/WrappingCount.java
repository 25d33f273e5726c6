package io.stream53.agent.source;

/** The sum of a counter that has 32 bits and begins again at 0 when they are full. */
final class WrappingCount {
    private int last;
    private long total;

    /** Takes the counter's value; no more than 2^32 may have been counted since the one before. */
    void update(int now) {
        total += Integer.toUnsignedLong(now - last);
        last = now;
    }

    long total() {
        return total;
    }
}
