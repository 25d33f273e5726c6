package io.stream53.processor.detect;

/** Sums of a {@link Signs}; all are weighted by the sampling rate but {@link #SEEN}. */
enum Sign {
    /** The subject's transactions; of domains and clients an estimate. */
    TOTAL,
    /** Transactions that the watch is about. */
    MATCHED,
    /** The same, not weighted: what distinct counts can be compared with. */
    SEEN,
    NXDOMAIN,
    SERVFAIL,
    UNANSWERED,
    /** Bytes of queries; of long names their characters before the registered domain. */
    QUERY_BYTES,
    RESPONSE_BYTES,
    /** Queries of type ANY. */
    ANY,
    UNSOLICITED;

    static final int COUNT = values().length;

    /** Place in arrays and in what is written: constants are added at the end only. */
    final int place;

    @SuppressWarnings("EnumOrdinal") // the order is the format
    Sign() {
        place = ordinal();
    }
}
