package io.stream53.processor.match;

/**
 * Sums of microseconds that stop at the ends of a long: packets may carry any time, and the last
 * watermark is the largest long.
 */
final class Micros {
    private Micros() {}

    static long plus(long timeUs, long durationUs) {
        long sum = timeUs + durationUs;
        return sum < timeUs ? Long.MAX_VALUE : sum;
    }

    static long minus(long timeUs, long durationUs) {
        long difference = timeUs - durationUs;
        return difference > timeUs ? Long.MIN_VALUE : difference;
    }
}
