package io.stream53.dns;

/**
 * A bounded read position in a DNS message. Each read is preceded by {@link #require}, which is the
 * one place that decides whether bytes are missing, and whether the capture or the sender left them
 * out. Reading beyond what was required is a fault of the caller.
 *
 * <p>Positions are absolute in the array; compression pointers count from {@link #start}.
 */
final class WireCursor {
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private int wireEnd;
    private int position;
    private Defect defect = Defect.NONE;

    /**
     * Starts at a message.
     *
     * @param offset of the message's first byte
     * @param capturedLength bytes of it that are in the array
     * @param size bytes that it had on the wire, at least {@code capturedLength}
     */
    void reset(byte[] bytes, int offset, int capturedLength, int size) {
        this.bytes = bytes;
        start = offset;
        end = offset + capturedLength;
        wireEnd = offset + Math.max(size, capturedLength);
        position = offset;
        defect = Defect.NONE;
    }

    /**
     * True when {@code count} bytes can be read here. Otherwise the defect is noted: malformed when
     * even the whole message would not hold them, cut when only the capture lacks them.
     */
    boolean require(int count) {
        if (count <= end - position) {
            return true;
        }
        return fail(count > wireEnd - position ? Defect.MALFORMED : Defect.CUT);
    }

    /** Notes a defect; always false, so that callers can return it. */
    boolean fail(Defect why) {
        defect = why;
        return false;
    }

    Defect defect() {
        return defect;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Where the message ends on the wire: beyond {@link #end} when the capture cut it. */
    int wireEnd() {
        return wireEnd;
    }

    int position() {
        return position;
    }

    void position(int absolute) {
        position = absolute;
    }

    void skip(int count) {
        position += count;
    }

    int u8() {
        return bytes[position++] & 0xff;
    }

    int u16() {
        int value = u16(bytes, position);
        position += 2;
        return value;
    }

    long u32() {
        long value = (long) u16(bytes, position) << 16 | u16(bytes, position + 2);
        position += 4;
        return value;
    }

    /** Big-endian, unsigned. */
    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
