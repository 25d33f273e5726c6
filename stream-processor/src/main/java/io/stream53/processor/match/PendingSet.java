package io.stream53.processor.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queries that wait for a response. Nearly all are answered within milliseconds, so only the
 * youngest stay decoded; of the others the bytes are kept, which take a third of the heap.
 */
final class PendingSet extends HeldSet<PendingQuery> {
    /** Objects kept to be used again, enough for those that are in flight at a time. */
    private static final int MAX_SPARE = 1_000;

    private final List<PendingQuery> spare = new ArrayList<>();
    private final int maxDecoded;
    private int decoded;

    /** Older ones are not decoded, this one and younger ones are; null when none is. */
    private @Nullable PendingQuery oldestDecoded;

    PendingSet(int maxDecoded, StateBlocks blocks) {
        super(blocks, clock -> clock.queries);
        this.maxDecoded = maxDecoded;
    }

    /** An object to be filled: a new one, or one that was given back. */
    PendingQuery spare() {
        return spare.isEmpty() ? new PendingQuery() : spare.removeLast();
    }

    /** A query that is in no set any more, and that nobody else has. */
    void giveBack(PendingQuery query) {
        if (spare.size() < MAX_SPARE) {
            query.end();
            spare.addLast(query);
        }
    }

    @Override
    void add(PendingQuery query) {
        super.add(query);
        if (query.packet == null) {
            return;
        }
        decoded++;
        if (oldestDecoded == null) {
            oldestDecoded = query;
        }
        if (decoded > maxDecoded) {
            oldestDecoded.packet = null;
            forget(oldestDecoded);
        }
    }

    @Override
    void remove(PendingQuery query) {
        if (query.packet != null) {
            forget(query);
        }
        super.remove(query);
    }

    private void forget(PendingQuery query) {
        decoded--;
        if (query == oldestDecoded) {
            oldestDecoded = query.younger;
        }
    }
}
