package io.stream53.agent.packet;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A part of a captured segment that waits for what comes before it; linked in order. */
final class TcpPiece {
    /** What it weighs beside its bytes, with its {@link SegmentMark}. */
    static final int BYTES = 104;

    private static final byte[] NONE = {};

    /** Of its first byte. */
    final int sequence;

    /** Bytes on the wire. */
    final int length;

    /** Those that were captured: fewer where the capture cut the segment. */
    final byte[] bytes;

    final SegmentMark mark;
    final long timeUs;
    @Nullable TcpPiece next;

    /**
     * Copies a part of a segment.
     *
     * @param from its first byte
     * @param to where it ends
     * @param capturedEnd where the segment's captured bytes end
     */
    TcpPiece(
            int sequence,
            byte[] packet,
            int from,
            int to,
            int capturedEnd,
            SegmentMark mark,
            long timeUs) {
        this.sequence = sequence;
        this.length = to - from;
        int end = Math.min(to, capturedEnd);
        this.bytes = from < end ? Arrays.copyOfRange(packet, from, end) : NONE;
        this.mark = mark;
        this.timeUs = timeUs;
    }

    /** What is left of it without its first bytes. */
    TcpPiece without(int count) {
        return new TcpPiece(sequence + count, bytes, count, length, bytes.length, mark, timeUs);
    }

    /** The sequence number behind it. */
    int end() {
        return sequence + length;
    }

    int weight() {
        return BYTES + bytes.length;
    }
}
