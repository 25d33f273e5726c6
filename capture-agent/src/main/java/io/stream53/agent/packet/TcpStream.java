package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a TCP connection: from segments in any order to messages in the sender's order
 * (RFC 9293 section 3.4, RFC 7766 section 8).
 *
 * <p>A segment at the expected number that holds whole messages goes straight through. Others wait
 * in {@link TcpPieces}. A hole that nothing fills is given up ({@link #giveUp}); when it lies
 * within a message of known length, the next message begins where that one ends, else {@link
 * MessageStart} looks for a beginning, as it does in a connection whose SYN was not seen.
 *
 * <p><b>Ledger.</b> Every captured segment with payload ends in exactly one of three ways. Some of
 * its bytes became part of messages, and none was given up: it is no candidate of its own. Some of
 * its bytes were given up: it is one drop, however many messages it had a part in. It brought
 * nothing new, because all its bytes had come before: it is ignored. A message that is complete is
 * a candidate of its own, whatever becomes of the segments around it.
 *
 * <p><b>Time.</b> A message has the time of the latest among the segment that completed it and all
 * that waited with it: in order that of the segment itself, else that which filled the hole.
 */
final class TcpStream {
    /** Held for one direction at most, beside the message that is being put together. */
    static final int MAX_WAITING_BYTES = 256 << 10;

    static final int MAX_WAITING_SEGMENTS = 256;

    /** Numbers further apart than this are of another connection; twice any window seen in DNS. */
    static final int WINDOW = 4 << 20;

    private enum Phase {
        /** A PROXY protocol header may come first. */
        PROXY,
        /** Where the next message begins is not known: at first, when the SYN was not seen. */
        SEARCH,
        /** The next byte is a message's first, or belongs to {@link #partial}. */
        FRAMED
    }

    private final StreamContext context;
    private final MessageStart.Sender sender;
    private final boolean fromStart;
    private final boolean mayBeginWithProxy;
    private final TcpPieces pieces = new TcpPieces();
    private @Nullable MessageAssembler partial;
    private Phase phase = Phase.SEARCH;
    private final int start;
    private int next;

    /** Waiting bytes without which a look at them is idle. */
    private int needed;

    /**
     * Where what was never seen begins and ends: the last hole that was given up, or what came
     * before the first segment.
     */
    private int gapStart;

    private int gapEnd;
    private int finAt;
    private boolean fin;
    private boolean ended;
    private long timeUs;

    /**
     * A stream.
     *
     * @param first number of its first byte
     * @param fromStart the connection's beginning was seen, so a message begins there
     */
    TcpStream(
            StreamContext context,
            MessageStart.Sender sender,
            int first,
            boolean fromStart,
            boolean mayBeginWithProxy) {
        this.context = context;
        this.sender = sender;
        this.mayBeginWithProxy = mayBeginWithProxy;
        this.fromStart = fromStart;
        start = first;
        begin(first);
        gapStart = fromStart ? first : gapStart;
        if (mayBeginWithProxy) {
            phase = Phase.PROXY;
        } else if (fromStart) {
            phase = Phase.FRAMED;
        }
    }

    private void begin(int sequence) {
        next = sequence;
        gapStart = sequence - WINDOW;
        gapEnd = sequence;
    }

    /** Takes a segment with payload. */
    void segment(TcpSegment in, StreamOutput out) {
        int ahead = in.sequence - next;
        if (ahead > WINDOW || ahead < -WINDOW) {
            restart(in.sequence, out);
            ahead = 0;
        }
        if (ahead + in.length() <= 0) {
            repeated(in, out);
            return;
        }
        int from = in.payload + Math.max(0, -ahead);
        if (ahead <= 0 && pieces.isEmpty() && straight(in, from, out)) {
            return;
        }
        int sequence = in.sequence + (from - in.payload);
        if (!pieces.add(sequence, in.bytes, from, in.wireEnd, in.capturedEnd, in.timeUs)) {
            out.ignored();
            return;
        }
        advance(out);
        while (pieces.count() > MAX_WAITING_SEGMENTS || pieces.weight() > MAX_WAITING_BYTES) {
            giveUp(DropReason.TCP_SEGMENT, out);
        }
    }

    /** Without a copy, when the segment's framing is known or can be told from it alone. */
    private boolean straight(TcpSegment in, int from, StreamOutput out) {
        boolean clear =
                switch (phase) {
                    case FRAMED -> true;
                    case PROXY -> false;
                    case SEARCH ->
                            context.starts.fillsSegment(in.bytes, from, in.capturedEnd, in.wireEnd);
                };
        if (clear) {
            phase = Phase.FRAMED;
            timeUs = in.timeUs;
            use(in.bytes, from, in.capturedEnd, in.wireEnd, null, in.timeUs, out);
            atEnd(out);
        }
        return clear;
    }

    /** A repetition is ignored; what comes to a hole after that was given up is dropped. */
    private void repeated(TcpSegment in, StreamOutput out) {
        boolean inGap = in.sequence - gapEnd < 0 && in.sequence + in.length() - gapStart > 0;
        if (inGap && !in.looksLikeKeepAlive()) {
            out.drop(DropReason.TCP_SEGMENT);
        } else {
            out.ignored();
        }
    }

    private void restart(int sequence, StreamOutput out) {
        flush(out);
        partial = null;
        begin(sequence);
        fin = false;
        phase = mayBeginWithProxy ? Phase.PROXY : Phase.SEARCH;
    }

    /** Uses what waits, as far as it follows on. */
    private void advance(StreamOutput out) {
        TcpPiece piece = pieces.first();
        while (piece != null && piece.sequence == next && step(piece, out)) {
            piece = pieces.first();
        }
        atEnd(out);
    }

    /** False when more has to come. */
    private boolean step(TcpPiece piece, StreamOutput out) {
        return switch (phase) {
            case FRAMED -> {
                pieces.removeFirst();
                byte[] bytes = piece.bytes;
                use(bytes, 0, bytes.length, piece.length, piece.mark, piece.timeUs, out);
                yield true;
            }
            case PROXY -> proxy(out);
            case SEARCH -> search(piece, out);
        };
    }

    private boolean search(TcpPiece piece, StreamOutput out) {
        int available = pieces.contiguous(Math.max(needed, piece.length));
        if (available < needed) {
            return false;
        }
        byte[] row = pieces.row(available);
        int verdict = context.starts.judge(row, 0, row.length, piece.length, available, sender);
        needed = 0;
        if (verdict == MessageStart.YES) {
            phase = Phase.FRAMED;
        } else if (verdict == MessageStart.NO) {
            boolean cut = row.length < available && row.length < MessageStart.LEAST_BYTES;
            dropFirst(piece, cut ? DropReason.CUT_HEADERS : DropReason.TCP_SEGMENT, out);
        } else {
            needed = verdict;
            return pieces.contiguous(needed) >= needed;
        }
        return true;
    }

    private boolean proxy(StreamOutput out) {
        byte[] row = pieces.row(ProxyHeader.MAX_BYTES);
        ProxyHeader header = context.proxyHeader;
        switch (header.parse(row, 0, row.length)) {
            case INCOMPLETE -> {
                return false;
            }
            case NONE -> phase = fromStart && start == next ? Phase.FRAMED : Phase.SEARCH;
            case MALFORMED -> {
                phase = Phase.SEARCH;
                TcpPiece piece = pieces.first();
                if (piece != null) {
                    dropFirst(piece, DropReason.MALFORMED_PACKET, out);
                }
            }
            case GOOD -> {
                pieces.removeFrom(header.length);
                next += header.length;
                phase = Phase.FRAMED;
                out.proxied(header);
            }
        }
        return true;
    }

    private void dropFirst(TcpPiece piece, DropReason reason, StreamOutput out) {
        pieces.removeFirst();
        next = piece.end();
        needed = 0;
        piece.mark.drop(reason, out);
    }

    /** Takes bytes in order, the first of which has the number {@link #next}. */
    private void use(
            byte[] bytes,
            int from,
            int capturedEnd,
            int wireEnd,
            @Nullable SegmentMark known,
            long segmentUs,
            StreamOutput out) {
        timeUs = Math.max(timeUs, segmentUs);
        next += wireEnd - from;
        SegmentMark mark = known;
        int at = from;
        while (at < wireEnd) {
            int end = partial == null && at + 2 <= capturedEnd ? at + 2 + Bytes.u16(bytes, at) : -1;
            if (end >= 0 && end <= wireEnd) {
                out.message(bytes, at + 2, capturedEnd, end, timeUs);
                at = end;
            } else {
                mark = mark == null ? new SegmentMark() : mark;
                at = feed(bytes, at, capturedEnd, wireEnd, mark, out);
            }
        }
    }

    /** Hands bytes to the partial message; says where the next one begins. */
    private int feed(
            byte[] bytes,
            int at,
            int capturedEnd,
            int wireEnd,
            SegmentMark mark,
            StreamOutput out) {
        MessageAssembler message = partial == null ? new MessageAssembler() : partial;
        partial = message;
        int after = message.feed(bytes, at, capturedEnd, wireEnd, mark);
        if (after < 0) {
            loseFraming(DropReason.CUT_HEADERS, out);
            return wireEnd;
        }
        if (message.isLost()) {
            message.lose(DropReason.TCP_SEGMENT, out);
        }
        if (message.isComplete()) {
            partial = null;
            if (!message.isLost()) {
                out.message(message.buffer(), 0, message.kept(), message.size(), timeUs);
            }
        }
        return after;
    }

    private void loseFraming(DropReason reason, StreamOutput out) {
        if (partial != null) {
            partial.lose(reason, out);
            partial = null;
        }
        phase = Phase.SEARCH;
        needed = 0;
    }

    /** Waits no longer for what is missing before the first of what waits, if anything waits. */
    void giveUp(DropReason reason, StreamOutput out) {
        TcpPiece piece = pieces.first();
        if (piece == null) {
            return;
        }
        int hole = piece.sequence - next;
        if (hole == 0) {
            // a beginning whose end does not come
            phase = Phase.SEARCH;
            dropFirst(piece, reason, out);
        } else {
            gapStart = next;
            gapEnd = piece.sequence;
            next = piece.sequence;
            step(hole, reason, out);
        }
        advance(out);
    }

    private void step(int hole, DropReason reason, StreamOutput out) {
        if (phase == Phase.FRAMED && partial != null && partial.spans(hole)) {
            partial.skip(hole, reason, out);
            partial = partial.isComplete() ? null : partial;
        } else {
            loseFraming(reason, out);
        }
    }

    /** Gives up all that waits: what is whole goes out. */
    void flush(StreamOutput out) {
        while (!pieces.isEmpty()) {
            giveUp(DropReason.TCP_SEGMENT, out);
        }
        release(DropReason.TCP_SEGMENT, out);
    }

    /** Drops all that waits, and stays where it is. */
    void release(DropReason reason, StreamOutput out) {
        for (TcpPiece piece = pieces.first(); piece != null; piece = pieces.first()) {
            int hole = piece.sequence - next;
            if (hole > 0) {
                next = piece.sequence;
                step(hole, reason, out);
            }
            if (partial != null && partial.spans(piece.length)) {
                partial.skip(piece.length, reason, out);
                partial = partial.isComplete() ? null : partial;
            } else {
                loseFraming(reason, out);
            }
            dropFirst(piece, reason, out);
        }
        if (partial != null) {
            partial.lose(reason, out);
            if (!partial.knowsLength()) {
                loseFraming(reason, out);
            }
        }
    }

    /** The sender has no more to say behind this number. */
    void fin(int sequence, StreamOutput out) {
        fin = true;
        finAt = sequence;
        atEnd(out);
    }

    private void atEnd(StreamOutput out) {
        if (fin && next == finAt && !ended) {
            ended = true;
            flush(out);
        }
    }

    /** The connection's end was reached in this direction. */
    boolean isEnded() {
        return ended;
    }

    /** Whether another SYN with this number in front is of another connection. */
    boolean isOther(int first) {
        return first != start;
    }

    /** Whether something waits that an event would end. */
    boolean isWaiting() {
        return !pieces.isEmpty();
    }

    /** When the first of what waits came; the largest long when nothing waits. */
    long waitsSince() {
        TcpPiece piece = pieces.first();
        return piece == null ? Long.MAX_VALUE : piece.timeUs;
    }

    /** Whether the other end has all that is missing, so that it will not be sent again. */
    boolean isHoleAcknowledged(int acknowledgement) {
        TcpPiece piece = pieces.first();
        return piece != null && piece.sequence != next && acknowledgement - piece.sequence >= 0;
    }

    /** Bytes of memory that what waits takes. */
    int weight() {
        return pieces.weight() + (partial == null ? 0 : partial.weight());
    }
}
