package io.stream53.processor.match;

import org.jspecify.annotations.Nullable;

/**
 * The queries that wait for a response. Nearly all are answered within milliseconds, so only the
 * youngest stay decoded; of the others the bytes are kept, which take a third of the heap.
 */
final class PendingSet extends HeldSet<PendingQuery> {
    private final int maxDecoded;
    private int decoded;

    /** Older ones are not decoded, this one and younger ones are; null when none is. */
    private @Nullable PendingQuery oldestDecoded;

    PendingSet(int maxDecoded) {
        super(StateCodec.Kind.QUERY, clock -> clock.queries);
        this.maxDecoded = maxDecoded;
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
