package io.stream53.processor.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Things held under transaction keys, several under one. They are found by key (oldest first, by
 * their time), by arrival (the oldest), and by their node's deadlines. A hash table with chains
 * through the elements: no boxes, no nodes of its own.
 *
 * <p>It also knows what has changed since the last {@link #drain}.
 */
class HeldSet<E extends Held<E>> {
    private final StateCodec.Kind kind;
    private final Function<NodeClock, Deadlines<E>> deadlines;

    /** Secret, so that nobody can send keys that all land in one bucket. */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    private @Nullable E[] table = newTable(16);
    private int size;
    private @Nullable E oldest;
    private @Nullable E youngest;

    private final List<E> changed = new ArrayList<>();
    private final List<byte[]> deleted = new ArrayList<>();

    HeldSet(StateCodec.Kind kind, Function<NodeClock, Deadlines<E>> deadlines) {
        this.kind = kind;
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
        return sameKey(held.next, held.arrival);
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
        while (held != null
                && (held.keyHash != arrival.keyHash()
                        || !Arrays.equals(held.arrival.key(), arrival.key()))) {
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
        deadlines.apply(held.arrival.clock()).add(held);
    }

    void remove(E held) {
        size--;
        removeFromBucket(held);
        removeFromArrivals(held);
        deadlines.apply(held.arrival.clock()).remove(held);
        if (held.logged) {
            deleted.add(StateCodec.key(kind, held));
        }
    }

    /** Has what is in the changelog written again, because it has changed. */
    void touch(E held) {
        if (held.logged && !held.changed) {
            held.changed = true;
            changed.add(held);
        }
    }

    /** Moves a deadline. */
    void setDeadline(E held, long deadlineUs) {
        held.deadlineUs = deadlineUs;
        deadlines.apply(held.arrival.clock()).moved(held);
    }

    /** Writes what is new or has changed, and deletes what is gone, since the last drain. */
    void drain(StateWriter writer, Function<E, byte[]> encoder) {
        deleted.forEach(writer::delete);
        deleted.clear();
        for (E held : changed) {
            if (held.heapIndex >= 0) {
                writer.put(StateCodec.key(kind, held), encoder.apply(held));
            }
            held.changed = false;
        }
        changed.clear();
        // What arrived since the last drain is younger than all that is logged.
        for (E held = youngest; held != null && !held.logged; held = held.older) {
            writer.put(StateCodec.key(kind, held), encoder.apply(held));
            held.logged = true;
        }
    }

    private void insertIntoBucket(E held) {
        int bucket = bucket(held.keyHash);
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
        int bucket = bucket(held.keyHash);
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

    /** At the end; only a restore may come out of order. */
    private void insertByArrival(E held) {
        E before = youngest;
        while (before != null && before.order > held.order) {
            before = before.older;
        }
        E after = before == null ? oldest : before.younger;
        link(before, held);
        link(held, after);
    }

    private void removeFromArrivals(E held) {
        link(held.older, held.younger);
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
