package io.stream53.processor.match;

import org.jspecify.annotations.Nullable;

/**
 * Rule 3: answered and expired queries, remembered for the timeout, so that a further response is
 * known as a duplicate or as LATE. Of several queries with one key, opcode and question the last is
 * remembered.
 *
 * <p>Only expired queries are part of the state: answered ones would put every query into the
 * changelog.
 */
final class CompletedQueries {
    private final MatchSettings settings;
    private final long timeoutUs;
    private final long skewUs;
    private final AnsweredMemory answered;
    private final HeldSet<ExpiredQuery> expired =
            new HeldSet<>(StateCodec.Kind.EXPIRED, clock -> clock.expired);

    CompletedQueries(MatchSettings settings) {
        this.settings = settings;
        this.timeoutUs = settings.timeoutUs();
        this.skewUs = settings.skewUs();
        this.answered = new AnsweredMemory(settings.maxRemembered());
    }

    /** A duplicate looks like the response, whose question may be missing: both are remembered. */
    void answered(PendingQuery query, long responseQuestion, long answeredUs) {
        long untilUs = Micros.plus(answeredUs, timeoutUs);
        answered.remember(query.arrival, query.question(), untilUs, query.ordinal);
        if (responseQuestion != query.question()) {
            answered.remember(query.arrival, responseQuestion, untilUs, query.ordinal);
        }
        forgetExpired(query.arrival);
    }

    /** Remembered only to tell it from others of the same microsecond. */
    void oneWay(PendingQuery message) {
        answered.remember(message.arrival, message.question(), message.timeUs(), message.ordinal);
    }

    /** Remembered for the timeout from when it would have expired. */
    void expired(PendingQuery query, long order, String unansweredId) {
        forgetExpired(query.arrival);
        answered.forget(query.arrival, query.question());
        ExpiredQuery oldest = expired.first(query.arrival);
        if (oldest != null && expired.countUnder(query.arrival) >= settings.maxPendingPerKey()) {
            expired.remove(oldest);
        }
        oldest = expired.oldest();
        if (oldest != null && expired.size() >= settings.maxRemembered()) {
            expired.remove(oldest);
        }
        long untilUs = Micros.plus(query.timeUs(), 2 * timeoutUs);
        expired.add(new ExpiredQuery(query.arrival, order, query.ordinal, untilUs, unansweredId));
    }

    boolean isDuplicate(Arrival response) {
        return answered.isDuplicate(response, skewUs);
    }

    /** The youngest expired query that a response is late for. */
    @Nullable ExpiredQuery findExpired(Arrival response) {
        ExpiredQuery found = null;
        ExpiredQuery query = expired.first(response);
        for (; query != null; query = expired.next(query)) {
            if (query.isAnsweredBy(response) && query.fits(response.timeUs(), skewUs)) {
                found = query;
            }
        }
        return found;
    }

    /** Above those of all remembered queries like this one, to the microsecond. */
    int nextOrdinal(Arrival query) {
        return Math.max(answered.nextOrdinal(query), expired.nextOrdinal(query));
    }

    void forgetPassed(NodeClock clock) {
        ExpiredQuery first = clock.expired.first();
        while (first != null && clock.hasPassed(first.deadlineUs)) {
            expired.remove(first);
            first = clock.expired.first();
        }
        if (clock.hasEnded()) {
            answered.forgetAll(clock);
        }
    }

    private void forgetExpired(Arrival query) {
        ExpiredQuery next;
        for (ExpiredQuery old = expired.first(query); old != null; old = next) {
            next = expired.next(old);
            if (old.asksTheSameAs(query)) {
                expired.remove(old);
            }
        }
    }

    void drain(StateWriter writer) {
        expired.drain(writer, StateCodec::encode);
    }

    void restore(ExpiredQuery query) {
        expired.add(query);
    }
}
