package io.stream53.processor.view;

import io.stream53.schema.DnsTransaction;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One who watches: a bounded queue between the tasks and a reader. Safe for all threads. */
public final class LiveWatch implements AutoCloseable {
    private static final int WAITING = 1_000;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final Predicate<DnsTransaction> filter;
    private final int perSecond;
    private final Consumer<LiveWatch> onClose;
    private final BlockingQueue<DnsTransaction> queue = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong dropped = new AtomicLong();

    // Guarded by this.
    private long secondStartNs = System.nanoTime();
    private int inThisSecond;

    LiveWatch(Predicate<DnsTransaction> filter, int perSecond, Consumer<LiveWatch> onClose) {
        this.filter = filter;
        this.perSecond = perSecond;
        this.onClose = onClose;
    }

    void offer(DnsTransaction transaction) {
        if (filter.test(transaction) && !(isWithinRate() && queue.offer(transaction))) {
            dropped.incrementAndGet();
        }
    }

    private synchronized boolean isWithinRate() {
        long now = System.nanoTime();
        if (now - secondStartNs >= SECOND_NS) {
            secondStartNs = now;
            inThisSecond = 0;
        }
        return inThisSecond++ < perSecond;
    }

    /** The next transaction, or null when none comes within the time. */
    public @Nullable DnsTransaction next(long millis) throws InterruptedException {
        return queue.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Transactions left out since the last call: above the rate, or not read in time. */
    public long takeDropped() {
        return dropped.getAndSet(0);
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
