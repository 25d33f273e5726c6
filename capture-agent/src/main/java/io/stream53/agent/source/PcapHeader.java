package io.stream53.agent.source;

/**
 * Header of a classic pcap file: what is needed to read its records.
 *
 * @param bigEndian byte order of all numbers in the file
 * @param nanoseconds the fractions of timestamps are nano-, not microseconds
 * @param linkType LINKTYPE_ value
 */
record PcapHeader(boolean bigEndian, boolean nanoseconds, int linkType) {
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;
    private static final int MODIFIED = 0xa1b2cd34;
    private static final int PCAPNG = 0x0a0d0d0a;

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
        return switch (magic) {
            case MICROSECONDS -> read(name, bytes, true, false);
            case NANOSECONDS -> read(name, bytes, true, true);
            default ->
                    switch (Integer.reverseBytes(magic)) {
                        case MICROSECONDS -> read(name, bytes, false, false);
                        case NANOSECONDS -> read(name, bytes, false, true);
                        default -> throw new PcapFormatException(name + refusal(magic));
                    };
        };
    }

    private static PcapHeader read(
            String name, byte[] bytes, boolean bigEndian, boolean nanoseconds)
            throws PcapFormatException {
        if (bytes.length < 24) {
            throw new PcapFormatException(
                    name + " ends within the header of a pcap file; capture it again.");
        }
        int linkType = (int) u32(bytes, 20, bigEndian) & LINK_TYPE_MASK;
        return new PcapHeader(bigEndian, nanoseconds, linkType);
    }

    private static String refusal(int magic) {
        if (magic == PCAPNG) {
            return " is a pcapng file, which cannot be read yet; convert it with"
                    + " 'editcap -F pcap FILE.pcapng FILE.pcap'.";
        }
        if (magic == MODIFIED || Integer.reverseBytes(magic) == MODIFIED) {
            return " is a pcap file of the modified kind; convert it with"
                    + " 'editcap -F pcap IN.pcap OUT.pcap'.";
        }
        return " is not a pcap file; name a capture made by tcpdump, dumpcap or the like.";
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
