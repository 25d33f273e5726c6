package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** One window of a {@link WindowSet}: its sums by key, and whether it was declared final. */
final class Window {
    /** Close number of an open window. */
    static final long OPEN = 0;

    /** Name of a sum inside its window. */
    record Name(String dimension, String key) {}

    final long startMs;
    final long lengthMs;

    /** When this window was closed, as a running number; {@link #OPEN} before. */
    long closeNumber = OPEN;

    final Map<Name, WindowSum> sums = new HashMap<>();

    private final SumBlocks blocks = new SumBlocks(sums);

    /** Sums that an earlier version saved in an entry each. */
    private final Set<Name> apart = new HashSet<>();

    /** Those of them that changed since: they move into a block. */
    private final Set<Name> moving = new HashSet<>();

    /** Some sum differs from what was emitted of it last. */
    private boolean hasUnsent;

    /** Bytes of the sums that are held as such. */
    private long packedBytes;

    Window(long startMs, long lengthMs) {
        this.startMs = startMs;
        this.lengthMs = lengthMs;
    }

    boolean isOpen() {
        return closeNumber == OPEN;
    }

    boolean hasUnsent() {
        return hasUnsent;
    }

    long packedBytes() {
        return packedBytes;
    }

    /** Adds a part to a sum; returns whether the sum is new. */
    boolean add(Name name, WindowSum part) {
        WindowSum sum = sums.get(name);
        boolean isNew = sum == null;
        if (sum == null) {
            sum = new WindowSum();
            sums.put(name, sum);
            blocks.begin(name);
        }
        packedBytes -= sum.packedBytes();
        sum.add(part, !isOpen());
        packedBytes += sum.packedBytes();
        touched(name, sum);
        hasUnsent = true;
        return isNew;
    }

    private void touched(Name name, WindowSum sum) {
        if (apart.contains(name)) {
            moving.add(name);
        }
        blocks.touch(sum);
    }

    /** Takes back a sum from the state, from an entry of its own. */
    void restore(Name name, WindowSum sum) {
        putBack(name, sum);
        apart.add(name);
    }

    /**
     * Takes back the sums of a block.
     *
     * @throws IllegalArgumentException when the bytes are none
     */
    void restore(int block, ByteReader in) {
        while (in.remaining() > 0) {
            Name name = new Name(in.text(), in.text());
            WindowSum sum = WindowSum.read(in);
            putBack(name, sum);
            blocks.restore(name, sum, block);
        }
    }

    private void putBack(Name name, WindowSum sum) {
        WindowSum before = sums.put(name, sum);
        packedBytes += sum.packedBytes() - (before == null ? 0 : before.packedBytes());
        hasUnsent |= sum.unsent();
    }

    /** Names the entries of the state that are to be written or deleted because sums changed. */
    void settle(Set<StateKey> changed) {
        for (Name name : moving) {
            apart.remove(name);
            blocks.begin(name);
            changed.add(new StateKey.OfSum(startMs, name));
        }
        moving.clear();
        blocks.settle(this::pack, block -> changed.add(new StateKey.OfBlock(startMs, block)));
    }

    /** Names all entries of sums. */
    void forget(Set<StateKey> changed) {
        apart.forEach(name -> changed.add(new StateKey.OfSum(startMs, name)));
        for (int block = 0; block < blocks.size(); block++) {
            changed.add(new StateKey.OfBlock(startMs, block));
        }
    }

    /** The value of a block's entry; false when there is no such block. */
    boolean write(int block, ByteWriter out) {
        boolean known = blocks.has(block);
        if (known) {
            blocks.write(block, out);
        }
        return known;
    }

    /** Shows the sums as they stand; returns whether the viewer wants more. */
    boolean look(Predicate<TldCount> viewer) {
        return sums.entrySet().stream()
                .allMatch(sum -> viewer.test(sum.getValue().toCount(this, sum.getKey())));
    }

    /** Queries counted: {@code tld} speaks for all dimensions. */
    long queries() {
        long queries = 0;
        for (Map.Entry<Name, WindowSum> sum : sums.entrySet()) {
            queries +=
                    sum.getKey().dimension().equals(Dimension.TLD.text())
                            ? sum.getValue().figures().queries()
                            : 0;
        }
        return queries;
    }

    /** From now on what comes is late; all sums are to be emitted once more, as final. */
    void close(long number) {
        closeNumber = number;
        sums.values().forEach(WindowSum::touch);
        hasUnsent = !sums.isEmpty();
    }

    /**
     * Appends the sums that changed since they were taken last, final when this window is closed;
     * returns whether there are any.
     */
    boolean takeUnsent(List<TldCount> counts) {
        if (!hasUnsent) {
            return false;
        }
        sums.forEach(
                (name, sum) -> {
                    if (sum.unsent()) {
                        counts.add(sum.take(this, name));
                        touched(name, sum);
                        if (!isOpen()) {
                            pack(sum);
                        }
                    }
                });
        hasUnsent = false;
        return true;
    }

    private void pack(WindowSum sum) {
        packedBytes -= sum.packedBytes();
        sum.pack();
        packedBytes += sum.packedBytes();
    }
}
