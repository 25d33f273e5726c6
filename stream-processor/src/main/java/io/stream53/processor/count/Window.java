package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One window of a {@link WindowMerger}: its sums by key, and whether it was declared final. */
final class Window {
    /** Number of an open window in the order of closing. */
    static final long OPEN = 0;

    /** Name of a sum inside its window. */
    record Name(String dimension, String key) {}

    /** A sum. */
    static final class Sum {
        final Tally tally;

        /** Transactions that came after the window was declared final. */
        long late;

        /** The figures differ from those emitted last. */
        boolean unsent;

        Sum(Tally tally) {
            this.tally = tally;
        }

        void write(ByteWriter out) {
            out.varint(late).u8(unsent ? 1 : 0).bytes(tally.toBytes());
        }

        static Sum read(ByteReader in) {
            long late = in.varint();
            boolean unsent = in.u8() != 0;
            Sum sum = new Sum(Tally.fromBytes(in.bytes()));
            sum.late = late;
            sum.unsent = unsent;
            return sum;
        }
    }

    final long startMs;

    /** When this window was closed, as a running number; {@link #OPEN} before. */
    long closeNumber = OPEN;

    final Map<Name, Sum> sums = new HashMap<>();

    Window(long startMs) {
        this.startMs = startMs;
    }

    boolean isOpen() {
        return closeNumber == OPEN;
    }

    boolean hasUnsent() {
        return sums.values().stream().anyMatch(sum -> sum.unsent);
    }

    /** Adds a task's part to a sum and returns its name. */
    Name add(String dimension, String key, Tally part) {
        Name name = new Name(dimension, key);
        Sum sum = sums.computeIfAbsent(name, fresh -> new Sum(new Tally()));
        sum.tally.add(part);
        sum.unsent = true;
        if (!isOpen()) {
            sum.late += part.transactions();
        }
        return name;
    }

    /**
     * Appends the sums that changed since they were taken last, final when this window is closed,
     * and returns their names.
     */
    List<Name> takeUnsent(List<TldCount> counts) {
        List<Name> taken = new ArrayList<>();
        sums.forEach(
                (name, sum) -> {
                    if (sum.unsent) {
                        counts.add(
                                sum.tally.toCount(
                                        name.dimension, name.key, startMs, sum.late, !isOpen()));
                        sum.unsent = false;
                        taken.add(name);
                    }
                });
        return taken;
    }
}
