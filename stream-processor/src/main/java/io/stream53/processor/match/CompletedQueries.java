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
    private final HeldSet<ExpiredQuery> expired;

    CompletedQueries(MatchSettings settings, StateBlocks blocks) {
        this.settings = settings;
        this.timeoutUs = settings.timeoutUs();
        this.skewUs = settings.skewUs();
        this.answered = new AnsweredMemory(settings.maxRemembered());
        this.expired = new HeldSet<>(blocks, clock -> clock.expired);
    }

    /** A duplicate looks like the response, whose question may be missing: both are remembered. */
    void answered(PendingQuery query, long responseQuestion, long answeredUs) {
        long untilUs = Micros.plus(answeredUs, timeoutUs);
        answered.remember(query, query.question(), untilUs, query.ordinal);
        if (responseQuestion != query.question()) {
            answered.remember(query, responseQuestion, untilUs, query.ordinal);
        }
        forgetExpired(query);
    }

    /** Remembered only to tell it from others of the same microsecond. */
    void oneWay(PendingQuery message) {
        answered.remember(message, message.question(), message.timeUs(), message.ordinal);
    }

    /** Remembered for the timeout from when it would have expired. */
    void expired(PendingQuery query, long order, String unansweredId) {
        forgetExpired(query);
        answered.forget(query, query.question());
        ExpiredQuery oldest = expired.first(query);
        if (oldest != null && expired.countUnder(query) >= settings.maxPendingPerKey()) {
            expired.remove(oldest);
        }
        oldest = expired.oldest();
        if (oldest != null && expired.size() >= settings.maxRemembered()) {
            expired.remove(oldest);
        }
        long untilUs = Micros.plus(query.timeUs(), 2 * timeoutUs);
        expired.add(new ExpiredQuery(query, order, query.ordinal, untilUs, unansweredId));
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

    HeldSet<ExpiredQuery> expired() {
        return expired;
    }

    void restore(ExpiredQuery query) {
        expired.add(query);
    }
}
