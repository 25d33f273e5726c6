package io.stream53.standalone;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings what several partitions hold into one order: the item with the earliest time among the
 * partitions' next ones goes first, and each partition keeps its own order. An item waits while
 * another partition, of which more is to come, has not been read up to its time. Not safe for
 * several threads.
 */
final class PartitionMerge<T> {
    private record Item<T>(long timeUs, T value) {}

    private static final class Partition<T> {
        final Queue<Item<T>> waiting = new ArrayDeque<>();
        long readUpToUs = Long.MIN_VALUE;
    }

    private final Map<Integer, Partition<T>> partitions = new HashMap<>();
    private int waiting;

    PartitionMerge(Iterable<Integer> numbers) {
        numbers.forEach(number -> partitions.put(number, new Partition<>()));
    }

    /** The partition was read up to a record of this time, which is of no interest. */
    void skip(int partition, long timeUs) {
        Partition<T> from = partition(partition);
        from.readUpToUs = Math.max(from.readUpToUs, timeUs);
    }

    void add(int partition, long timeUs, T value) {
        skip(partition, timeUs);
        partition(partition).waiting.add(new Item<>(timeUs, value));
        waiting++;
    }

    int waiting() {
        return waiting;
    }

    int waiting(int partition) {
        return partition(partition).waiting.size();
    }

    /**
     * Takes the next item.
     *
     * @param isAtItsEnd tells of a partition that nothing more is to come for now
     * @return null when none is there, or a partition that is behind may have an earlier one
     */
    @Nullable T next(IntPredicate isAtItsEnd) {
        Partition<T> first = null;
        long firstUs = Long.MAX_VALUE;
        for (Partition<T> partition : partitions.values()) {
            Item<T> head = partition.waiting.peek();
            if (head != null && (first == null || head.timeUs < firstUs)) {
                first = partition;
                firstUs = head.timeUs;
            }
        }
        if (first == null || isAnyBehind(firstUs, isAtItsEnd)) {
            return null;
        }
        waiting--;
        return first.waiting.remove().value;
    }

    private boolean isAnyBehind(long timeUs, IntPredicate isAtItsEnd) {
        for (Map.Entry<Integer, Partition<T>> entry : partitions.entrySet()) {
            Partition<T> partition = entry.getValue();
            if (partition.waiting.isEmpty()
                    && partition.readUpToUs < timeUs
                    && !isAtItsEnd.test(entry.getKey())) {
                return true;
            }
        }
        return false;
    }

    private Partition<T> partition(int number) {
        Partition<T> partition = partitions.get(number);
        if (partition == null) {
            throw new IllegalArgumentException("partition " + number);
        }
        return partition;
    }
}
