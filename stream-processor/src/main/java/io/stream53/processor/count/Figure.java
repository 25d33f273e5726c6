package io.stream53.processor.count;

/** The sums of a {@link Tally}, in the order of their bytes: append only. */
enum Figure {
    TRANSACTIONS(0),
    QUERIES(1),
    RESPONSES(2),
    UNANSWERED(3),
    RETRANSMISSIONS(4),
    NOERROR(5),
    NXDOMAIN(6),
    SERVFAIL(7),
    REFUSED(8),
    FORMERR(9),
    NOTIMP(10),
    OTHER_CODE(11),
    BYTES_IN(12),
    BYTES_OUT(13),
    QUERIES_WEIGHTED(14),
    RESPONSES_WEIGHTED(15),
    EDNS(16),
    DNSSEC_OK(17),
    AUTHENTICATED(18),
    TRUNCATED(19),
    IPV6(20);

    static final int COUNT = values().length;

    /** Place among the sums of a tally. */
    final int place;

    Figure(int place) {
        this.place = place;
    }

    /** The sum that a response code's mnemonic counts in. */
    static Figure ofResponseCode(String mnemonic) {
        return switch (mnemonic) {
            case "NOERROR" -> NOERROR;
            case "NXDOMAIN" -> NXDOMAIN;
            case "SERVFAIL" -> SERVFAIL;
            case "REFUSED" -> REFUSED;
            case "FORMERR" -> FORMERR;
            case "NOTIMP" -> NOTIMP;
            default -> OTHER_CODE;
        };
    }
}
