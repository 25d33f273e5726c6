package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.DUPLICATE_RESPONSES;
import static io.stream53.ledger.ProcessorCounter.PACKETS_READ;
import static io.stream53.ledger.ProcessorCounter.QUERIES;
import static io.stream53.ledger.ProcessorCounter.RESPONSES;
import static io.stream53.ledger.ProcessorCounter.RETRANSMISSIONS;
import static io.stream53.ledger.ProcessorCounter.TRANSFER_RESPONSES;

import io.stream53.schema.DnsPacket;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins queries to responses, as docs/matching.md says. One thread.
 *
 * <p>It counts PACKETS_READ, QUERIES, RESPONSES, TRANSACTIONS, TRANSACTIONS_WITH_QUERY, one for
 * each status, DUPLICATE_RESPONSES, TRANSFER_RESPONSES, RETRANSMISSIONS and OVERFLOWED. At every
 * moment queries = TRANSACTIONS_WITH_QUERY + RETRANSMISSIONS + {@link #pendingQueries()} and
 * responses = ANSWERED + DUPLICATE_RESPONSES + MISMATCHED + UNSOLICITED + LATE + TRANSFER_RESPONSES
 * + {@link #heldResponses()}.
 */
public final class Matcher {
    /** State keys begin with a byte below this one; others may use it and those above. */
    public static final int FIRST_FREE_STATE_PREFIX = 16;

    private static final int QR = 0x8000;
    private static final int DSO = 6;

    /** Queries in flight that stay decoded: enough for 100,000 a second answered in 100 ms. */
    private static final int MAX_DECODED = 10_000;

    private final MatchSettings settings;
    private final long timeoutUs;
    private final long skewUs;
    private final CounterSet counters;
    private final Outcomes outcomes;
    private final boolean keepsDecoded;

    private final NodeClocks clocks = new NodeClocks();
    private final PendingSet pending;
    private final HeldSet<EarlyResponse> early =
            new HeldSet<>(StateCodec.Kind.EARLY, clock -> clock.early);
    private final HeldSet<ExpiredQuery> expired =
            new HeldSet<>(StateCodec.Kind.EXPIRED, clock -> clock.expired);
    private final AnsweredMemory answered;
    private long arrivals;
    private int transfers;

    /** A matcher that keeps every waiting query decoded: for {@code inspect} and tests. */
    public Matcher(MatchSettings settings, Consumer<Transaction> out, CounterSet counters) {
        this(settings, out, counters, null);
    }

    /**
     * A matcher.
     *
     * @param out takes the transactions, called from within the other methods but never from {@link
     *     #drain} and {@link #restore}
     * @param reader decodes queries again that have waited so long that only their bytes were kept
     *     (a decoded one takes three times the heap); null keeps all of them decoded
     */
    public Matcher(
            MatchSettings settings,
            Consumer<Transaction> out,
            CounterSet counters,
            @Nullable PacketReader reader) {
        this.settings = settings;
        this.timeoutUs = settings.timeoutUs();
        this.skewUs = settings.skewUs();
        this.counters = counters;
        this.outcomes = new Outcomes(out, counters, reader);
        this.keepsDecoded = reader == null;
        this.pending = new PendingSet(keepsDecoded ? Integer.MAX_VALUE : MAX_DECODED);
        this.answered = new AnsweredMemory(settings.maxRemembered());
    }

    /**
     * Takes one message.
     *
     * @param key the transaction key
     * @param packet a message (kind {@code message}), which the caller must not change afterwards
     * @param stored the bytes {@code packet} was decoded from, kept for the state; not changed
     *     afterwards either
     */
    public void message(byte[] key, DnsPacket packet, byte[] stored) {
        counters.add(PACKETS_READ);
        Arrival arrival = Arrival.of(key, packet, clocks.of(packet.getNode()));
        if ((packet.getFlags() & QR) == 0) {
            counters.add(QUERIES);
            query(arrival, packet, stored);
        } else {
            counters.add(RESPONSES);
            response(arrival, packet, stored);
        }
    }

    // ---- queries

    private void query(Arrival arrival, DnsPacket packet, byte[] stored) {
        if (isRetransmission(arrival, packet)) {
            return;
        }
        long deadlineUs = Micros.plus(arrival.timeUs(), timeoutUs);
        PendingQuery query =
                new PendingQuery(arrival, arrivals++, ordinal(arrival), deadlineUs, packet, stored);
        if (packet.getOpcode() == DSO && packet.getId() == 0) {
            outcomes.oneWay(query);
            answered.remember(arrival, arrival.question(), arrival.timeUs(), query.ordinal);
            return;
        }
        EarlyResponse response = takeEarly(query);
        if (response != null && !query.asksForTransfer) {
            outcomes.answered(query, response.packet);
            rememberAnswered(query, response.arrival);
            return;
        }
        makeRoomFor(arrival);
        pending.add(query);
        while (response != null) {
            transferResponse(query, response.packet, response.stored);
            response = takeEarly(query);
        }
        markMismatched(query);
    }

    /** Rule 2. Expires a query with the same question that the new one comes too late for. */
    private boolean isRetransmission(Arrival arrival, DnsPacket packet) {
        PendingQuery next;
        for (PendingQuery query = pending.first(arrival); query != null; query = next) {
            next = pending.next(query);
            if (!query.asksTheSameAs(arrival)) {
                continue;
            }
            if (query.isStaleAt(arrival.timeUs())) {
                expire(query, Cause.TIMEOUT);
            } else if (!queuesIdentical(query, packet)
                    && Micros.plus(arrival.timeUs(), timeoutUs) >= query.timeUs()) {
                query.retransmissions++;
                query.queryBytes += packet.getSize();
                counters.add(RETRANSMISSIONS);
                pending.touch(query);
                return true;
            }
        }
        return false;
    }

    /**
     * Over HTTP and QUIC ids say nothing and nothing is retransmitted (RFC 8484 4.1, RFC 9250
     * 4.2.1). Two zone transfers at once could not be told apart, so they do not queue.
     */
    private static boolean queuesIdentical(PendingQuery query, DnsPacket packet) {
        return !query.asksForTransfer
                && (packet.getProtocol().equals("doh") || packet.getProtocol().equals("doq"));
    }

    /** Above those of all queries like this one, to the microsecond, that are known. */
    private int ordinal(Arrival arrival) {
        int ordinal = answered.nextOrdinal(arrival);
        ordinal = Math.max(ordinal, nextOrdinal(pending, arrival));
        return Math.max(ordinal, nextOrdinal(expired, arrival));
    }

    private static <E extends Held<E>> int nextOrdinal(HeldSet<E> set, Arrival arrival) {
        int ordinal = 0;
        for (E held = set.first(arrival); held != null; held = set.next(held)) {
            if (held.timeUs() == arrival.timeUs() && held.asksTheSameAs(arrival)) {
                ordinal = Math.max(ordinal, held.ordinal + 1);
            }
        }
        return ordinal;
    }

    private void makeRoomFor(Arrival arrival) {
        PendingQuery oldest = pending.first(arrival);
        if (oldest != null && pending.countUnder(arrival) >= settings.maxPendingPerKey()) {
            boolean stale = oldest.isStaleAt(arrival.timeUs());
            expire(oldest, stale ? Cause.TIMEOUT : Cause.OVERFLOW);
        }
        oldest = pending.oldest();
        if (oldest != null && pending.size() >= settings.maxPending()) {
            expire(oldest, Cause.OVERFLOW);
        }
    }

    /** Rule 4: the oldest response held that answers a query that has just come. */
    private @Nullable EarlyResponse takeEarly(PendingQuery query) {
        EarlyResponse response = early.first(query.arrival);
        while (response != null
                && (!query.isAnsweredBy(response.arrival)
                        || !isWithin(response.timeUs(), query.timeUs(), query.deadlineUs))) {
            response = early.next(response);
        }
        if (response != null) {
            early.remove(response);
        }
        return response;
    }

    /** Rule 3, for responses that overtook a query that they do not answer. */
    private void markMismatched(PendingQuery query) {
        EarlyResponse response = early.first(query.arrival);
        for (; response != null; response = early.next(response)) {
            if (!response.mismatched && wasPendingAt(response.timeUs(), query)) {
                response.mismatched = true;
                early.touch(response);
            }
        }
    }

    // ---- responses

    private void response(Arrival arrival, DnsPacket packet, byte[] stored) {
        PendingQuery query = findPending(arrival);
        if (query != null && query.asksForTransfer) {
            transferResponse(query, packet, stored);
        } else if (query != null) {
            pending.remove(query);
            outcomes.answered(query, packet);
            rememberAnswered(query, arrival);
        } else if (answered.isDuplicate(arrival, skewUs)) {
            counters.add(DUPLICATE_RESPONSES);
        } else {
            ExpiredQuery late = findExpired(arrival);
            if (late != null) {
                outcomes.late(arrival, packet, late);
            } else {
                hold(arrival, packet, stored);
            }
        }
    }

    /** Rule 1: the oldest it may answer. Expires those that it comes too late for. */
    private @Nullable PendingQuery findPending(Arrival response) {
        PendingQuery next;
        for (PendingQuery query = pending.first(response); query != null; query = next) {
            next = pending.next(query);
            if (!query.isAnsweredBy(response)) {
                continue;
            }
            if (query.isStaleAt(response.timeUs())) {
                expire(query, Cause.TIMEOUT);
            } else if (isWithin(response.timeUs(), query.timeUs(), query.deadlineUs)) {
                return query;
            }
        }
        return null;
    }

    /** The youngest expired query that the response is late for. */
    private @Nullable ExpiredQuery findExpired(Arrival response) {
        ExpiredQuery found = null;
        ExpiredQuery query = expired.first(response);
        for (; query != null; query = expired.next(query)) {
            if (query.isAnsweredBy(response)
                    && isWithin(response.timeUs(), query.timeUs(), query.deadlineUs)) {
                found = query;
            }
        }
        return found;
    }

    /** Rule 6. */
    private void transferResponse(PendingQuery query, DnsPacket packet, byte[] stored) {
        if (query.transfer == null) {
            query.transfer = new Transfer(keepsDecoded ? packet : null, stored);
            transfers++;
        } else {
            counters.add(TRANSFER_RESPONSES);
        }
        query.transfer.add(packet);
        long deadlineUs = Micros.plus(packet.getTimestampUs(), timeoutUs);
        pending.setDeadline(query, Math.max(query.deadlineUs, deadlineUs));
        pending.touch(query);
    }

    private void hold(Arrival arrival, DnsPacket packet, byte[] stored) {
        EarlyResponse oldest = early.first(arrival);
        if (oldest != null && early.countUnder(arrival) >= settings.maxPendingPerKey()) {
            settle(oldest);
        }
        oldest = early.oldest();
        if (oldest != null && early.size() >= settings.maxEarly()) {
            settle(oldest);
        }
        early.add(
                new EarlyResponse(
                        arrival,
                        arrivals++,
                        nextOrdinal(early, arrival),
                        Micros.plus(arrival.timeUs(), skewUs),
                        packet,
                        stored,
                        isMismatched(arrival)));
    }

    private boolean isMismatched(Arrival response) {
        PendingQuery query = pending.first(response);
        while (query != null && !wasPendingAt(response.timeUs(), query)) {
            query = pending.next(query);
        }
        return query != null;
    }

    private static boolean wasPendingAt(long timeUs, PendingQuery query) {
        return timeUs >= query.timeUs() && timeUs <= query.deadlineUs;
    }

    /** Whether a response's time fits a query's: no earlier than the skew allows, no later. */
    private boolean isWithin(long responseUs, long queryUs, long deadlineUs) {
        return Micros.plus(responseUs, skewUs) >= queryUs && responseUs <= deadlineUs;
    }

    // ---- what time ends

    /**
     * Takes a node's watermark: expires what waits for that node's time to pass.
     *
     * @param run the agent's run; a new one starts the node's watermark anew
     * @param watermarkUs microseconds; the largest long at the end of a run
     */
    public void advance(String node, long run, long watermarkUs) {
        NodeClock clock = clocks.of(node);
        clock.advance(run, watermarkUs);
        expirePassed(clock, Cause.TIMEOUT);
    }

    /** Gives up all that is waiting for a node that fell silent, with cause {@code node_lost}. */
    public void nodeLost(String node) {
        NodeClock clock = clocks.find(node);
        if (clock != null) {
            clock.end();
            expirePassed(clock, Cause.NODE_LOST);
        }
    }

    private void expirePassed(NodeClock clock, Cause cause) {
        PendingQuery query = clock.queries.first();
        for (; query != null && clock.hasPassed(query.deadlineUs); query = clock.queries.first()) {
            expire(query, cause);
        }
        EarlyResponse response = clock.early.first();
        for (;
                response != null && clock.hasPassed(response.deadlineUs);
                response = clock.early.first()) {
            settle(response);
        }
        ExpiredQuery forgotten = clock.expired.first();
        for (;
                forgotten != null && clock.hasPassed(forgotten.deadlineUs);
                forgotten = clock.expired.first()) {
            expired.remove(forgotten);
        }
        if (clock.hasEnded()) {
            answered.forgetAll(clock);
            clocks.remove(clock);
        }
    }

    /** Rules 5 and 6: gives up a query, or ends a zone transfer. */
    private void expire(PendingQuery query, Cause cause) {
        pending.remove(query);
        Transfer transfer = query.transfer;
        if (transfer != null) {
            transfers--;
            outcomes.transferred(query, transfer);
            rememberAnswered(query, query.arrival, transfer.lastUs);
        } else {
            rememberExpired(query, outcomes.unanswered(query, cause));
        }
    }

    private void settle(EarlyResponse response) {
        early.remove(response);
        outcomes.unasked(response);
    }

    private void rememberAnswered(PendingQuery query, Arrival response) {
        rememberAnswered(query, response, response.timeUs());
    }

    /** A duplicate will look like the response, whose question may be missing: both serve. */
    private void rememberAnswered(PendingQuery query, Arrival response, long answeredUs) {
        long untilUs = Micros.plus(answeredUs, timeoutUs);
        answered.remember(query.arrival, query.question(), untilUs, query.ordinal);
        if (response.question() != query.question()) {
            answered.remember(query.arrival, response.question(), untilUs, query.ordinal);
        }
        forgetExpired(query.arrival);
    }

    /** For the timeout, from when it would have expired. */
    private void rememberExpired(PendingQuery query, String unansweredId) {
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
        expired.add(
                new ExpiredQuery(query.arrival, arrivals++, query.ordinal, untilUs, unansweredId));
    }

    /** Of two queries with one question the younger is remembered. */
    private void forgetExpired(Arrival query) {
        ExpiredQuery next;
        for (ExpiredQuery old = expired.first(query); old != null; old = next) {
            next = expired.next(old);
            if (old.asksTheSameAs(query)) {
                expired.remove(old);
            }
        }
    }

    // ---- state

    /** Messages that are not in a transaction yet: queries pending and responses held. */
    public int pending() {
        return pendingQueries() + early.size();
    }

    /** Queries that wait for a response, and zone transfers in progress. */
    public int pendingQueries() {
        return pending.size();
    }

    /** Responses held because their query may follow, and first responses of zone transfers. */
    public int heldResponses() {
        return early.size() + transfers;
    }

    /** Nodes that have sent something and whose run has not ended. */
    public Set<String> nodes() {
        return clocks.nodes();
    }

    /**
     * Writes what changed since the last drain; what came and went in between is never written.
     * Nothing is sent to the consumer of transactions.
     */
    public void drain(StateWriter writer) {
        pending.drain(writer, StateCodec::encode);
        early.drain(writer, StateCodec::encode);
        expired.drain(writer, StateCodec::encode);
        clocks.drain(writer);
    }

    /**
     * Takes back one entry that {@link #drain} wrote, into a matcher that has seen no message yet.
     * Any order will do; ascending keys are fastest.
     *
     * @throws IllegalArgumentException when the entry is none of this version's
     */
    public void restore(byte[] key, byte[] value, PacketReader reader) {
        StateCodec.Restoring with = new StateCodec.Restoring(settings, clocks, reader);
        switch (StateCodec.Kind.of(key)) {
            case QUERY -> restore(StateCodec.query(key, value, with));
            case EARLY -> {
                EarlyResponse response = StateCodec.early(key, value, with);
                early.add(response);
                numbered(response);
            }
            case EXPIRED -> {
                ExpiredQuery query = StateCodec.expired(key, value, with);
                expired.add(query);
                numbered(query);
            }
            case NODE -> StateCodec.node(key, value, clocks);
        }
    }

    private void restore(PendingQuery query) {
        if (!keepsDecoded) {
            query.packet = null;
        }
        transfers += query.transfer == null ? 0 : 1;
        pending.add(query);
        numbered(query);
    }

    private void numbered(Held<?> held) {
        arrivals = Math.max(arrivals, held.order + 1);
    }
}
