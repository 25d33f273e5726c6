package io.stream53.processor.match;

/** A query that went out as UNANSWERED, remembered so that a response after that is LATE. */
final class ExpiredQuery extends Held<ExpiredQuery> {
    final String unansweredId;

    /** Time and number of the last LATE response, to tell those of one microsecond apart. */
    private long lastLateUs = Long.MIN_VALUE;

    private int lateOrdinal;

    ExpiredQuery(Arrival arrival, long order, int ordinal, long deadlineUs, String unansweredId) {
        super(arrival, order, ordinal, deadlineUs);
        this.unansweredId = unansweredId;
    }

    /** Ordinal of the LATE transaction that a response at this time makes. */
    int nextLateOrdinal(long timeUs) {
        lateOrdinal = timeUs == lastLateUs ? lateOrdinal + 1 : 0;
        lastLateUs = timeUs;
        return lateOrdinal;
    }
}
