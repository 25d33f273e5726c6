package io.stream53.processor.count;

import java.util.Arrays;

/**
 * A histogram of times or sizes with buckets of equal relative width: 64 to each doubling, so that
 * a quantile is at most 0.8 % off. A sampling sketch (KLL, REQ) would be random, and off by rank:
 * here merging is exact, so the same transactions give the same figures in whatever order and parts
 * they arrive, also when they are processed again.
 *
 * <p>Only buckets in use take space: at most {@value #BUCKETS}, a few in practice. They are kept in
 * a hash table, since each transaction is added to several of these, and put in order when asked.
 */
final class Histogram {
    /** Buckets to a doubling, as a power of two. */
    private static final int PRECISION = 6;

    /** Numbers of buckets are below this: that of the largest long is the last. */
    private static final int BUCKETS = (64 - PRECISION) << PRECISION;

    /** Bits of an entry that hold its bucket; the others hold its count. */
    private static final int BUCKET_BITS = 12;

    private static final int BUCKET_MASK = (1 << BUCKET_BITS) - 1;
    private static final long ONE = 1L << BUCKET_BITS;

    /** Largest count that is read: sums of many of them stay within an entry. */
    private static final long MAX_COUNT = 1L << 40;

    private static final long[] NOTHING = {};

    /**
     * Open addressing with linear probing: a count and its bucket, 0 where nothing is. In one word,
     * since a look at memory costs more than all that is done with it.
     */
    private long[] entries = NOTHING;

    private int used;
    private long total;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    /** Counts a value; a negative one counts as 0. */
    void add(long number) {
        long value = Math.max(0, number);
        add(bucketOf(value), 1);
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    void add(Histogram other) {
        if (used == 0 && other.used > 0) {
            entries = other.entries.clone();
            used = other.used;
            total = other.total;
            min = other.min;
            max = other.max;
            return;
        }
        for (long entry : other.entries) {
            if (entry != 0) {
                add(bucketIn(entry), countIn(entry));
            }
        }
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    long total() {
        return total;
    }

    /** The largest value, exactly. */
    long max() {
        return max;
    }

    /**
     * The values that shares of all values do not exceed, by nearest rank.
     *
     * @param shares above 0, at most 1, rising
     * @throws IllegalStateException when nothing was counted
     */
    long[] quantiles(double... shares) {
        if (total == 0) {
            throw new IllegalStateException("nothing was counted");
        }
        long[] values = new long[shares.length];
        Arrays.fill(values, max);
        long seen = 0;
        int next = 0;
        for (long entry : sortedEntries()) {
            int bucket = bucketIn(entry);
            seen += countIn(entry);
            while (next < shares.length && seen >= Math.max(1, Math.ceil(shares[next] * total))) {
                values[next++] = Math.clamp(middleOf(bucket), min, max);
            }
        }
        return values;
    }

    void write(ByteWriter out) {
        out.varint(used);
        if (used == 0) {
            return;
        }
        out.varint(min).varint(max);
        int previous = 0;
        for (long entry : sortedEntries()) {
            int bucket = bucketIn(entry);
            out.varint(bucket - previous).varint(countIn(entry));
            previous = bucket;
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Histogram read(ByteReader in) {
        Histogram histogram = new Histogram();
        int used = in.varint32();
        if (used == 0) {
            return histogram;
        }
        histogram.min = in.varint();
        histogram.max = in.varint();
        if (histogram.min < 0 || histogram.max < histogram.min) {
            throw new IllegalArgumentException(
                    "a histogram from %d to %d".formatted(histogram.min, histogram.max));
        }
        if (used > 0 && used <= BUCKETS) {
            histogram.entries = new long[tableFor(used)];
        }
        long bucket = 0;
        for (int i = 0; i < used; i++) {
            bucket += in.varint32();
            long count = in.varint();
            if (bucket < 0 || bucket >= BUCKETS || count < 1 || count > MAX_COUNT) {
                throw new IllegalArgumentException(
                        "%d values in bucket %d of a histogram".formatted(count, bucket));
            }
            histogram.add((int) bucket, count);
        }
        return histogram;
    }

    private void add(int bucket, long count) {
        total += count;
        if (4 * (used + 1) > 3 * entries.length) {
            grow();
        }
        int place = placeOf(bucket);
        if (entries[place] == 0) {
            entries[place] = bucket;
            used++;
        }
        entries[place] += count * ONE;
    }

    /** A power of two of which so many take three quarters at most. */
    private static int tableFor(int buckets) {
        int length = 4;
        while (4 * buckets > 3 * length) {
            length *= 2;
        }
        return length;
    }

    private static int bucketIn(long entry) {
        return (int) entry & BUCKET_MASK;
    }

    private static long countIn(long entry) {
        return entry >>> BUCKET_BITS;
    }

    /** Where a bucket is, or is to be. */
    private int placeOf(int bucket) {
        long[] table = entries;
        int mask = table.length - 1;
        int place = bucket & mask;
        while (table[place] != 0 && bucketIn(table[place]) != bucket) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        long[] old = entries;
        entries = new long[Math.max(4, 2 * old.length)];
        for (long entry : old) {
            if (entry != 0) {
                entries[placeOf(bucketIn(entry))] = entry;
            }
        }
    }

    /** By rising bucket. */
    private long[] sortedEntries() {
        long[] sorted = new long[used];
        int next = 0;
        for (long entry : entries) {
            if (entry != 0) {
                sorted[next++] = Long.rotateRight(entry, BUCKET_BITS) ^ Long.MIN_VALUE;
            }
        }
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = Long.rotateLeft(sorted[i] ^ Long.MIN_VALUE, BUCKET_BITS);
        }
        return sorted;
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
