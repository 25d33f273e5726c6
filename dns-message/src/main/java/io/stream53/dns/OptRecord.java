package io.stream53.dns;

/** The fixed part of an OPT record (RFC 6891 section 6.1), reused. */
final class OptRecord {
    private static final int DNSSEC_OK = 0x8000;

    private int version;
    private int udpSize;
    private boolean dnssecOk;
    private int extendedRcode;
    private int optionsOffset;
    private int optionsLength;

    void clear() {
        version = -1;
        udpSize = 0;
        dnssecOk = false;
        extendedRcode = 0;
        optionsOffset = -1;
        optionsLength = 0;
    }

    /**
     * Takes over a record whose data begins at the cursor and may be cut.
     *
     * @param recordClass holds the requestor's UDP payload size (section 6.1.2)
     * @param ttl holds extended rcode, version, DO and reserved bits (section 6.1.3)
     */
    void read(WireCursor in, int recordClass, long ttl, int dataLength) {
        udpSize = recordClass;
        extendedRcode = (int) (ttl >>> 24);
        version = (int) (ttl >>> 16) & 0xff;
        dnssecOk = (ttl & DNSSEC_OK) != 0;
        optionsOffset = in.position();
        optionsLength = Math.min(dataLength, in.end() - in.position());
    }

    boolean isPresent() {
        return version >= 0;
    }

    int version() {
        return version;
    }

    int udpSize() {
        return udpSize;
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    int extendedRcode() {
        return extendedRcode;
    }

    int optionsOffset() {
        return optionsOffset;
    }

    int optionsLength() {
        return optionsLength;
    }
}
