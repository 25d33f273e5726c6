package io.stream53.agent.filter;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is held over all keys, in the order in which it came; each can be taken out at once. Times
 * may be in another order.
 */
final class HeldMessages {
    private @Nullable HeldMessage first;
    private @Nullable HeldMessage last;
    private int count;

    private final TreeSet<HeldMessage> byTime =
            new TreeSet<>(
                    Comparator.<HeldMessage>comparingLong(message -> message.timestampUs)
                            .thenComparingLong(message -> message.number));

    private long added;

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
        message.number = added++;
        byTime.add(message);
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
        byTime.remove(message);
        bytes -= message.heldBytes();
    }

    @Nullable HeldMessage oldest() {
        return first;
    }

    /** The lowest time of all; the largest long when nothing is held. */
    long lowestUs() {
        return byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().timestampUs;
    }

    /** The one of the lowest time. */
    @Nullable HeldMessage lowest() {
        return byTime.isEmpty() ? null : byTime.first();
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }
}
