package io.stream53.agent.packet;

/**
 * Memory that waiting fragments, or waiting TCP segments, may take. Each has a fixed share of
 * {@link DecoderSettings#reassemblyBytes}, so a flood of one never takes the room of the other.
 *
 * <p>It only counts. Who keeps bytes charges them together with what the objects around them weigh,
 * and makes room (the oldest first) where they do not fit. For one thread.
 */
final class ReassemblyBudget {
    private final long limit;
    private long used;

    private ReassemblyBudget(long limit) {
        this.limit = limit;
    }

    /**
     * A quarter of the whole: a fragment waits for milliseconds, a TCP stream for its next turn.
     */
    static ReassemblyBudget forFragments(DecoderSettings settings) {
        return new ReassemblyBudget(settings.reassemblyBytes() / 4);
    }

    /** The rest. */
    static ReassemblyBudget forTcp(DecoderSettings settings) {
        return new ReassemblyBudget(settings.reassemblyBytes() - settings.reassemblyBytes() / 4);
    }

    /** Whether so much may be taken now. */
    boolean fits(long bytes) {
        return used + bytes <= limit;
    }

    /** Charges bytes; the caller has seen that they fit. */
    void take(long bytes) {
        used += bytes;
    }

    /** Gives back what was taken. */
    void release(long bytes) {
        used -= bytes;
    }

    /** Bytes taken. */
    long used() {
        return used;
    }

    /** Bytes that may be taken. */
    long limit() {
        return limit;
    }
}
