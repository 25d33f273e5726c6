package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.TldCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges the tasks' partial sums and declares windows final. Give it every {@link CountMessage} of
 * its partition, call {@link #takeFinals} each second or so and {@link #takeUpdates} each ten, and
 * send what they return. For one thread.
 *
 * <p>A window closes once no upstream can add to it in the usual course: every upstream that ever
 * reported has passed the window's end by the close delay ({@code match.timeout} and a grace), or
 * is idle; and at least one of them has passed it, or all runs have ended. Upstreams that never
 * reported are not waited for.
 *
 * <p>A closed window is kept until so many others have been closed after it. What comes for it
 * meanwhile is added, counted as late, and emitted again with the whole corrected figures; what
 * comes later still is refused, since no whole figures could be given. A window that was never
 * closed opens at any time: the order of windows is not the order of their times.
 */
public final class WindowMerger {
    /** Closed windows kept for corrections: an hour's, when they follow one another. */
    public static final int DEFAULT_KEPT_WINDOWS = 60;

    private final long closeDelayUs;
    private final int keptWindows;
    private final TreeMap<Long, Window> windows = new TreeMap<>();
    private final Map<Integer, CountMessage.Progress> upstreams = new HashMap<>();
    private final EvictedWindows evicted = new EvictedWindows();

    /** Closed windows still kept, by the order of closing. */
    private final TreeMap<Long, Window> closed = new TreeMap<>();

    private long lastCloseNumber;
    private long finalSums;

    /** Entries of the state that changed since the last drain. */
    private final Set<StateKey> changed = new HashSet<>();

    /**
     * @param closeDelay how far watermarks must have passed a window's end: {@code match.timeout}
     *     and a grace
     * @param keptWindows closed windows kept for corrections
     */
    public WindowMerger(Duration closeDelay, int keptWindows) {
        this.closeDelayUs = closeDelay.toNanos() / 1000;
        this.keptWindows = keptWindows;
    }

    /**
     * Takes a message of a task.
     *
     * @return queries refused, because their window was given up: 0 in the usual course
     * @throws IllegalArgumentException when a partial's tally is of another version
     */
    public long accept(CountMessage message) {
        return switch (message) {
            case CountMessage.Partial partial -> add(partial);
            case CountMessage.Progress progress -> {
                upstreams.put(progress.upstream(), progress);
                changed.add(new StateKey.OfUpstream(progress.upstream()));
                yield 0L;
            }
            case CountMessage.RunPart part ->
                    throw new IllegalArgumentException("not a count: " + part);
        };
    }

    private long add(CountMessage.Partial partial) {
        Tally part = Tally.fromBytes(partial.tally());
        long start = partial.windowStartMs();
        if (evicted.contains(start)) {
            return part.queries();
        }
        Window window = windows.computeIfAbsent(start, Window::new);
        Window.Name name = new Window.Name(partial.dimension(), partial.key());
        boolean isNew = window.add(name, part);
        changed.add(new StateKey.OfSum(start, name));
        if (isNew && !window.isOpen()) {
            finalSums++;
            changed.add(StateKey.Totals.INSTANCE);
        }
        return 0;
    }

    /**
     * Closes the windows that are due and returns their counts, {@code final}; and anew the counts
     * of closed windows that were added to.
     */
    public List<TldCount> takeFinals() {
        closeDueWindows();
        List<TldCount> counts = new ArrayList<>();
        closed.values().forEach(window -> take(window, counts));
        while (closed.size() > keptWindows) {
            evict(closed.pollFirstEntry().getValue());
        }
        return counts;
    }

    /** Counts so far, not {@code final}, of the open windows that were added to since the last. */
    public List<TldCount> takeUpdates() {
        List<TldCount> counts = new ArrayList<>();
        windows.values().stream().filter(Window::isOpen).forEach(window -> take(window, counts));
        return counts;
    }

    /** Windows of which something is still to be declared final. */
    public int openWindows() {
        return (int)
                windows.values().stream()
                        .filter(window -> window.isOpen() || window.hasUnsent())
                        .count();
    }

    /** Keys of windows that were declared final, each once. */
    public long finalSums() {
        return finalSums;
    }

    /** Writes what changed since the last drain. */
    public void drain(StateWriter writer) {
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
    public void restore(byte[] key, byte[] value) {
        ByteReader in = new ByteReader(value);
        in.version(StateKey.VERSION, "state of counts");
        switch (StateKey.decode(key)) {
            case StateKey.OfUpstream upstream ->
                    upstreams.put(
                            upstream.upstream(),
                            new CountMessage.Progress(upstream.upstream(), in.i64(), in.u8() != 0));
            case StateKey.OfWindow window -> {
                Window restored = windows.computeIfAbsent(window.startMs(), Window::new);
                restored.closeNumber = in.varint();
                closed.put(restored.closeNumber, restored);
            }
            case StateKey.OfSum sum ->
                    windows.computeIfAbsent(sum.startMs(), Window::new)
                            .restore(sum.name(), WindowSum.read(in));
            case StateKey.Totals.INSTANCE -> {
                lastCloseNumber = in.varint();
                finalSums = in.varint();
                evicted.read(in);
            }
        }
    }

    private byte @Nullable [] valueOf(StateKey key) {
        ByteWriter out = new ByteWriter().u8(StateKey.VERSION);
        switch (key) {
            case StateKey.OfUpstream upstream -> {
                CountMessage.Progress progress = upstreams.get(upstream.upstream());
                if (progress == null) {
                    return null;
                }
                out.i64(progress.watermarkUs()).u8(progress.idle() ? 1 : 0);
            }
            case StateKey.OfWindow of -> {
                Window window = windows.get(of.startMs());
                if (window == null) {
                    return null;
                }
                out.varint(window.closeNumber);
            }
            case StateKey.OfSum of -> {
                Window window = windows.get(of.startMs());
                WindowSum sum = window == null ? null : window.sums.get(of.name());
                if (sum == null) {
                    return null;
                }
                sum.write(out);
            }
            case StateKey.Totals.INSTANCE -> {
                out.varint(lastCloseNumber).varint(finalSums);
                evicted.write(out);
            }
        }
        return out.toBytes();
    }

    /** Whether no upstream adds to a window in the usual course: then it may be closed. */
    public boolean hasPassed(long windowStartMs) {
        return !upstreams.isEmpty() && dueUs(windowStartMs) < passedUs();
    }

    private long dueUs(long windowStartMs) {
        return Windows.endOf(windowStartMs) * 1000 + closeDelayUs;
    }

    private void closeDueWindows() {
        long passed = passedUs();
        for (Window window : windows.values()) {
            if (window.isOpen() && dueUs(window.startMs) < passed && !upstreams.isEmpty()) {
                close(window);
            }
        }
    }

    /** How far all upstreams have come that hold a window open. */
    private long passedUs() {
        long slowest = Long.MAX_VALUE;
        long fastest = Long.MIN_VALUE;
        boolean allEnded = true;
        for (CountMessage.Progress progress : upstreams.values()) {
            long watermark = progress.watermarkUs();
            allEnded &= watermark == Long.MAX_VALUE;
            slowest = progress.idle() ? slowest : Math.min(slowest, watermark);
            fastest = watermark == Long.MAX_VALUE ? fastest : Math.max(fastest, watermark);
        }
        return allEnded ? Long.MAX_VALUE : Math.min(slowest, fastest);
    }

    private void close(Window window) {
        window.close(++lastCloseNumber);
        closed.put(window.closeNumber, window);
        finalSums += window.sums.size();
        changed.add(new StateKey.OfWindow(window.startMs));
        changed.add(StateKey.Totals.INSTANCE);
    }

    private void take(Window window, List<TldCount> counts) {
        for (Window.Name name : window.takeUnsent(counts)) {
            changed.add(new StateKey.OfSum(window.startMs, name));
        }
    }

    private void evict(Window window) {
        windows.remove(window.startMs);
        evicted.add(window.startMs);
        changed.add(StateKey.Totals.INSTANCE);
        changed.add(new StateKey.OfWindow(window.startMs));
        window.sums.keySet().forEach(name -> changed.add(new StateKey.OfSum(window.startMs, name)));
    }
}
