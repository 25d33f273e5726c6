package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** An hour is added to once in a minute: unpacked, its sums would only take heap. */
    private boolean isHour() {
        return lengthMs == Windows.HOUR_MS;
    }

    /** Adds a part to a sum; returns whether the sum is new. */
    boolean add(Name name, Tally part) {
        boolean isNew = !sums.containsKey(name);
        WindowSum sum = sums.computeIfAbsent(name, fresh -> new WindowSum());
        packedBytes -= sum.packedBytes();
        sum.add(part, !isOpen());
        hasUnsent = true;
        if (isHour()) {
            pack(sum);
        }
        return isNew;
    }

    /** Takes back a sum from the state. */
    void restore(Name name, WindowSum sum) {
        WindowSum before = sums.put(name, sum);
        packedBytes += sum.packedBytes() - (before == null ? 0 : before.packedBytes());
        hasUnsent |= sum.unsent();
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
                            ? sum.getValue().tally().queries()
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
     * Appends the sums that changed since they were taken last, final when this window is closed,
     * and returns their names.
     */
    List<Name> takeUnsent(List<TldCount> counts) {
        List<Name> taken = new ArrayList<>();
        if (hasUnsent) {
            sums.forEach(
                    (name, sum) -> {
                        if (sum.unsent()) {
                            counts.add(sum.take(this, name));
                            taken.add(name);
                            if (!isOpen()) {
                                pack(sum);
                            }
                        }
                    });
            hasUnsent = false;
        }
        return taken;
    }

    private void pack(WindowSum sum) {
        packedBytes -= sum.packedBytes();
        sum.pack();
        packedBytes += sum.packedBytes();
    }
}
