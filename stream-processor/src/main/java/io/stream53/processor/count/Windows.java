package io.stream53.processor.count;

/** Windows of a minute and of an hour, aligned to UTC. Times are milliseconds since the epoch. */
final class Windows {
    static final long LENGTH_MS = 60_000;
    static final long HOUR_MS = 60 * LENGTH_MS;

    private Windows() {}

    /** Start of the minute that holds a time. */
    static long startOf(long timeMs) {
        return Math.floorDiv(timeMs, LENGTH_MS) * LENGTH_MS;
    }

    /** First millisecond after a minute. */
    static long endOf(long startMs) {
        return startMs + LENGTH_MS;
    }

    /** Start of the hour that holds a time. */
    static long hourOf(long timeMs) {
        return Math.floorDiv(timeMs, HOUR_MS) * HOUR_MS;
    }
}
