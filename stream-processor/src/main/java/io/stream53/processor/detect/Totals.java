package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;

/**
 * Roughly how many transactions each of very many subjects had, in little memory: subjects share
 * buckets, and what the others put into a bucket on average is taken off (count-mean sketch with
 * one row). Good enough for the share of a subject that stands out. Sums are the same in any order
 * and grouping.
 */
final class Totals {
    private static final int BUCKETS = 1 << 13;

    private final int[] buckets = new int[BUCKETS];

    void add(String subject, int weight) {
        int at = bucket(subject);
        buckets[at] = plus(buckets[at], weight);
    }

    void add(Totals other) {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = plus(buckets[i], other.buckets[i]);
        }
    }

    void clear() {
        java.util.Arrays.fill(buckets, 0);
    }

    /** All that was added. */
    long sum() {
        long sum = 0;
        for (int bucket : buckets) {
            sum += bucket;
        }
        return sum;
    }

    /**
     * A subject's transactions.
     *
     * @param sum as {@link #sum} has it
     */
    long estimate(String subject, long sum) {
        long bucket = buckets[bucket(subject)];
        return bucket - (sum - bucket) / (BUCKETS - 1);
    }

    private static int bucket(String subject) {
        int hash = subject.hashCode() * 0x9e3779b9;
        return hash >>> Integer.SIZE - 13;
    }

    /** Neither is negative. */
    private static int plus(int a, int b) {
        int sum = a + b;
        return sum < 0 ? Integer.MAX_VALUE : sum;
    }

    void write(ByteWriter out) {
        int used = 0;
        for (int bucket : buckets) {
            used += bucket == 0 ? 0 : 1;
        }
        out.varint(used);
        int last = -1;
        for (int i = 0; i < BUCKETS; i++) {
            if (buckets[i] != 0) {
                out.varint(i - last).varint(buckets[i]);
                last = i;
            }
        }
    }

    /**
     * Adds what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    void read(ByteReader in) {
        int used = in.varint32();
        int at = -1;
        for (int i = 0; i < used; i++) {
            int gap = in.varint32();
            int value = in.varint32();
            if (gap <= 0 || gap >= BUCKETS - at || value <= 0) {
                throw new IllegalArgumentException("no totals: " + gap + " behind " + at);
            }
            at += gap;
            buckets[at] = plus(buckets[at], value);
        }
    }
}
