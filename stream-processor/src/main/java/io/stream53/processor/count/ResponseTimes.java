package io.stream53.processor.count;

import java.util.Arrays;

/**
 * A histogram of response times with buckets of equal relative width: 64 to each doubling, so that
 * a quantile is at most 0.8 % off. A sampling sketch (KLL, REQ) would be random, and off by rank:
 * here merging is exact, so the same transactions give the same figures in whatever order and parts
 * they arrive, also when they are processed again.
 *
 * <p>Only buckets in use take space: at most some 2000 for the range of a long, a few in practice.
 */
final class ResponseTimes {
    /** Buckets to a doubling, as a power of two. */
    private static final int PRECISION = 6;

    private int[] buckets = new int[4];
    private long[] counts = new long[4];
    private int used;
    private long total;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    /** Counts a time in nanoseconds; a negative one counts as 0. */
    void add(long nanos) {
        long value = Math.max(0, nanos);
        add(bucketOf(value), 1);
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    void add(ResponseTimes other) {
        for (int i = 0; i < other.used; i++) {
            add(other.buckets[i], other.counts[i]);
        }
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    long total() {
        return total;
    }

    /**
     * The time that a share of all times does not exceed, by nearest rank, in nanoseconds.
     *
     * @param share above 0, at most 1
     * @throws IllegalStateException when nothing was counted
     */
    long quantile(double share) {
        if (total == 0) {
            throw new IllegalStateException("no response times were counted");
        }
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < used; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.clamp(middleOf(buckets[i]), min, max);
            }
        }
        return max;
    }

    void write(ByteWriter out) {
        out.varint(used);
        if (used == 0) {
            return;
        }
        out.varint(min).varint(max);
        int previous = 0;
        for (int i = 0; i < used; i++) {
            out.varint(buckets[i] - previous).varint(counts[i]);
            previous = buckets[i];
        }
    }

    static ResponseTimes read(ByteReader in) {
        ResponseTimes times = new ResponseTimes();
        int used = in.varint32();
        if (used == 0) {
            return times;
        }
        times.min = in.varint();
        times.max = in.varint();
        int bucket = 0;
        for (int i = 0; i < used; i++) {
            bucket += in.varint32();
            if (bucket < 0) {
                throw new IllegalArgumentException("no such bucket of response times: " + bucket);
            }
            times.add(bucket, in.varint());
        }
        return times;
    }

    private void add(int bucket, long count) {
        total += count;
        int at = Arrays.binarySearch(buckets, 0, used, bucket);
        if (at >= 0) {
            counts[at] += count;
            return;
        }
        if (used == buckets.length) {
            buckets = Arrays.copyOf(buckets, 2 * used);
            counts = Arrays.copyOf(counts, 2 * used);
        }
        int insert = -at - 1;
        System.arraycopy(buckets, insert, buckets, insert + 1, used - insert);
        System.arraycopy(counts, insert, counts, insert + 1, used - insert);
        buckets[insert] = bucket;
        counts[insert] = count;
        used++;
    }

    /** Values below 128 have a bucket each; above, the top seven bits and their place make it. */
    private static int bucketOf(long value) {
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(value) - PRECISION);
        return (shift << PRECISION) + (int) (value >>> shift);
    }

    private static long middleOf(int bucket) {
        int shift = Math.max(0, (bucket >>> PRECISION) - 1);
        long low = (long) (bucket - (shift << PRECISION)) << shift;
        return low + (1L << shift) / 2;
    }
}
