package io.stream53.processor.detect;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Which slots are over. Each node has its own time, and none waits for one whose clock is wrong:
 * within a task a slot waits for the nodes that are behind it by less than three minutes, which is
 * longer than a node's transactions of a slot take to come. A node further behind adds to the slot
 * later, and that is judged on its own. So a slot between two nodes that are far apart is not over
 * before the one behind has come near and left it.
 *
 * <p>For another task slots wait longer, because its partition may be moving from one instance to
 * another: until its nodes are ten minutes behind.
 */
final class Passing {
    /** More than a watermark's delay and a slot. */
    private static final long NODES_APART_US = 180_000_000;

    private static final long TASKS_APART_US = 600_000_000;

    private Passing() {}

    /** Whether the nodes of a task have left a slot. */
    static boolean isOver(long slot, NodeTimes times) {
        long endUs = endUs(slot);
        long past = Math.min(next(times.holding(), endUs), next(times.resting(), endUs));
        if (past == Long.MAX_VALUE && !isThere(Long.MAX_VALUE, times)) {
            return false;
        }
        Long behind = behind(times.holding(), endUs);
        if (behind == null) {
            return true;
        }
        return !times.backlog()
                && apart(endUs, behind) > NODES_APART_US
                && apart(past, endUs) <= NODES_APART_US;
    }

    /** Whether all tasks have left a slot that are to be waited for. */
    static boolean isOver(long slot, Collection<CountMessage.SlotsSent> tasks) {
        boolean over = false;
        for (CountMessage.SlotsSent task : tasks) {
            boolean left = isOver(slot, task.times());
            if (!left && holdsUp(slot, task.times())) {
                return false;
            }
            over |= left;
        }
        return over;
    }

    private static boolean holdsUp(long slot, NodeTimes times) {
        long endUs = endUs(slot);
        Long behind = behind(times.holding(), endUs);
        return behind != null && (times.backlog() || apart(endUs, behind) <= TASKS_APART_US);
    }

    private static boolean isThere(long timeUs, NodeTimes times) {
        return times.holding().contains(timeUs) || times.resting().contains(timeUs);
    }

    /** The first time that is past a slot's end, {@link Long#MAX_VALUE} for none as well. */
    private static long next(List<Long> times, long endUs) {
        int at = at(times, endUs);
        return at == times.size() ? Long.MAX_VALUE : times.get(at);
    }

    /** The last time before a slot's end. */
    private static @org.jspecify.annotations.Nullable Long behind(List<Long> times, long endUs) {
        int at = at(times, endUs);
        return at == 0 ? null : times.get(at - 1);
    }

    private static int at(List<Long> times, long endUs) {
        int found = Collections.binarySearch(times, endUs);
        return found < 0 ? -found - 1 : found;
    }

    private static long apart(long later, long earlier) {
        long distance = later - earlier;
        return distance < 0 ? Long.MAX_VALUE : distance;
    }

    private static long endUs(long slot) {
        return Slots.endMs(slot) * 1000;
    }
}
