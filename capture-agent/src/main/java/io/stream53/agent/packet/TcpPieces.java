package io.stream53.agent.packet;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one direction that cannot be used yet, in the order of their sequence numbers and
 * without overlaps: of a byte that came twice the first is kept. Numbers are compared by the sign
 * of their difference (RFC 9293 section 3.4), so all must lie within 2^31 of each other.
 */
final class TcpPieces {
    private @Nullable TcpPiece first;
    private @Nullable TcpPiece last;
    private int count;
    private int weight;

    /**
     * Keeps what is new of a segment.
     *
     * @param sequence of the byte at {@code from}
     * @param to where the segment ends on the wire
     * @return false when all of it was there already
     */
    boolean add(int sequence, byte[] packet, int from, int to, int capturedEnd, long timeUs) {
        SegmentMark mark = new SegmentMark();
        boolean isNew = false;
        int at = from;
        TcpPiece before = startFor(sequence);
        while (at < to) {
            int position = sequence + (at - from);
            TcpPiece after = before == null ? first : before.next;
            int room = after == null ? to - at : Math.min(to - at, after.sequence - position);
            if (room > 0) {
                TcpPiece piece =
                        new TcpPiece(position, packet, at, at + room, capturedEnd, mark, timeUs);
                insert(before, piece);
                before = piece;
                at += room;
                isNew = true;
            } else if (after != null) {
                at += Math.max(0, Math.min(to - at, after.end() - position));
                before = after;
            }
        }
        return isNew;
    }

    /** Segments mostly come behind all others: then there is nothing to look for. */
    private @Nullable TcpPiece startFor(int sequence) {
        return last != null && sequence - last.end() >= 0 ? last : null;
    }

    private void insert(@Nullable TcpPiece before, TcpPiece piece) {
        if (before == null) {
            piece.next = first;
            first = piece;
        } else {
            piece.next = before.next;
            before.next = piece;
        }
        if (piece.next == null) {
            last = piece;
        }
        count++;
        weight += piece.weight();
    }

    /** The piece with the lowest number. */
    @Nullable TcpPiece first() {
        return first;
    }

    /** Takes {@link #first} out. */
    void removeFirst() {
        if (first == null) {
            return;
        }
        count--;
        weight -= first.weight();
        first = first.next;
        if (first == null) {
            last = null;
        }
    }

    /** Takes bytes off the front, which are there without a hole. */
    void removeFrom(int bytes) {
        int left = bytes;
        while (first != null && left >= first.length) {
            left -= first.length;
            removeFirst();
        }
        if (first != null && left > 0) {
            TcpPiece rest = first.without(left);
            removeFirst();
            insert(null, rest);
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    int count() {
        return count;
    }

    /** Bytes of memory. */
    int weight() {
        return weight;
    }

    /** Bytes on the wire that follow on {@link #first} without a hole; it included. */
    int contiguous(int atMost) {
        int bytes = 0;
        int end = first == null ? 0 : first.sequence;
        for (TcpPiece p = first; p != null && p.sequence == end && bytes < atMost; p = p.next) {
            bytes += p.length;
            end = p.end();
        }
        return bytes;
    }

    /**
     * The captured bytes from {@link #first} on, up to the first that is missing.
     *
     * @param atMost bytes that are enough
     */
    byte[] row(int atMost) {
        byte[] row = new byte[contiguous(atMost)];
        int length = 0;
        for (TcpPiece p = first; p != null && length < row.length; p = p.next) {
            System.arraycopy(p.bytes, 0, row, length, p.bytes.length);
            length += p.bytes.length;
            if (p.bytes.length < p.length) {
                return Arrays.copyOf(row, length);
            }
        }
        return row;
    }
}
