package io.stream53.processor.count;

/** One-minute windows, aligned to UTC. Times are milliseconds since the epoch. */
final class Windows {
    static final long LENGTH_MS = 60_000;

    private Windows() {}

    /** Start of the window that holds a time. */
    static long startOf(long timeMs) {
        return Math.floorDiv(timeMs, LENGTH_MS) * LENGTH_MS;
    }

    /** First millisecond after a window. */
    static long endOf(long startMs) {
        return startMs + LENGTH_MS;
    }
}
