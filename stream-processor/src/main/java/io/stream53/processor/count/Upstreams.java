package io.stream53.processor.count;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks told of how far their nodes have come, and which windows are therefore passed.
 *
 * <p>A window waits for each node that is behind it by less than the span: such a node is about to
 * add to it. One that is further behind, because its clock is wrong or it replays old captures,
 * comes later or never, and what it adds then corrects the window. A window is passed when it waits
 * for nobody, and either every node is past it or one is that has just left it: so a node far ahead
 * closes its own windows, and not those between it and the others. For a task that has a backlog to
 * read, every window waits that it has not come to.
 */
public final class Upstreams {
    /** Clocks are wrong by an hour more often than by anything else: a forgotten time zone. */
    public static final Duration SPAN = Duration.ofHours(2);

    private static final long SPAN_US = SPAN.toNanos() / 1000;

    private static final long LIMIT_MS = Long.MAX_VALUE / 4000;

    private final long closeDelayUs;
    private final Map<Integer, CountMessage.Progress> told = new HashMap<>();

    /** All times and those that hold windows, with how many tasks told them. */
    private final TreeMap<Long, Integer> all = new TreeMap<>();

    private final TreeMap<Long, Integer> holding = new TreeMap<>();

    /** The holding ones of tasks with a backlog. */
    private final TreeMap<Long, Integer> inBacklog = new TreeMap<>();

    /**
     * @param closeDelay how far a watermark must have passed a window's end: {@code match.timeout}
     *     and a grace
     */
    public Upstreams(Duration closeDelay) {
        this.closeDelayUs = closeDelay.toNanos() / 1000;
    }

    /** Takes what a task tells, instead of what it told before. */
    void accept(CountMessage.Progress progress) {
        CountMessage.Progress before = told.put(progress.upstream(), progress);
        if (before != null) {
            count(before.times(), -1);
        }
        count(progress.times(), 1);
    }

    private void count(NodeTimes times, int change) {
        times.holding().forEach(time -> count(holding, time, change));
        times.holding().forEach(time -> count(all, time, change));
        times.resting().forEach(time -> count(all, time, change));
        if (times.backlog()) {
            times.holding().forEach(time -> count(inBacklog, time, change));
        }
    }

    private static void count(Map<Long, Integer> tasks, Long time, int change) {
        int now = tasks.getOrDefault(time, 0) + change;
        if (now == 0) {
            tasks.remove(time);
        } else {
            tasks.put(time, now);
        }
    }

    /** What a task told last. */
    CountMessage.@Nullable Progress last(int upstream) {
        return told.get(upstream);
    }

    /** Whether no node adds to a window with this end in the usual course. */
    boolean hasPassed(long windowEndMs) {
        long dueUs = dueUs(windowEndMs);
        if (all.isEmpty() || all.lastKey() <= dueUs) {
            return false;
        }
        if (holding.isEmpty() || holding.firstKey() > dueUs) {
            return true;
        }
        if (!inBacklog.isEmpty() && inBacklog.firstKey() <= dueUs) {
            return false;
        }
        Long behind = holding.floorKey(dueUs);
        boolean waits = behind != null && behind > dueUs - SPAN_US;
        Long past = all.higherKey(dueUs);
        return !waits && past != null && past <= dueUs + SPAN_US;
    }

    /** How far the nearest node is from closing a window, on whatever side, in microseconds. */
    long distanceUs(long windowEndMs) {
        long dueUs = dueUs(windowEndMs);
        Long behind = all.floorKey(dueUs);
        Long past = all.higherKey(dueUs);
        return Math.min(
                behind == null ? Long.MAX_VALUE : apart(dueUs, behind),
                past == null ? Long.MAX_VALUE : apart(past, dueUs));
    }

    private static long apart(long later, long earlier) {
        long distance = later - earlier;
        return distance < 0 ? Long.MAX_VALUE : distance;
    }

    private long dueUs(long windowEndMs) {
        // Far beyond all dates, forged times must not turn around.
        long endUs = Math.clamp(windowEndMs, -LIMIT_MS, LIMIT_MS) * 1000;
        return endUs + closeDelayUs;
    }
}
