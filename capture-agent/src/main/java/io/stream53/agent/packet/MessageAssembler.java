package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts one message together whose bytes come in several segments, its length in front (RFC 1035
 * section 4.2.2). Of a message with a hole the end is still known: it is counted down and given up.
 */
final class MessageAssembler {
    private static final int LENGTH_BYTES = 2;
    private static final int LEAST_BUFFER = 512;
    private static final byte[] NONE = {};

    private final List<SegmentMark> marks = new ArrayList<>(2);
    private int lengthBytes;
    private int size;
    private int have;
    private int kept;
    private boolean lost;
    private byte[] buffer = NONE;

    /**
     * Takes what belongs to the message.
     *
     * @param at the first byte of the segment that is not used yet
     * @param capturedEnd where the captured bytes end
     * @param wireEnd where the segment ends
     * @param mark of the segment
     * @return the first byte that it did not take; -1 when the capture left out the length, so that
     *     the message's end is not known
     */
    int feed(byte[] bytes, int at, int capturedEnd, int wireEnd, SegmentMark mark) {
        add(mark);
        int from = at;
        while (lengthBytes < LENGTH_BYTES && from < wireEnd) {
            if (from >= capturedEnd) {
                return -1;
            }
            size = size << 8 | Bytes.u8(bytes, from++);
            lengthBytes++;
        }
        int taken = Math.min(wireEnd - from, size - have);
        if (lengthBytes == LENGTH_BYTES && taken > 0) {
            keep(bytes, from, Math.min(taken, capturedEnd - from));
            have += taken;
            from += taken;
        }
        return from;
    }

    private void add(SegmentMark mark) {
        if (marks.isEmpty() || marks.getLast() != mark) {
            marks.add(mark);
        }
    }

    /** Only a beginning without holes is kept. */
    private void keep(byte[] bytes, int from, int count) {
        if (lost || kept != have || count <= 0) {
            return;
        }
        if (buffer.length < kept + count) {
            int wanted = Math.max(Math.max(LEAST_BUFFER, kept + count), 2 * buffer.length);
            buffer = Arrays.copyOf(buffer, Math.min(size, wanted));
        }
        System.arraycopy(bytes, from, buffer, kept, count);
        kept += count;
    }

    /** Whether a hole of so many bytes leaves the message's end known. */
    boolean spans(int bytes) {
        return lengthBytes == LENGTH_BYTES && bytes <= size - have;
    }

    /** Steps over a hole: nothing comes of the message. */
    void skip(int bytes, DropReason reason, StreamOutput out) {
        lose(reason, out);
        have += bytes;
    }

    /** Gives up what is there, and lets the rest come. */
    void lose(DropReason reason, StreamOutput out) {
        for (SegmentMark mark : marks) {
            mark.drop(reason, out);
        }
        marks.clear();
        lost = true;
        buffer = NONE;
        kept = 0;
    }

    boolean isLost() {
        return lost;
    }

    boolean isComplete() {
        return lengthBytes == LENGTH_BYTES && have == size;
    }

    /** Whether the end of the message is known. */
    boolean knowsLength() {
        return lengthBytes == LENGTH_BYTES;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Bytes of the message in {@link #buffer}. */
    int kept() {
        return kept;
    }

    /** Bytes of the message on the wire. */
    int size() {
        return size;
    }

    /** Bytes of memory that a loss would set free. */
    int weight() {
        return buffer.length + marks.size() * SegmentMark.BYTES;
    }
}
