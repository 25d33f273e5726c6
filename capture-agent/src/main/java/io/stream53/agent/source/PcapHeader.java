package io.stream53.agent.source;

/**
 * Header of a classic pcap file: what is needed to read its records.
 *
 * @param bigEndian byte order of all numbers in the file
 * @param nanoseconds the fractions of timestamps are nano-, not microseconds
 * @param modified Alexey Kuznetzov's format: its record headers tell the interface, too
 * @param linkType LINKTYPE_ value
 */
record PcapHeader(boolean bigEndian, boolean nanoseconds, boolean modified, int linkType) {
    /** Length of the header. */
    static final int BYTES = 24;

    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;
    private static final int MODIFIED = 0xa1b2cd34;

    /** The upper half of the field tells about frame check sequences. */
    private static final int LINK_TYPE_MASK = 0xffff;

    /**
     * Reads a header.
     *
     * @param name of the input, for messages
     * @param bytes the first 24 of the input, fewer when it has no more
     */
    static PcapHeader read(String name, byte[] bytes) throws PcapFormatException {
        if (bytes.length == 0) {
            throw new PcapFormatException(name + " is empty; name a capture file.");
        }
        int magic = bytes.length < 4 ? 0 : (int) u32(bytes, 0, true);
        boolean bigEndian = isMagic(magic);
        if (!bigEndian && !isMagic(Integer.reverseBytes(magic))) {
            throw new PcapFormatException(
                    name
                            + " is not a pcap file, nor a pcapng file; name a capture made by"
                            + " tcpdump, dumpcap or the like.");
        }
        if (bytes.length < BYTES) {
            throw new PcapFormatException(
                    name + " ends within the header of a pcap file; capture it again.");
        }
        int kind = bigEndian ? magic : Integer.reverseBytes(magic);
        int linkType = (int) u32(bytes, 20, bigEndian) & LINK_TYPE_MASK;
        return new PcapHeader(bigEndian, kind == NANOSECONDS, kind == MODIFIED, linkType);
    }

    private static boolean isMagic(int magic) {
        return magic == MICROSECONDS || magic == NANOSECONDS || magic == MODIFIED;
    }

    /** Length of the header of each record. */
    int recordHeaderBytes() {
        // The interface's index, a protocol, a packet type and a byte of padding.
        return modified ? 16 + 8 : 16;
    }

    /** Unsigned, in the file's byte order. */
    long u32(byte[] bytes, int at) {
        return u32(bytes, at, bigEndian);
    }

    /** Microseconds since 1970 of a record's time. */
    long microseconds(long seconds, long fraction) {
        return seconds * 1_000_000 + (nanoseconds ? fraction / 1000 : fraction);
    }

    private static long u32(byte[] bytes, int at, boolean bigEndian) {
        int value =
                (bytes[at] & 0xff) << 24
                        | (bytes[at + 1] & 0xff) << 16
                        | (bytes[at + 2] & 0xff) << 8
                        | bytes[at + 3] & 0xff;
        return (bigEndian ? value : Integer.reverseBytes(value)) & 0xffff_ffffL;
    }
}
