package io.stream53.processor.match;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Things held under transaction keys, several under one. They are found by key (oldest first, by
 * their time), by arrival (the oldest), and by their node's deadlines. A hash table with chains
 * through the elements: no boxes, no nodes of its own.
 *
 * <p>It also knows what is new since the last drain.
 */
class HeldSet<E extends Held<E>> {
    private final StateBlocks blocks;
    private final Function<NodeClock, Deadlines<E>> deadlines;

    /** Secret, so that nobody can send keys that all land in one bucket. */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    private @Nullable E[] table = newTable(16);
    private int size;
    private @Nullable E oldest;
    private @Nullable E youngest;
    private @Nullable E lastInserted;

    HeldSet(StateBlocks blocks, Function<NodeClock, Deadlines<E>> deadlines) {
        this.blocks = blocks;
        this.deadlines = deadlines;
    }

    int size() {
        return size;
    }

    /** The one that arrived first. */
    @Nullable E oldest() {
        return oldest;
    }

    /** The one under a key that has the smallest time. */
    @Nullable E first(Arrival arrival) {
        return sameKey(table[bucket(arrival.keyHash())], arrival);
    }

    /** The next one under the same key. */
    @Nullable E next(E held) {
        return sameKey(held.next, held);
    }

    int countUnder(Arrival arrival) {
        int count = 0;
        for (E held = first(arrival); held != null; held = next(held)) {
            count++;
        }
        return count;
    }

    /** Above those of all that are like this one, to the microsecond. */
    int nextOrdinal(Arrival arrival) {
        int ordinal = 0;
        for (E held = first(arrival); held != null; held = next(held)) {
            if (held.timeUs() == arrival.timeUs() && held.asksTheSameAs(arrival)) {
                ordinal = Math.max(ordinal, held.ordinal + 1);
            }
        }
        return ordinal;
    }

    private @Nullable E sameKey(@Nullable E from, Arrival arrival) {
        E held = from;
        while (held != null && !held.hasKeyOf(arrival)) {
            held = held.next;
        }
        return held;
    }

    void add(E held) {
        if (2 * size == table.length) {
            grow();
        }
        size++;
        insertIntoBucket(held);
        insertByArrival(held);
        deadlines.apply(held.clock()).add(held);
    }

    void remove(E held) {
        size--;
        removeFromBucket(held);
        removeFromArrivals(held);
        deadlines.apply(held.clock()).remove(held);
        blocks.gone(held);
    }

    /** Has what is in the changelog written again, because it has changed. */
    void touch(E held) {
        blocks.changed(held);
    }

    /** Moves a deadline. */
    void setDeadline(E held, long deadlineUs) {
        held.deadlineUs = deadlineUs;
        deadlines.apply(held.clock()).moved(held);
    }

    /** Hands on those that arrived with this number and later, in this order. */
    void forEachSince(long order, Consumer<E> consumer) {
        E before = youngest;
        while (before != null && before.order >= order) {
            before = before.older;
        }
        E held = before == null ? oldest : before.younger;
        for (; held != null; held = held.younger) {
            consumer.accept(held);
        }
    }

    private void insertIntoBucket(E held) {
        int bucket = bucket(held.keyHash());
        E before = null;
        E after = table[bucket];
        while (after != null && isOlder(after, held)) {
            before = after;
            after = after.next;
        }
        held.next = after;
        if (before == null) {
            table[bucket] = held;
        } else {
            before.next = held;
        }
    }

    private void removeFromBucket(E held) {
        int bucket = bucket(held.keyHash());
        E before = null;
        for (E at = table[bucket]; at != null && at.order != held.order; at = at.next) {
            before = at;
        }
        if (before == null) {
            table[bucket] = held.next;
        } else {
            before.next = held.next;
        }
        held.next = null;
    }

    /** At the end; only a restore may come out of order, in runs that are in order. */
    private void insertByArrival(E held) {
        E before = youngest;
        if (before != null && before.order > held.order && lastInserted != null) {
            before = lastInserted;
            while (before.younger != null && before.younger.order < held.order) {
                before = before.younger;
            }
        }
        while (before != null && before.order > held.order) {
            before = before.older;
        }
        E after = before == null ? oldest : before.younger;
        link(before, held);
        link(held, after);
        lastInserted = held;
    }

    private void removeFromArrivals(E held) {
        link(held.older, held.younger);
        if (lastInserted != null && lastInserted.order == held.order) {
            lastInserted = null;
        }
        held.older = null;
        held.younger = null;
    }

    private void link(@Nullable E before, @Nullable E after) {
        if (before == null) {
            oldest = after;
        } else {
            before.younger = after;
        }
        if (after == null) {
            youngest = before;
        } else {
            after.older = before;
        }
    }

    private void grow() {
        table = newTable(2 * table.length);
        for (E held = oldest; held != null; held = held.younger) {
            insertIntoBucket(held);
        }
    }

    private int bucket(long keyHash) {
        return (int) (keyHash * multiplier >>> Long.numberOfLeadingZeros(table.length - 1L));
    }

    private boolean isOlder(E a, E b) {
        return a.timeUs() < b.timeUs() || a.timeUs() == b.timeUs() && a.order < b.order;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Held<E>> @Nullable E[] newTable(int length) {
        return (E[]) new Held<?>[length];
    }
}
