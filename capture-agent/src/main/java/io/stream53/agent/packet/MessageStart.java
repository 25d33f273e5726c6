package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;

/**
 * Decides whether a message begins at a place in a TCP stream whose framing is not known: in the
 * middle of a connection, or behind a hole. Only beginnings of segments are asked about. A place
 * counts as a beginning when one of these holds:
 *
 * <ul>
 *   <li>the lengths found from there lead exactly to the end of the segment, and each is followed
 *       by a header that can be one: known opcode, Z zero, at most one question, and counts that
 *       the length has room for;
 *   <li>there is a whole message with such a header, in the right direction for the ports, of which
 *       every record can be walked to exactly its end, and whose question is of a known class.
 * </ul>
 *
 * <p>Chance passes the first in fewer than one of 2^32 segments: 16 bits of length, and more than
 * 16 of the header. What is given up where this cannot tell is counted; nothing is made up.
 */
final class MessageStart {
    /** The answer that no message begins here. */
    static final int NO = 0;

    /** The answer that one begins here; any larger one is the bytes needed to tell. */
    static final int YES = 1;

    private static final int LENGTH_BYTES = 2;

    /** Length and header: with fewer nothing can be told. */
    static final int LEAST_BYTES = LENGTH_BYTES + DnsMessage.HEADER_BYTES;

    private static final int OPCODES = 1 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6;
    private static final int OPCODE_DSO = 6;
    private static final int QR = 0x8000;
    private static final int Z = 0x0040;

    private final DnsMessage message = new DnsMessage();

    /** Which direction of a connection is judged. */
    enum Sender {
        CLIENT,
        SERVER,
        /** Both ports carry DNS. */
        EITHER
    }

    /**
     * Judges bytes in a row.
     *
     * @param at their beginning, which is that of a segment
     * @param capturedEnd where the captured bytes end
     * @param segmentEnd where the first segment ends on the wire
     * @param wireEnd where the row ends on the wire
     * @return {@link #NO}, {@link #YES}, or how long the row must be to tell
     */
    int judge(byte[] bytes, int at, int capturedEnd, int segmentEnd, int wireEnd, Sender sender) {
        if (fillsSegment(bytes, at, Math.min(capturedEnd, segmentEnd), segmentEnd)) {
            return YES;
        }
        if (capturedEnd < wireEnd) {
            return NO;
        }
        int available = wireEnd - at;
        if (available < LENGTH_BYTES) {
            return LEAST_BYTES;
        }
        int length = Bytes.u16(bytes, at);
        int start = at + LENGTH_BYTES;
        if (length < DnsMessage.HEADER_BYTES) {
            return NO;
        }
        if (available < LEAST_BYTES) {
            return LEAST_BYTES;
        }
        if (!isHeader(bytes, start, length) || !comesFrom(sender, bytes, start)) {
            return NO;
        }
        message.parse(bytes, start, Math.min(length, wireEnd - start), length);
        return switch (message.defect()) {
            case NONE -> hasKnownClass() ? YES : NO;
            case CUT -> LENGTH_BYTES + length;
            case MALFORMED -> NO;
        };
    }

    /** Whether a segment holds nothing but whole messages, as far as the capture tells. */
    boolean fillsSegment(byte[] bytes, int from, int capturedEnd, int segmentEnd) {
        int at = from;
        while (at < segmentEnd) {
            int start = at + LENGTH_BYTES;
            if (start + DnsMessage.HEADER_BYTES > capturedEnd) {
                // the capture ends here: one message that was whole is enough to go by
                return at > from && capturedEnd < segmentEnd;
            }
            int length = Bytes.u16(bytes, at);
            if (start + length > segmentEnd || !isHeader(bytes, start, length)) {
                return false;
            }
            at = start + length;
        }
        return true;
    }

    private static boolean isHeader(byte[] bytes, int at, int length) {
        int flags = Bytes.u16(bytes, at + 2);
        int opcode = flags >>> 11 & 0xf;
        int questions = Bytes.u16(bytes, at + 4);
        int records =
                Bytes.u16(bytes, at + 6) + Bytes.u16(bytes, at + 8) + Bytes.u16(bytes, at + 10);
        boolean says = questions == 1 || records > 0 || opcode == OPCODE_DSO;
        return length >= DnsMessage.HEADER_BYTES
                && (OPCODES & 1 << opcode) != 0
                && (flags & Z) == 0
                && questions <= 1
                && (says || length == DnsMessage.HEADER_BYTES)
                // the least question: root, type, class; the least record: 11 bytes
                && questions * 5L + records * 11L <= length - DnsMessage.HEADER_BYTES;
    }

    private static boolean comesFrom(Sender sender, byte[] bytes, int header) {
        boolean response = (Bytes.u16(bytes, header + 2) & QR) != 0;
        return switch (sender) {
            case CLIENT -> !response;
            case SERVER -> response;
            case EITHER -> true;
        };
    }

    /** Internet, Chaos, Hesiod, none, any (RFC 6895 section 3.2); a DSO message has no question. */
    private boolean hasKnownClass() {
        int known = message.questionClass();
        return message.hasQuestion()
                ? known == 1 || known == 3 || known == 4 || known == 254 || known == 255
                : message.answerCount() > 0 || message.opcode() == OPCODE_DSO;
    }
}
