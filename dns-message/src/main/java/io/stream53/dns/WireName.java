package io.stream53.dns;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads domain names (RFC 1035 sections 3.1 and 4.1.4) into presentation text: lower case, labels
 * separated by dots, no final dot, the root as a single dot, and every byte that is not printable
 * ASCII as well as dot and backslash inside a label as {@code \DDD} (RFC 4343 section 2.1). So one
 * name has exactly one text.
 *
 * <p>Stricter than RFC 1035 where leniency would let a message cost unbounded time: a compression
 * pointer must point before the place where the current run of labels began, and not into the
 * header, so loops cannot occur.
 */
final class WireName {
    /** RFC 1035 section 3.1: a name has at most 255 bytes, its final zero byte included. */
    static final int MAX_WIRE_BYTES = 255;

    /** RFC 1035 section 3.1; the two upper bits of a length byte mark pointers. */
    static final int MAX_LABEL_BYTES = 63;

    /** Every byte escaped, and dots between labels. */
    static final int MAX_TEXT_BYTES = 4 * MAX_WIRE_BYTES;

    /**
     * A name has at most 127 labels, and no sender needs more than one pointer for each. Without
     * this bound a message made of pointers would cost a walk over all of it for each record.
     */
    private static final int MAX_POINTERS = 127;

    private static final int POINTER = 0xc0;
    private static final byte ESCAPE = 0;

    /** Text of a byte that needs no escape, in lower case; {@link #ESCAPE} for all others. */
    private static final byte[] TEXT = textTable();

    private final byte[] text = new byte[MAX_TEXT_BYTES];
    private int length;
    private boolean mixedCase;

    private static byte[] textTable() {
        byte[] table = new byte[256];
        for (int c = '!'; c <= '~'; c++) {
            table[c] = (byte) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        }
        table['.'] = ESCAPE;
        table['\\'] = ESCAPE;
        return table;
    }

    /** The text read last; only {@link #length} bytes of it count. ASCII. */
    byte[] text() {
        return text;
    }

    int length() {
        return length;
    }

    /** The name read last had an upper-case letter on the wire. */
    boolean mixedCase() {
        return mixedCase;
    }

    void clear() {
        length = 0;
        mixedCase = false;
    }

    @Override
    public String toString() {
        return new String(text, 0, length, StandardCharsets.US_ASCII);
    }

    /**
     * Reads the name at the cursor and moves the cursor behind it.
     *
     * @return false, with the cursor's defect set and this name empty, when it cannot be read
     */
    boolean read(WireCursor in) {
        clear();
        if (!walk(in, this)) {
            clear();
            return false;
        }
        if (length == 0) {
            text[length++] = '.';
        }
        return true;
    }

    /**
     * Moves the cursor behind the name, having checked all that {@link #read} checks.
     *
     * @return false, with the cursor's defect set, when the name cannot be read
     */
    static boolean skip(WireCursor in) {
        return walk(in, null);
    }

    private static boolean walk(WireCursor in, @Nullable WireName to) {
        int behind = -1;
        int runStart = in.position();
        int wireBytes = 1;
        int pointers = 0;
        while (in.require(1)) {
            int label = in.u8();
            if (label == 0) {
                in.position(behind < 0 ? in.position() : behind);
                return true;
            }
            if (label >= POINTER) {
                runStart = pointerTarget(in, label, runStart);
                if (runStart < 0) {
                    return false;
                }
                if (++pointers > MAX_POINTERS) {
                    return in.fail(Defect.MALFORMED);
                }
                behind = behind < 0 ? in.position() : behind;
                in.position(runStart);
                continue;
            }
            wireBytes += label + 1;
            if (label > MAX_LABEL_BYTES || wireBytes > MAX_WIRE_BYTES) {
                return in.fail(Defect.MALFORMED);
            }
            if (!in.require(label)) {
                return false;
            }
            if (to != null) {
                to.append(in.bytes(), in.position(), label);
            }
            in.skip(label);
        }
        return false;
    }

    /** RFC 1035 section 4.1.4: 14 bits, counted from the message's start; -1 when not allowed. */
    private static int pointerTarget(WireCursor in, int firstByte, int runStart) {
        if (!in.require(1)) {
            return -1;
        }
        int offset = (firstByte & ~POINTER) << 8 | in.u8();
        int target = in.start() + offset;
        if (offset < DnsMessage.HEADER_BYTES || target >= runStart) {
            in.fail(Defect.MALFORMED);
            return -1;
        }
        return target;
    }

    private void append(byte[] bytes, int from, int count) {
        int out = length;
        if (out > 0) {
            text[out++] = '.';
        }
        for (int i = from; i < from + count; i++) {
            int c = bytes[i] & 0xff;
            byte plain = TEXT[c];
            if (plain == ESCAPE) {
                text[out] = '\\';
                text[out + 1] = (byte) ('0' + c / 100);
                text[out + 2] = (byte) ('0' + c / 10 % 10);
                text[out + 3] = (byte) ('0' + c % 10);
                out += 4;
            } else {
                mixedCase |= plain != c;
                text[out++] = plain;
            }
        }
        length = out;
    }
}
