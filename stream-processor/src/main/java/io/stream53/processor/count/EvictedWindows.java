package io.stream53.processor.count;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The windows that were closed and given up: a sum for one of them would overwrite the whole figure
 * with a part of it. They are remembered one by one, as bits, so that no number of windows of a
 * wild clock makes others be refused; of windows of a minute a day takes 200 bytes, and all that a
 * capture can have 12 MiB. What is outside of the times that a capture can have is not remembered.
 */
final class EvictedWindows {
    /** Windows in a block, which is saved as one. */
    private static final int BLOCK = 1024;

    /** Capture files have 32 bits for seconds: up to February 2106. */
    private static final long END_MS = (1L << 32) * 1000;

    /** Windows that an earlier layout can have held at most: more than two years of minutes. */
    private static final long MAX_RANGES = 1 << 20;

    private final long lengthMs;
    private final Map<Long, BitSet> blocks = new TreeMap<>();
    private final Set<Long> changed = new HashSet<>();

    /** Of windows of a minute. */
    EvictedWindows() {
        this(Windows.LENGTH_MS);
    }

    /** Of windows of a length. */
    EvictedWindows(long lengthMs) {
        this.lengthMs = lengthMs;
    }

    /** Whether a window with this start can be remembered. */
    static boolean isInTime(long window) {
        return window >= 0 && window < END_MS;
    }

    boolean contains(long window) {
        BitSet block = blocks.get(blockOf(window));
        return block != null && block.get(bitOf(window));
    }

    void add(long window) {
        if (isInTime(window)) {
            blocks.computeIfAbsent(blockOf(window), fresh -> new BitSet(BLOCK)).set(bitOf(window));
            changed.add(blockOf(window));
        }
    }

    /** Numbers of the blocks that changed since the last call. */
    Set<Long> takeChanged() {
        Set<Long> taken = Set.copyOf(changed);
        changed.clear();
        return taken;
    }

    /** Takes all blocks as changed. */
    void touch() {
        changed.addAll(blocks.keySet());
    }

    /** Bytes of a block, for {@link #read}. */
    void write(long block, ByteWriter out) {
        out.bytes(blocks.getOrDefault(block, new BitSet()).toByteArray());
    }

    /** Takes back a block. */
    void read(long block, ByteReader in) {
        byte[] bits = in.bytes();
        if (block < 0 || block > END_MS / lengthMs / BLOCK || bits.length > BLOCK / Byte.SIZE) {
            throw new IllegalArgumentException("no block of windows: " + block);
        }
        blocks.put(block, BitSet.valueOf(bits));
    }

    /**
     * Takes over what an earlier version kept as ranges of window starts.
     *
     * @throws IllegalArgumentException when it is none, or more windows in all than that one kept
     */
    void readRanges(ByteReader in) {
        long left = MAX_RANGES;
        for (int ranges = in.varint32(); ranges > 0; ranges--) {
            long first = in.i64();
            long last = in.i64();
            left -= Math.max(0, last - first) / lengthMs + 1;
            if (!isInTime(first) || !isInTime(last) || left < 0) {
                throw new IllegalArgumentException("no range of windows: " + first + " to " + last);
            }
            for (long window = first; window <= last; window += lengthMs) {
                add(window);
            }
        }
    }

    private long blockOf(long window) {
        return Math.floorDiv(window, lengthMs * BLOCK);
    }

    private int bitOf(long window) {
        return Math.toIntExact(Math.floorMod(Math.floorDiv(window, lengthMs), (long) BLOCK));
    }
}
