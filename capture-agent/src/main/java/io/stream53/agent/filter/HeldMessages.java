package io.stream53.agent.filter;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is held over all keys, in the order in which it came; each can be taken out at once. Times
 * may be in another order.
 */
final class HeldMessages {
    private @Nullable HeldMessage first;
    private @Nullable HeldMessage last;
    private int count;

    /** How many are held of each time. */
    private final TreeMap<Long, Integer> times = new TreeMap<>();

    private long bytes;

    void add(HeldMessage message) {
        message.previous = last;
        if (last == null) {
            first = message;
        } else {
            last.next = message;
        }
        last = message;
        count++;
        times.merge(message.timestampUs, 1, Integer::sum);
        bytes += message.heldBytes();
    }

    void remove(HeldMessage message) {
        HeldMessage before = message.previous;
        HeldMessage after = message.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        count--;
        int left = times.getOrDefault(message.timestampUs, 0) - 1;
        if (left > 0) {
            times.put(message.timestampUs, left);
        } else {
            times.remove(message.timestampUs);
        }
        bytes -= message.heldBytes();
    }

    @Nullable HeldMessage oldest() {
        return first;
    }

    /** The lowest time of all; the largest long when nothing is held. */
    long lowestUs() {
        return times.isEmpty() ? Long.MAX_VALUE : times.firstKey();
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }
}
