package io.stream53.processor.count;

import io.stream53.schema.TopItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The most frequent of many items, in bounded memory (Misra and Gries 1982; its merging: Agarwal
 * and others, "Mergeable summaries", PODS 2012). Up to twice its capacity of items are counted
 * exactly. One more, and all counts are lowered by that of the item behind the first {@code
 * capacity}, and what is not above 0 goes out. The sum of what was taken from a count, and so the
 * error of any, is at most 1 / (capacity + 1) of the whole weight, however the parts were merged.
 *
 * <p>While nothing had to go out, the counts are exact and do not depend on any order; afterwards
 * they do, within the error that is told.
 */
final class TopList {
    /** Largest capacity that is read. */
    private static final int MAX_CAPACITY = 4096;

    /** Longest item that is read, and kept whole: a name of 255 bytes, all of them escaped. */
    static final int MAX_TEXT = 1024;

    private final int capacity;

    /** Open addressing with linear probing, at most half full. */
    private @Nullable String[] items = {};

    private int[] hashes = {};
    private long[] counts = {};
    private int used;
    private long error;

    /**
     * @param capacity items that are kept at least
     */
    TopList(int capacity) {
        this.capacity = capacity;
    }

    int capacity() {
        return capacity;
    }

    /** The most that any count, also that of an item not listed, is too low by. */
    long error() {
        return error;
    }

    /** Adds to an item's count; the text's hash is remembered in it. */
    void add(String item, long weight) {
        add(item, item.hashCode(), weight);
    }

    /**
     * Adds another's counts. Theirs may be as large as their bounds say, so the errors add up.
     *
     * @param other not this
     */
    void add(TopList other) {
        error += other.error;
        for (int i = 0; i < other.items.length; i++) {
            String item = other.items[i];
            if (item != null) {
                add(item, other.hashes[i], other.counts[i]);
            }
        }
    }

    /** The items of the largest counts, the largest first; of equal ones by their text. */
    List<TopItem> top(int most) {
        int[] best = new int[Math.min(most, used)];
        int found = 0;
        for (int i = 0; i < items.length; i++) {
            if (items[i] == null || found == best.length && !isAhead(i, best[found - 1])) {
                continue;
            }
            int place = found < best.length ? found++ : found - 1;
            for (; place > 0 && isAhead(i, best[place - 1]); place--) {
                best[place] = best[place - 1];
            }
            best[place] = i;
        }
        List<TopItem> top = new ArrayList<>(found);
        for (int i = 0; i < found; i++) {
            String item = items[best[i]];
            if (item != null) {
                top.add(new TopItem(item, counts[best[i]] + error, error));
            }
        }
        return List.copyOf(top);
    }

    private boolean isAhead(int one, int other) {
        String item = items[one];
        String than = items[other];
        return counts[one] > counts[other]
                || counts[one] == counts[other]
                        && item != null
                        && than != null
                        && item.compareTo(than) < 0;
    }

    void write(ByteWriter out) {
        out.varint(capacity).varint(error).varint(used);
        for (int i = 0; i < items.length; i++) {
            String item = items[i];
            if (item != null) {
                out.text(item).varint(counts[i]);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static TopList read(ByteReader in) {
        int capacity = in.varint32();
        long error = in.varint();
        int used = in.varint32();
        if (capacity < 1 || capacity > MAX_CAPACITY || used > 2 * capacity || error < 0) {
            throw new IllegalArgumentException(
                    "a list of %d items for %d, error %d".formatted(used, capacity, error));
        }
        TopList list = new TopList(capacity);
        list.error = error;
        if (used > 0) {
            list.resize(Math.max(8, Integer.highestOneBit(4 * used - 1)));
        }
        for (int i = 0; i < used; i++) {
            String item = in.text();
            long count = in.varint();
            if (item.length() > MAX_TEXT || count < 1) {
                throw new IllegalArgumentException(
                        "an item of %d characters, %d times".formatted(item.length(), count));
            }
            list.add(item, count);
        }
        return list;
    }

    private void add(String item, int hash, long weight) {
        if (2 * used >= items.length) {
            resize(Math.max(8, 2 * items.length));
        }
        int place = placeOf(item, hash);
        if (items[place] == null) {
            if (used == 2 * capacity) {
                purge();
                place = placeOf(item, hash);
            }
            items[place] = item;
            hashes[place] = hash;
            used++;
        }
        counts[place] += weight;
    }

    private int placeOf(String item, int hash) {
        int mask = items.length - 1;
        int place = (hash * 0x9E3779B9 >>> 12) & mask;
        for (String there = items[place]; there != null; there = items[place]) {
            if (hashes[place] == hash && there.equals(item)) {
                return place;
            }
            place = place + 1 & mask;
        }
        return place;
    }

    /** Lowers all counts by the largest that is not among the first {@code capacity}. */
    private void purge() {
        long taken = largestBehindFirst();
        error += taken;
        for (int i = 0; i < items.length; i++) {
            counts[i] -= taken;
            if (items[i] != null && counts[i] <= 0) {
                items[i] = null;
                used--;
            }
        }
        resize(items.length);
    }

    /** Mostly 1, which takes no sorting. */
    private long largestBehindFirst() {
        long[] above = new long[used];
        int size = 0;
        for (int i = 0; i < items.length; i++) {
            if (items[i] != null && counts[i] > 1) {
                above[size++] = counts[i];
            }
        }
        if (size <= capacity) {
            return 1;
        }
        Arrays.sort(above, 0, size);
        return above[size - 1 - capacity];
    }

    private void resize(int length) {
        @Nullable String[] oldItems = items;
        int[] oldHashes = hashes;
        long[] oldCounts = counts;
        items = new @Nullable String[length];
        hashes = new int[length];
        counts = new long[length];
        for (int i = 0; i < oldItems.length; i++) {
            String item = oldItems[i];
            if (item != null) {
                int place = placeOf(item, oldHashes[i]);
                items[place] = item;
                hashes[place] = oldHashes[i];
                counts[place] = oldCounts[i];
            }
        }
    }
}
