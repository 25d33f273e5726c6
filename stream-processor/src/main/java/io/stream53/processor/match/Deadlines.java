package io.stream53.processor.match;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one node's time, soonest first: a binary heap whose elements know their place.
 * Adding in order of time costs nothing, and what came last is at the heap's leaves, so taking it
 * out early, as an answer does, costs next to nothing too. Any disorder costs a logarithm.
 */
final class Deadlines<E extends Held<E>> {
    private @Nullable E[] heap = newHeap(8);
    private int size;

    /** The one with the earliest deadline. */
    @Nullable E first() {
        return heap[0];
    }

    void add(E held) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(held, size++);
    }

    void remove(E held) {
        int hole = held.heapIndex;
        held.heapIndex = -1;
        E last = Objects.requireNonNull(heap[--size]);
        heap[size] = null;
        if (hole < size) {
            up(last, hole);
            down(last, last.heapIndex);
        }
    }

    /** Takes notice of a deadline that was moved. */
    void moved(E held) {
        up(held, held.heapIndex);
        down(held, held.heapIndex);
    }

    private void up(E held, int from) {
        int index = from;
        while (index > 0) {
            int above = (index - 1) / 2;
            E parent = Objects.requireNonNull(heap[above]);
            if (!isBefore(held, parent)) {
                break;
            }
            set(index, parent);
            index = above;
        }
        set(index, held);
    }

    private void down(E held, int from) {
        int index = from;
        for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
            E least = Objects.requireNonNull(heap[child]);
            E right = child + 1 < size ? heap[child + 1] : null;
            if (right != null && isBefore(right, least)) {
                least = right;
            }
            if (!isBefore(least, held)) {
                break;
            }
            int freed = least.heapIndex;
            set(index, least);
            index = freed;
        }
        set(index, held);
    }

    private void set(int index, E held) {
        heap[index] = held;
        held.heapIndex = index;
    }

    private boolean isBefore(E a, E b) {
        return a.deadlineUs < b.deadlineUs || a.deadlineUs == b.deadlineUs && a.order < b.order;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Held<E>> @Nullable E[] newHeap(int length) {
        return (E[]) new Held<?>[length];
    }
}
