package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.DUPLICATE_RESPONSES;
import static io.stream53.ledger.ProcessorCounter.PACKETS_READ;
import static io.stream53.ledger.ProcessorCounter.QUERIES;
import static io.stream53.ledger.ProcessorCounter.RESPONSES;
import static io.stream53.ledger.ProcessorCounter.RETRANSMISSIONS;
import static io.stream53.ledger.ProcessorCounter.TRANSFER_RESPONSES;

import io.stream53.key.Sampling;
import io.stream53.schema.DnsPacket;
import java.nio.BufferUnderflowException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins queries to responses, as docs/matching.md says. One thread; another may look at {@link
 * #pending}, which may be a moment old.
 *
 * <p>It counts PACKETS_READ, QUERIES, RESPONSES, TRANSACTIONS, TRANSACTIONS_WITH_QUERY, one for
 * each status, SAMPLED_OUT_RESPONSES, DUPLICATE_RESPONSES, TRANSFER_RESPONSES, RETRANSMISSIONS and
 * OVERFLOWED. At every moment queries = TRANSACTIONS_WITH_QUERY + RETRANSMISSIONS + {@link
 * #pendingQueries()} and responses = ANSWERED + DUPLICATE_RESPONSES + MISMATCHED + UNSOLICITED +
 * LATE + TRANSFER_RESPONSES + SAMPLED_OUT_RESPONSES + {@link #heldResponses()}.
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
    private final StateBlocks blocks = new StateBlocks();
    private final PendingSet pending;
    private final EarlyResponses early;
    private final CompletedQueries completed;

    /** Of the message that is being taken. */
    private final Arrival current = new Arrival();

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
        this.pending = new PendingSet(keepsDecoded ? Integer.MAX_VALUE : MAX_DECODED, blocks);
        this.early = new EarlyResponses(settings, blocks, outcomes);
        this.completed = new CompletedQueries(settings, blocks);
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
        NodeClock clock = clocks.of(packet.getNode());
        clock.report(packet.getRun(), packet.getTimestampUs(), packet.getSamplingRate());
        current.fill(key, packet, clock);
        if ((packet.getFlags() & QR) == 0) {
            counters.add(QUERIES);
            query(current, packet, stored);
        } else {
            counters.add(RESPONSES);
            response(current, packet, stored);
        }
    }

    // ---- queries

    private void query(Arrival arrival, DnsPacket packet, byte[] stored) {
        if (isRetransmission(arrival, packet)) {
            return;
        }
        int ordinal = Math.max(pending.nextOrdinal(arrival), completed.nextOrdinal(arrival));
        long deadlineUs = Micros.plus(arrival.timeUs(), timeoutUs);
        PendingQuery query = pending.spare();
        query.begin(arrival, arrivals++, ordinal, deadlineUs, packet, stored);
        if (packet.getOpcode() == DSO && packet.getId() == 0) {
            outcomes.oneWay(query);
            completed.oneWay(query);
            pending.giveBack(query);
            return;
        }
        EarlyResponse response = early.take(query);
        if (response != null && !query.asksForTransfer) {
            answer(query, response, response.packet);
            return;
        }
        makeRoomFor(arrival);
        pending.add(query);
        while (response != null) {
            transferResponse(query, response.packet, response.stored);
            response = early.take(query);
        }
        early.markMismatched(query);
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

    // ---- responses

    private void response(Arrival arrival, DnsPacket packet, byte[] stored) {
        PendingQuery query = findPending(arrival);
        if (query != null && query.asksForTransfer) {
            transferResponse(query, packet, stored);
        } else if (query != null) {
            pending.remove(query);
            answer(query, arrival, packet);
        } else if (completed.isDuplicate(arrival)) {
            counters.add(DUPLICATE_RESPONSES);
        } else {
            ExpiredQuery late = completed.findExpired(arrival);
            if (late != null) {
                outcomes.late(arrival, packet, late);
            } else {
                early.hold(arrival, arrivals++, packet, stored, isMismatched(arrival));
            }
        }
    }

    private void answer(PendingQuery query, Arrival response, DnsPacket packet) {
        outcomes.answered(query, packet);
        completed.answered(query, response.question(), response.timeUs());
        pending.giveBack(query);
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
            } else if (query.fits(response.timeUs(), skewUs)) {
                return query;
            }
        }
        return null;
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

    /** Rule 3: a query with another question was pending at the response's time. */
    private boolean isMismatched(Arrival response) {
        PendingQuery query = pending.first(response);
        while (query != null && !query.wasPendingAt(response.timeUs())) {
            query = pending.next(query);
        }
        return query != null;
    }

    // ---- what time ends

    /**
     * Takes a node's watermark: expires what waits for that node's time to pass.
     *
     * @param run the agent's run; a new one starts the node's watermark anew
     * @param watermarkUs microseconds; the largest long at the end of a run
     * @param samplingRate the rate that the watermark carries
     */
    public void advance(String node, long run, long watermarkUs, int samplingRate) {
        NodeClock clock = clocks.of(node);
        clock.report(run, watermarkUs, samplingRate);
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
            // The watermark that passes the timeout speaks of the time before it too.
            expire(query, cause, clock.rates.current());
        }
        early.settlePassed(clock);
        completed.forgetPassed(clock);
        clock.rates.forgetBefore(Micros.minus(clock.watermarkUs(), timeoutUs));
        if (clock.hasEnded()) {
            clocks.remove(clock);
        }
    }

    private void expire(PendingQuery query, Cause cause) {
        expire(query, cause, 1);
    }

    /** Rules 5, 6 and 8: gives up a query, or ends a zone transfer. */
    private void expire(PendingQuery query, Cause cause, int presentRate) {
        pending.remove(query);
        Transfer transfer = query.transfer;
        if (transfer != null) {
            transfers--;
            outcomes.transferred(query, transfer);
            completed.answered(query, query.question(), transfer.lastUs);
        } else {
            String id =
                    cause != Cause.OVERFLOW && isSampledOut(query, presentRate)
                            ? outcomes.sampledOut(query)
                            : outcomes.unanswered(query, cause);
            completed.expired(query, arrivals++, id);
        }
    }

    /** Rule 8: some rate between the query and its timeout would have left its response out. */
    private static boolean isSampledOut(PendingQuery query, int presentRate) {
        SamplingRates rates = query.clock().rates;
        int rate = Math.max(presentRate, rates.largest(query.timeUs(), query.deadlineUs));
        return !Sampling.keeps(query.keyHash(), rate);
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

    /**
     * Writes what changed since the last drain; what came and went in between is never written.
     * Nothing is sent to the consumer of transactions.
     */
    public void drain(StateWriter writer) {
        blocks.drain(writer, List.of(pending, early, completed.expired()), arrivals);
        clocks.drain(writer);
    }

    /**
     * Takes back one entry that {@link #drain} wrote, into a matcher that has seen no message yet.
     * They are to come in ascending order of their keys.
     *
     * @param value not changed afterwards: the matcher shares it
     * @throws IllegalArgumentException when the entry is none of this version's
     */
    public void restore(byte[] key, byte[] value, PacketReader reader) {
        var with = new StateCodec.Restoring(settings, clocks, reader);
        try {
            switch (StateCodec.Kind.of(key)) {
                case NODE -> StateCodec.node(key, value, clocks);
                case GONE -> blocks.restoreGone(key, value);
                case BLOCK -> blocks.restoreBlock(key, value, (k, v) -> restore(k, v, with));
                case QUERY, EARLY, EXPIRED -> blocks.restoreSingle(key, restore(key, value, with));
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("an entry of the matcher's state breaks off", e);
        }
    }

    private Held<?> restore(byte[] key, byte[] value, StateCodec.Restoring with) {
        Held<?> held =
                switch (StateCodec.Kind.of(key)) {
                    case QUERY -> restored(StateCodec.query(key, value, with));
                    case EARLY -> restored(StateCodec.early(key, value, with));
                    case EXPIRED -> restored(StateCodec.expired(key, value, with));
                    case NODE, GONE, BLOCK ->
                            throw new IllegalArgumentException("a block within a block");
                };
        arrivals = Math.max(arrivals, held.order + 1);
        return held;
    }

    private PendingQuery restored(PendingQuery query) {
        if (!keepsDecoded) {
            query.packet = null;
        }
        transfers += query.transfer == null ? 0 : 1;
        pending.add(query);
        return query;
    }

    private EarlyResponse restored(EarlyResponse response) {
        early.add(response);
        return response;
    }

    private ExpiredQuery restored(ExpiredQuery query) {
        completed.restore(query);
        return query;
    }
}
