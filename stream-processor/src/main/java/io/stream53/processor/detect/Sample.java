package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import java.util.Arrays;
import java.util.List;

/**
 * Some of the texts added: those with the smallest hashes, so the same ones in whatever order and
 * grouping they come, and none preferred for being frequent.
 */
final class Sample {
    /** Texts are cut to it: names are shorter, whatever is read from elsewhere may not be. */
    private static final int MOST_CHARACTERS = 1100;

    private final int most;

    /** Ascending; both grow, since most samples hold one text or two. */
    private long[] hashes = new long[1];

    private String[] values = new String[1];
    private int size;

    Sample(int most) {
        this.most = most;
    }

    /** Whether a text of this hash would be kept. */
    boolean wants(long hash) {
        return size < most || hash < hashes[most - 1];
    }

    void add(long hash, String value) {
        int at = Arrays.binarySearch(hashes, 0, size, hash);
        if (at >= 0 || !wants(hash)) {
            return;
        }
        if (size == hashes.length && size < most) {
            hashes = Arrays.copyOf(hashes, Math.min(2 * size, most));
            values = Arrays.copyOf(values, hashes.length);
        }
        int place = -at - 1;
        int moved = Math.min(size, most - 1) - place;
        System.arraycopy(hashes, place, hashes, place + 1, moved);
        System.arraycopy(values, place, values, place + 1, moved);
        hashes[place] = hash;
        values[place] = value;
        size = Math.min(size + 1, most);
    }

    void add(Sample other) {
        for (int i = 0; i < other.size; i++) {
            add(other.hashes[i], other.values[i]);
        }
    }

    /** In alphabetical order. */
    List<String> values() {
        return Arrays.stream(values, 0, size).sorted().toList();
    }

    void write(ByteWriter out) {
        out.varint(size);
        for (int i = 0; i < size; i++) {
            out.i64(hashes[i]).text(values[i]);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Sample read(ByteReader in, int most) {
        Sample sample = new Sample(most);
        int size = in.varint32();
        if (size < 0 || size > most) {
            throw new IllegalArgumentException(
                    "a sample of " + size + ", expected at most " + most);
        }
        for (int i = 0; i < size; i++) {
            long hash = in.i64();
            String value = in.text();
            sample.add(hash, value.substring(0, Math.min(value.length(), MOST_CHARACTERS)));
        }
        return sample;
    }
}
