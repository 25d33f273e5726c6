package io.stream53.processor.match;

import io.stream53.key.Sampling;
import io.stream53.schema.DnsPacket;
import org.jspecify.annotations.Nullable;

/**
 * Rule 4: responses that matched nothing, held for the skew because their query may follow. They
 * have bounds of their own, so a flood of them pushes out no query.
 */
final class EarlyResponses extends HeldSet<EarlyResponse> {
    private final MatchSettings settings;
    private final long skewUs;
    private final Outcomes outcomes;

    EarlyResponses(MatchSettings settings, StateBlocks blocks, Outcomes outcomes) {
        super(blocks, clock -> clock.early);
        this.settings = settings;
        this.skewUs = settings.skewUs();
        this.outcomes = outcomes;
    }

    void hold(Arrival arrival, long order, DnsPacket packet, byte[] stored, boolean mismatched) {
        int ordinal = nextOrdinal(arrival);
        EarlyResponse oldest = first(arrival);
        if (oldest != null && countUnder(arrival) >= settings.maxPendingPerKey()) {
            settle(oldest);
        }
        oldest = oldest();
        if (oldest != null && size() >= settings.maxEarly()) {
            settle(oldest);
        }
        long deadlineUs = Micros.plus(arrival.timeUs(), skewUs);
        add(new EarlyResponse(arrival, order, ordinal, deadlineUs, packet, stored, mismatched));
    }

    /** Takes out the oldest that answers a query which has just come. */
    @Nullable EarlyResponse take(PendingQuery query) {
        EarlyResponse response = first(query);
        while (response != null
                && !(query.isAnsweredBy(response) && query.fits(response.timeUs(), skewUs))) {
            response = next(response);
        }
        if (response != null) {
            remove(response);
        }
        return response;
    }

    /** Rule 3, for responses that overtook a query which they do not answer. */
    void markMismatched(PendingQuery query) {
        EarlyResponse response = first(query);
        for (; response != null; response = next(response)) {
            if (!response.mismatched && query.wasPendingAt(response.timeUs())) {
                response.mismatched = true;
                touch(response);
            }
        }
    }

    /** Gives up those whose time has passed. */
    void settlePassed(NodeClock clock) {
        EarlyResponse first = clock.early.first();
        while (first != null && clock.hasPassed(first.deadlineUs)) {
            settle(first);
            first = clock.early.first();
        }
    }

    private void settle(EarlyResponse response) {
        remove(response);
        if (isSampledOut(response)) {
            outcomes.sampledOut(response);
        } else {
            outcomes.unasked(response);
        }
    }

    /** Rule 8: some rate in the timeout before the response would have left its query out. */
    private boolean isSampledOut(EarlyResponse response) {
        long fromUs = Micros.minus(response.timeUs(), settings.timeoutUs());
        int rate = response.clock().rates.largest(fromUs, response.timeUs());
        return !Sampling.keeps(response.keyHash(), rate);
    }
}
