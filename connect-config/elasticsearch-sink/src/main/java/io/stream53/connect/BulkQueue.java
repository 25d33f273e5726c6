package io.stream53.connect;

import io.stream53.connect.Operation.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a task that are not settled yet: which may be sent now, which wait for an earlier
 * write to the same document, and up to where each partition's offsets may be committed.
 *
 * <p>A write is in at most one batch, and a batch has at most one write to a document; so writes to
 * one document reach the engine in the order of their records, however many batches are under way
 * and however often parts of them are sent again. One thread adds, several take and settle.
 */
final class BulkQueue {
    private final int batchSize;
    private final long bulkBytes;
    private final long lingerNs;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition released = lock.newCondition();

    private final Deque<Operation> ready = new ArrayDeque<>();
    private long readyBytes;

    /** The last unsettled write to each document. */
    private final Map<Operation.Target, Operation> last = new HashMap<>();

    /** Each partition's writes in the order of their offsets, from the first unsettled one on. */
    private final Map<TopicPartition, Deque<Operation>> partitions = new HashMap<>();

    private int unsettled;
    private int discards;
    private boolean closed;

    BulkQueue(int batchSize, long bulkBytes, Duration linger) {
        this.batchSize = batchSize;
        this.bulkBytes = bulkBytes;
        this.lingerNs = linger.toNanos();
    }

    /** Adds a write, behind any earlier one to the same document. */
    void add(Operation operation) {
        lock.lock();
        try {
            unsettled++;
            partitions
                    .computeIfAbsent(operation.partition(), _ -> new ArrayDeque<>())
                    .addLast(operation);
            Operation previous = last.put(operation.target(), operation);
            if (previous == null) {
                makeReady(operation);
            } else {
                previous.next = operation;
            }
        } finally {
            lock.unlock();
        }
    }

    private void makeReady(Operation operation) {
        operation.state = State.READY;
        operation.readySince = System.nanoTime();
        ready.addLast(operation);
        readyBytes += operation.lines().length;
        arrived.signal();
    }

    /**
     * Waits for a batch: full, or as old as the linger time. Null once the queue is closed. Whoever
     * takes it must settle each of its writes, or close the queue.
     */
    @Nullable List<Operation> take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                Operation oldest = ready.peekFirst();
                if (oldest == null) {
                    arrived.await();
                    continue;
                }
                long remaining = oldest.readySince + lingerNs - System.nanoTime();
                if (remaining <= 0 || ready.size() >= batchSize || readyBytes >= bulkBytes) {
                    return batch();
                }
                // Returns early when more arrives; the loop then looks again.
                long _ = arrived.awaitNanos(remaining);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private List<Operation> batch() {
        List<Operation> batch = new ArrayList<>();
        long bytes = 0;
        for (Operation first = ready.peekFirst();
                first != null && batch.size() < batchSize;
                first = ready.peekFirst()) {
            bytes += first.lines().length;
            if (!batch.isEmpty() && bytes > bulkBytes) {
                break;
            }
            ready.removeFirst();
            readyBytes -= first.lines().length;
            first.state = State.IN_FLIGHT;
            batch.add(first);
        }
        return batch;
    }

    /** Those of a batch that are still to be sent; the others are given up. */
    List<Operation> withoutDiscarded(List<Operation> batch) {
        lock.lock();
        try {
            List<Operation> kept = new ArrayList<>(batch.size());
            for (Operation operation : batch) {
                if (operation.discarded) {
                    settle(operation);
                } else {
                    kept.add(operation);
                }
            }
            return kept;
        } finally {
            lock.unlock();
        }
    }

    /** The write is over, with whatever outcome; the next one to its document may be sent. */
    void settle(Operation operation) {
        settle(List.of(operation));
    }

    /** These writes are over. */
    void settle(List<Operation> operations) {
        lock.lock();
        try {
            for (Operation operation : operations) {
                if (operation.state != State.SETTLED) {
                    operation.state = State.SETTLED;
                    unsettled--;
                    advance(operation);
                    trim(operation.partition());
                }
            }
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The engine rejected the write; the next one to its document waits until it is settled. */
    void reject(Operation operation) {
        lock.lock();
        try {
            operation.state = State.REJECTED;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a write is over, as a rejected one is whose partition was taken away meanwhile. */
    boolean settled(Operation operation) {
        lock.lock();
        try {
            return operation.state == State.SETTLED;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the next write to a document follow the one that is over. */
    private void advance(Operation over) {
        Operation next = over.next;
        while (next != null && next.discarded) {
            next = next.next;
        }
        if (next == null) {
            last.remove(over.target());
        } else {
            makeReady(next);
        }
    }

    private void trim(TopicPartition partition) {
        Deque<Operation> operations = partitions.get(partition);
        while (operations != null
                && !operations.isEmpty()
                && operations.getFirst().state == State.SETTLED) {
            operations.removeFirst();
        }
    }

    /**
     * The offset up to which a partition's records are settled.
     *
     * @param delivered offset after the last record that was delivered
     */
    long committable(TopicPartition partition, long delivered) {
        lock.lock();
        try {
            Deque<Operation> operations = partitions.get(partition);
            return operations == null || operations.isEmpty()
                    ? delivered
                    : Math.min(delivered, operations.getFirst().offset());
        } finally {
            lock.unlock();
        }
    }

    /** Number of writes that are not settled. */
    int unsettled() {
        lock.lock();
        try {
            return unsettled;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets the writes of partitions that are taken away and waits until none of them is under
     * way, so that a late write cannot overtake one of the partitions' next owner.
     *
     * @return how many were not written; their offsets are not committed
     */
    int discard(Collection<TopicPartition> lost, Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            List<Operation> operations = new ArrayList<>();
            for (TopicPartition partition : lost) {
                Deque<Operation> removed = partitions.remove(partition);
                if (removed != null) {
                    operations.addAll(removed);
                }
            }
            operations.removeIf(operation -> operation.state == State.SETTLED);
            operations.forEach(operation -> operation.discarded = true);
            discards++;
            released.signalAll();
            giveUpWaiting(operations);
            awaitInFlight(operations, timeout);
            return operations.size();
        } finally {
            lock.unlock();
        }
    }

    private void giveUpWaiting(List<Operation> discarded) {
        for (Operation operation : discarded) {
            State before = operation.state;
            if (before == State.IN_FLIGHT) {
                continue;
            }
            operation.state = State.SETTLED;
            unsettled--;
            if (before == State.READY) {
                readyBytes -= operation.lines().length;
            }
            if (before != State.WAITING) {
                advance(operation);
            }
        }
        ready.removeIf(operation -> operation.discarded);
    }

    private void awaitInFlight(List<Operation> operations, Duration timeout)
            throws InterruptedException {
        long remaining = timeout.toNanos();
        while (remaining > 0 && !closed && anyInFlight(operations)) {
            remaining = released.awaitNanos(remaining);
        }
    }

    private static boolean anyInFlight(List<Operation> operations) {
        return operations.stream().anyMatch(operation -> operation.state == State.IN_FLIGHT);
    }

    /** Waits before a batch is sent again; less when the queue closes or discards part of it. */
    void pause(List<Operation> batch, Duration time) throws InterruptedException {
        lock.lock();
        try {
            int before = discards;
            boolean discarded = batch.stream().anyMatch(operation -> operation.discarded);
            long remaining = time.toNanos();
            while (!closed && !discarded && remaining > 0) {
                remaining = released.awaitNanos(remaining);
                discarded = discards != before;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Lets every waiting thread go; nothing is sent any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
