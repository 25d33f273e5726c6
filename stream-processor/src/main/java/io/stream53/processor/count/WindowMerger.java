package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.TldCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Merges the tasks' partial sums, declares minutes final, and adds the final minutes up to hours.
 * Give it every {@link CountMessage} of its partition, call {@link #takeFinals} each second or so
 * and {@link #takeUpdates} each ten, and send what they return. For one thread.
 *
 * <p>A window closes once the {@link Upstreams} have passed it. A closed window is kept for
 * corrections: what comes for it is added, counted as late, and emitted again with the whole
 * corrected figures. Of too many windows those go that are the furthest from where any node is, so
 * that neither a wild clock nor a replay pushes out those of the others. What comes for a closed
 * window that has gone is refused, since no whole figures could be given. A window that was never
 * closed opens at any time: the order of windows is not the order of their times.
 *
 * <p>An hour takes in a minute's sums as the minute closes, and then each of its corrections. All
 * minutes of an hour and key come to one merger, by {@link CountMessage#mergeKey}.
 */
public final class WindowMerger {
    /** Closed minutes kept for corrections: two days' of one node, or a day's of two replays. */
    public static final int DEFAULT_KEPT_WINDOWS = 3000;

    /** Closed hours kept for corrections: those of as many minutes. */
    private static final int KEPT_HOURS = 50;

    private final Upstreams upstreams;
    private final WindowSet minutes;
    private final WindowSet hours;
    private final Set<StateKey.OfUpstream> changed = new HashSet<>();
    private long givenUp;

    /**
     * @param closeDelay how far watermarks must have passed a window's end: {@code match.timeout}
     *     and a grace
     * @param keptWindows closed minutes kept for corrections
     */
    public WindowMerger(Duration closeDelay, int keptWindows) {
        upstreams = new Upstreams(closeDelay);
        minutes = new WindowSet(Windows.LENGTH_MS, keptWindows, upstreams);
        hours = new WindowSet(Windows.HOUR_MS, KEPT_HOURS, upstreams);
    }

    /**
     * Takes a message of a task.
     *
     * @return queries refused, because their window was given up: 0 in the usual course. A query
     *     counts once in each dimension; {@code tld} speaks for them
     * @throws IllegalArgumentException when a partial's tally is of another version
     */
    public long accept(CountMessage message) {
        return switch (message) {
            case CountMessage.Partial partial -> add(partial);
            case CountMessage.Progress progress -> {
                upstreams.accept(progress);
                changed.add(new StateKey.OfUpstream(progress.upstream()));
                yield 0L;
            }
            case CountMessage.RunPart _, CountMessage.Signal _, CountMessage.SlotsSent _ ->
                    throw new IllegalArgumentException("not a count: " + message);
        };
    }

    private long add(CountMessage.Partial partial) {
        WindowSum part = WindowSum.part(partial.tally());
        long start = partial.windowStartMs();
        Window.Name name = new Window.Name(partial.dimension(), partial.key());
        return switch (minutes.add(start, name, part)) {
            case OPEN -> 0;
            case LATE -> {
                hours.add(Windows.hourOf(start), name, part);
                yield 0;
            }
            case REFUSED ->
                    partial.dimension().equals(Dimension.TLD.text()) ? part.figures().queries() : 0;
        };
    }

    /**
     * Closes the windows that are due and returns their counts, {@code final}; and anew the counts
     * of closed windows that were added to.
     */
    public List<TldCount> takeFinals() {
        minutes.close().forEach(this::addToHour);
        hours.close();
        List<TldCount> counts = new ArrayList<>();
        minutes.takeClosed(counts);
        hours.takeClosed(counts);
        givenUp += minutes.giveUpTooMany();
        hours.giveUpTooMany();
        return counts;
    }

    /**
     * Queries in open minutes that were given up since the last call: only where there are more
     * windows than any real traffic has.
     */
    public long takeGivenUp() {
        long queries = givenUp;
        givenUp = 0;
        return queries;
    }

    private void addToHour(Window minute) {
        long hour = Windows.hourOf(minute.startMs);
        minute.sums.forEach((name, sum) -> hours.add(hour, name, sum));
    }

    /** Counts so far, not {@code final}, of the open windows that were added to since the last. */
    public List<TldCount> takeUpdates() {
        List<TldCount> counts = new ArrayList<>();
        minutes.takeOpen(counts);
        hours.takeOpen(counts);
        return counts;
    }

    /**
     * Shows every count that is held as it stands, hours before minutes, the newest window first,
     * until the viewer wants no more. Changes nothing.
     */
    public void look(Predicate<TldCount> viewer) {
        boolean _ = hours.look(viewer) && minutes.look(viewer);
    }

    /** Windows of which something is still to be declared final. */
    public int openWindows() {
        return minutes.unfinished() + hours.unfinished();
    }

    /** Keys of minutes that were declared final, each once. */
    public long finalSums() {
        return minutes.finalSums();
    }

    /** Writes what changed since the last drain, but for the hours. */
    public void drain(StateWriter writer) {
        for (StateKey.OfUpstream key : changed) {
            CountMessage.Progress progress = upstreams.last(key.upstream());
            if (progress != null) {
                ByteWriter out = new ByteWriter().u8(StateKey.VERSION);
                progress.write(out);
                writer.put(key.encode(), out.toBytes());
            }
        }
        changed.clear();
        minutes.drain(writer);
    }

    /** Writes what changed in the hours since the last drain; the keys want a prefix apart. */
    public void drainHours(StateWriter writer) {
        hours.drain(writer);
    }

    /**
     * Takes back what a drain wrote, in any order.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    public void restore(byte[] key, byte[] value) {
        if (StateKey.decode(key) instanceof StateKey.OfUpstream upstream) {
            ByteReader in = new ByteReader(value);
            in.version(StateKey.VERSION, "state of counts");
            upstreams.accept(CountMessage.Progress.read(upstream.upstream(), in));
        } else {
            minutes.restore(key, value);
        }
    }

    /**
     * Takes back what a drain of the hours wrote, in any order.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    public void restoreHours(byte[] key, byte[] value) {
        hours.restore(key, value);
    }

    /** Whether no upstream adds to a minute in the usual course: then it may be closed. */
    public boolean hasPassed(long windowStartMs) {
        return upstreams.hasPassed(Windows.endOf(windowStartMs));
    }
}
