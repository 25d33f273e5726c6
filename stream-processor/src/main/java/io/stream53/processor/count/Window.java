package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One window of a {@link WindowMerger}: its sums by key, and whether it was declared final. */
final class Window {
    /** Close number of an open window. */
    static final long OPEN = 0;

    /** Name of a sum inside its window. */
    record Name(String dimension, String key) {}

    final long startMs;

    /** When this window was closed, as a running number; {@link #OPEN} before. */
    long closeNumber = OPEN;

    final Map<Name, WindowSum> sums = new HashMap<>();

    /** Some sum differs from what was emitted of it last. */
    private boolean hasUnsent;

    Window(long startMs) {
        this.startMs = startMs;
    }

    boolean isOpen() {
        return closeNumber == OPEN;
    }

    boolean hasUnsent() {
        return hasUnsent;
    }

    /** Adds a task's part to a sum; returns whether the sum is new. */
    boolean add(Name name, Tally part) {
        boolean isNew = !sums.containsKey(name);
        sums.computeIfAbsent(name, fresh -> new WindowSum()).add(part, !isOpen());
        hasUnsent = true;
        return isNew;
    }

    /** Takes back a sum from the state. */
    void restore(Name name, WindowSum sum) {
        sums.put(name, sum);
        hasUnsent |= sum.unsent();
    }

    /** From now on what comes is late; all sums are to be emitted once more, as final. */
    void close(long number) {
        closeNumber = number;
        sums.values().forEach(WindowSum::touch);
        hasUnsent = !sums.isEmpty();
    }

    /**
     * Appends the sums that changed since they were taken last, final when this window is closed,
     * and returns their names.
     */
    List<Name> takeUnsent(List<TldCount> counts) {
        List<Name> taken = new ArrayList<>();
        if (hasUnsent) {
            sums.forEach(
                    (name, sum) -> {
                        if (sum.unsent()) {
                            counts.add(sum.take(name, startMs, !isOpen()));
                            taken.add(name);
                        }
                    });
            hasUnsent = false;
        }
        return taken;
    }
}
