package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.TldCount;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one length of a {@link WindowMerger}: open ones, closed ones that may still be
 * corrected, and which were given up. Of too many windows, or of closed ones that take too much
 * heap, those go that are the furthest from where any node is.
 */
final class WindowSet {
    /** What became of a part. */
    enum Added {
        /** It is in an open window. */
        OPEN,

        /** It is in a closed one, as a correction. */
        LATE,

        /** Its window was given up: whole figures are not to be had any more. */
        REFUSED
    }

    /** Closed windows take at most so much heap, but for the last of them. */
    private static final long MAX_CLOSED_BYTES = 64 << 20;

    /** Open windows at most: hours behind and ahead of every node. */
    private static final int MAX_OPEN = 3000;

    /** Where an earlier version wrote ranges of windows. */
    private static final int NO_RANGES = 0;

    private final long lengthMs;
    private final int keptWindows;
    private final Upstreams upstreams;
    private final TreeMap<Long, Window> windows = new TreeMap<>();

    /** Closed windows still kept, by the order of closing. */
    private final TreeMap<Long, Window> closed = new TreeMap<>();

    private final EvictedWindows evicted;
    private long lastCloseNumber;
    private long finalSums;

    /** Entries of the state that changed since the last drain. */
    private final Set<StateKey> changed = new HashSet<>();

    /** Windows with sums that changed since. */
    private final Set<Window> touched = new HashSet<>();

    WindowSet(long lengthMs, int keptWindows, Upstreams upstreams) {
        this.lengthMs = lengthMs;
        this.keptWindows = keptWindows;
        this.upstreams = upstreams;
        evicted = new EvictedWindows(lengthMs);
    }

    Added add(long startMs, Window.Name name, WindowSum part) {
        if (evicted.contains(startMs)) {
            return Added.REFUSED;
        }
        Window window = windowOf(startMs);
        boolean isNew = window.add(name, part);
        touched.add(window);
        if (window.isOpen()) {
            return Added.OPEN;
        }
        if (isNew) {
            finalSums++;
            changed.add(StateKey.Totals.INSTANCE);
        }
        return Added.LATE;
    }

    /** Closes the open windows that the upstreams have passed, and returns them. */
    List<Window> close() {
        List<Window> now =
                windows.values().stream()
                        .filter(window -> window.isOpen() && upstreams.hasPassed(endOf(window)))
                        .toList();
        for (Window window : now) {
            window.close(++lastCloseNumber);
            closed.put(window.closeNumber, window);
            finalSums += window.sums.size();
            changed.add(new StateKey.OfWindow(window.startMs));
            changed.add(StateKey.Totals.INSTANCE);
        }
        return now;
    }

    /** Takes what is new in closed windows. */
    void takeClosed(List<TldCount> counts) {
        closed.values().forEach(window -> take(window, counts));
    }

    /**
     * Gives up the windows that are too many, once what is new in the closed ones was taken.
     *
     * @return queries in open windows that were given up
     */
    long giveUpTooMany() {
        for (Window window : tooMany(closed.values(), keptWindows)) {
            giveUpClosed(window);
        }
        while (closed.size() > 1 && closedBytes() > MAX_CLOSED_BYTES) {
            tooMany(closed.values(), closed.size() - 1).forEach(this::giveUpClosed);
        }
        long queries = 0;
        if (windows.size() - closed.size() > MAX_OPEN) {
            List<Window> open = windows.values().stream().filter(Window::isOpen).toList();
            for (Window window : tooMany(open, MAX_OPEN)) {
                queries += window.queries();
                giveUp(window);
            }
        }
        return queries;
    }

    /** Those beyond the bound that are the least likely to be added to. */
    private List<Window> tooMany(Collection<Window> among, int bound) {
        int excess = among.size() - bound;
        return excess <= 0
                ? List.of()
                : among.stream()
                        .sorted(
                                Comparator.comparingLong(this::distanceUs)
                                        .reversed()
                                        .thenComparingLong(window -> window.startMs))
                        .limit(excess)
                        .toList();
    }

    private long distanceUs(Window window) {
        return upstreams.distanceUs(endOf(window));
    }

    private long endOf(Window window) {
        return window.startMs + lengthMs;
    }

    private void giveUpClosed(Window window) {
        evicted.add(window.startMs);
        giveUp(window);
    }

    private void giveUp(Window window) {
        windows.remove(window.startMs);
        closed.remove(window.closeNumber);
        changed.add(new StateKey.OfWindow(window.startMs));
        window.forget(changed);
        touched.remove(window);
    }

    /** Takes what is new in open windows. */
    void takeOpen(List<TldCount> counts) {
        windows.values().stream().filter(Window::isOpen).forEach(window -> take(window, counts));
    }

    /**
     * Shows every count that is held as it stands, the newest window first; returns whether the
     * viewer wants more.
     */
    boolean look(Predicate<TldCount> viewer) {
        boolean more = true;
        for (Window window : windows.descendingMap().values()) {
            more = more && window.look(viewer);
        }
        return more;
    }

    /** Windows of which something is still to be declared final. */
    int unfinished() {
        return (int)
                windows.values().stream()
                        .filter(window -> window.isOpen() || window.hasUnsent())
                        .count();
    }

    /** Keys of windows that were declared final, each once. */
    long finalSums() {
        return finalSums;
    }

    /** Writes what changed since the last drain. */
    void drain(StateWriter writer) {
        touched.forEach(window -> window.settle(changed));
        touched.clear();
        evicted.takeChanged().forEach(block -> changed.add(new StateKey.OfEvicted(block)));
        for (StateKey key : changed) {
            byte[] value = valueOf(key);
            if (value == null) {
                writer.delete(key.encode());
            } else {
                writer.put(key.encode(), value);
            }
        }
        changed.clear();
    }

    /**
     * Takes back what a drain wrote, in any order.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    void restore(byte[] key, byte[] value) {
        ByteReader in = new ByteReader(value);
        in.version(StateKey.VERSION, "state of counts");
        switch (StateKey.decode(key)) {
            case StateKey.OfUpstream upstream ->
                    throw new IllegalArgumentException("not of windows: " + upstream);
            case StateKey.OfWindow window -> {
                Window restored = windowOf(window.startMs());
                restored.closeNumber = in.varint();
                closed.put(restored.closeNumber, restored);
            }
            case StateKey.OfSum sum ->
                    windowOf(sum.startMs()).restore(sum.name(), WindowSum.read(in));
            case StateKey.OfBlock of -> windowOf(of.startMs()).restore(of.block(), in);
            case StateKey.Totals.INSTANCE -> {
                lastCloseNumber = in.varint();
                finalSums = in.varint();
                evicted.readRanges(in);
            }
            case StateKey.OfEvicted of -> evicted.read(of.block(), in);
        }
    }

    private byte @Nullable [] valueOf(StateKey key) {
        ByteWriter out = new ByteWriter().u8(StateKey.VERSION);
        switch (key) {
            case StateKey.OfUpstream upstream ->
                    throw new IllegalStateException("not of windows: " + upstream);
            case StateKey.OfWindow of -> {
                Window window = windows.get(of.startMs());
                if (window == null) {
                    return null;
                }
                out.varint(window.closeNumber);
            }
            case StateKey.OfBlock of -> {
                Window window = windows.get(of.startMs());
                if (window == null || !window.write(of.block(), out)) {
                    return null;
                }
            }
            case StateKey.OfSum _ -> {
                // Its window has gone, or it is in a block now.
                return null;
            }
            case StateKey.OfEvicted of -> evicted.write(of.block(), out);
            case StateKey.Totals.INSTANCE ->
                    out.varint(lastCloseNumber).varint(finalSums).varint(NO_RANGES);
        }
        return out.toBytes();
    }

    private Window windowOf(long startMs) {
        return windows.computeIfAbsent(startMs, start -> new Window(start, lengthMs));
    }

    private long closedBytes() {
        return closed.values().stream().mapToLong(Window::packedBytes).sum();
    }

    private void take(Window window, List<TldCount> counts) {
        if (window.takeUnsent(counts)) {
            touched.add(window);
        }
    }
}
