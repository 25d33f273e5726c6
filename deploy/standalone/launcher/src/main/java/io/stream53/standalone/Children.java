package io.stream53.standalone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The children of one pipeline. They end tier by tier, the last started first, so that the agent
 * can still hand over to the broker and the processor can still commit.
 */
final class Children implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Who has to outlive whom: a tier needs the tiers before it. */
    enum Tier {
        BROKER,
        STORES,
        WORKERS,
        AGENT
    }

    private final NavigableMap<Tier, List<Child>> tiers = new TreeMap<>();
    private boolean closed;

    /** Registers a child; ends it at once when the pipeline is ending already. */
    synchronized Child add(Tier tier, Child child) {
        if (closed) {
            child.terminate();
            child.awaitEnd(PATIENCE);
            throw new UserError("The pipeline is ending.");
        }
        tiers.computeIfAbsent(tier, key -> new ArrayList<>()).add(child);
        return child;
    }

    synchronized List<Child> all() {
        return tiers.values().stream().flatMap(Collection::stream).toList();
    }

    /** Forgets a child that has ended as it should. */
    synchronized void remove(Child child) {
        tiers.values().forEach(children -> children.remove(child));
    }

    /** Fails with one sentence when a child has died. */
    void checkAlive() {
        all().forEach(Child::checkAlive);
    }

    /** Ends all; a second call waits for the first and does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        for (List<Child> tier : tiers.descendingMap().values()) {
            tier.forEach(Child::terminate);
            tier.forEach(child -> child.awaitEnd(PATIENCE));
        }
        tiers.clear();
    }
}
