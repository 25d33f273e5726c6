package io.stream53.agent.source;

/**
 * Numbers and options of one pcapng block that stands in memory, in its section's byte order.
 * Places are counted from the block's first byte; who asks has checked the block's length, but
 * options are checked here.
 */
final class PcapngBlock {
    private static final int OPTION_HEADER_BYTES = 4;
    private static final int END_OF_OPTIONS = 0;

    private static final int IF_TSRESOL = 9;
    private static final int IF_TSOFFSET = 14;

    private final byte[] buffer;
    private boolean bigEndian;
    private int start;
    private int length;

    PcapngBlock(byte[] buffer) {
        this.buffer = buffer;
    }

    /** The byte order, from here on. */
    void bigEndian(boolean value) {
        bigEndian = value;
    }

    /**
     * Looks at another block.
     *
     * @param from its first byte in the buffer
     * @param count bytes of it, without the length at its end
     */
    void at(int from, int count) {
        start = from;
        length = count;
    }

    /** Where it begins in the buffer. */
    int start() {
        return start;
    }

    /** Bytes of it, without the length at its end. */
    int length() {
        return length;
    }

    /** The length at its end. */
    long trailer() {
        return u32(length);
    }

    long u32(int at) {
        int i = start + at;
        int value =
                (buffer[i] & 0xff) << 24
                        | (buffer[i + 1] & 0xff) << 16
                        | (buffer[i + 2] & 0xff) << 8
                        | buffer[i + 3] & 0xff;
        return (bigEndian ? value : Integer.reverseBytes(value)) & 0xffff_ffffL;
    }

    int u16(int at) {
        int first = buffer[start + at] & 0xff;
        int second = buffer[start + at + 1] & 0xff;
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    private long u64(int at) {
        long first = u32(at);
        long second = u32(at + 4);
        return bigEndian ? first << 32 | second : second << 32 | first;
    }

    /** The interface that an Interface Description Block tells of. */
    PcapngInterface describedInterface() {
        int body = 8;
        int options = body + 8;
        int resolution = option(options, IF_TSRESOL, 1);
        int offset = option(options, IF_TSOFFSET, 8);
        TimestampScale scale =
                new TimestampScale(
                        resolution < 0
                                ? TimestampScale.DEFAULT.resolution()
                                : buffer[start + resolution] & 0xff,
                        offset < 0 ? 0 : u64(offset));
        return new PcapngInterface(u16(body), u32(body + 4), scale);
    }

    /**
     * Whether there is room for options.
     *
     * @param end of what is before them, which is filled up to a multiple of four
     */
    boolean hasOptions(int end) {
        return padded(end) + OPTION_HEADER_BYTES <= length;
    }

    /**
     * An option that is a number of 64 bits.
     *
     * @return negative when it is not there, or greater than a long
     */
    long optionU64(int end, int code) {
        int value = option(padded(end), code, 8);
        return value < 0 ? -1 : u64(value);
    }

    /**
     * Where an option's value begins.
     *
     * @param options where the first option begins
     * @param size that the value must have
     * @return -1 when there is none
     */
    private int option(int options, int code, int size) {
        int at = options;
        while (at + OPTION_HEADER_BYTES <= length) {
            int found = u16(at);
            int valueLength = u16(at + 2);
            at += OPTION_HEADER_BYTES;
            if (found == END_OF_OPTIONS || valueLength > length - at) {
                return -1;
            }
            if (found == code && valueLength == size) {
                return at;
            }
            at += padded(valueLength);
        }
        return -1;
    }

    private static int padded(int count) {
        return (count + 3) & ~3;
    }
}
