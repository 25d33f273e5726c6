package io.stream53.processor.view;

import io.stream53.schema.DnsTransaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Passes transactions on to whoever watches, as they are made: before they are committed, so that
 * after a failure one may come twice. Costs a task one look at a list while nobody watches, and
 * never makes it wait.
 */
public final class LiveFeed {
    private final List<LiveWatch> watches = new CopyOnWriteArrayList<>();

    /** Offers a transaction, which nobody may change from now on. */
    public void offer(DnsTransaction transaction) {
        if (!watches.isEmpty()) {
            for (LiveWatch watch : watches) {
                watch.offer(transaction);
            }
        }
    }

    /**
     * Starts to watch.
     *
     * @param filter what to watch; runs in the tasks' threads
     * @param perSecond transactions a second at most
     * @param atMost how many may watch at once
     * @return nothing when so many do already
     */
    public synchronized Optional<LiveWatch> watch(
            Predicate<DnsTransaction> filter, int perSecond, int atMost) {
        if (watches.size() >= atMost) {
            return Optional.empty();
        }
        LiveWatch watch = new LiveWatch(filter, perSecond, watches::remove);
        watches.add(watch);
        return Optional.of(watch);
    }

    /** How many watch. */
    public int watching() {
        return watches.size();
    }
}
