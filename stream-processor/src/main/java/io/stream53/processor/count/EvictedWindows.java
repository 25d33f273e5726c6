package io.stream53.processor.count;

import java.util.Map;
import java.util.TreeMap;

/**
 * The windows that were closed and given up, as ranges of window starts: a sum for one of them
 * would overwrite the whole figure with a part of it.
 */
final class EvictedWindows {
    /** Beyond so many ranges the two oldest become one, and the gap between them is given up. */
    private static final int MAX_RANGES = 4096;

    /** First window start to last window start of each range. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    boolean contains(long window) {
        Map.Entry<Long, Long> range = ranges.floorEntry(window);
        return range != null && window <= range.getValue();
    }

    void add(long window) {
        if (contains(window)) {
            return;
        }
        long first = window;
        long last = window;
        Map.Entry<Long, Long> before = ranges.floorEntry(window);
        if (before != null && Windows.endOf(before.getValue()) == window) {
            first = before.getKey();
        }
        Long behind = ranges.remove(Windows.endOf(window));
        if (behind != null) {
            last = behind;
        }
        ranges.put(first, last);
        if (ranges.size() > MAX_RANGES) {
            long oldest = ranges.pollFirstEntry().getKey();
            ranges.put(oldest, ranges.pollFirstEntry().getValue());
        }
    }

    void write(ByteWriter out) {
        out.varint(ranges.size());
        ranges.forEach((first, last) -> out.i64(first).i64(last));
    }

    void read(ByteReader in) {
        int size = in.varint32();
        for (int i = 0; i < size; i++) {
            ranges.put(in.i64(), in.i64());
        }
    }
}
