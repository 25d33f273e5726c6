package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;

/**
 * One captured segment in the ledger: it is dropped at most once, however many of its bytes, pieces
 * and messages are given up.
 */
final class SegmentMark {
    /** What it weighs, with its place in a list. */
    static final int BYTES = 24;

    private boolean counted;

    void drop(DropReason reason, StreamOutput out) {
        if (!counted) {
            counted = true;
            out.drop(reason);
        }
    }
}
