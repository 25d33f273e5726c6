package io.stream53.processor.detect;

import java.time.Duration;

/** Slots of ten seconds of event time, aligned to UTC, by their number since the epoch. */
final class Slots {
    static final Duration LENGTH = Duration.ofSeconds(10);
    static final long SECONDS = LENGTH.toSeconds();

    private static final long LENGTH_MS = LENGTH.toMillis();
    private static final long LENGTH_US = LENGTH_MS * 1000;

    private Slots() {}

    static long ofMicros(long us) {
        return Math.floorDiv(us, LENGTH_US);
    }

    /**
     * The slot that starts at a time.
     *
     * @throws IllegalArgumentException when none does
     */
    static long startingAt(long ms) {
        if (Math.floorMod(ms, LENGTH_MS) != 0) {
            throw new IllegalArgumentException("no slot starts at " + ms);
        }
        return ms / LENGTH_MS;
    }

    static long startMs(long slot) {
        return slot * LENGTH_MS;
    }

    static long endMs(long slot) {
        return startMs(slot) + LENGTH_MS;
    }

    /**
     * The last slot that ends at a time or before it; what {@link #passed} leaves as it is stays.
     */
    static long endingBy(long us) {
        return us == Long.MAX_VALUE || us == Long.MIN_VALUE ? us : ofMicros(us) - 1;
    }

    /**
     * Number of the last slot whose end a watermark has passed by a delay; {@link Long#MAX_VALUE}
     * and {@link Long#MIN_VALUE} stay as they are.
     */
    static long passed(long watermarkUs, long delayUs) {
        if (watermarkUs == Long.MAX_VALUE || watermarkUs < Long.MIN_VALUE + delayUs + 1) {
            return watermarkUs == Long.MAX_VALUE ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return Math.floorDiv(watermarkUs - delayUs - 1, LENGTH_US) - 1;
    }
}
