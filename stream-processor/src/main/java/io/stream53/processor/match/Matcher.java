package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
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
            @Nullable PacketReader reader) {}

    /**
     * Takes one message.
     *
     * @param key the transaction key
     * @param packet a message (kind {@code message}), which the caller must not change afterwards
     * @param stored the bytes {@code packet} was decoded from, kept for the state; not changed
     *     afterwards either
     */
    public void message(byte[] key, DnsPacket packet, byte[] stored) {}

    /**
     * Takes a node's watermark: expires what waits for that node's time to pass.
     *
     * @param run the agent's run; a new one starts the node's watermark anew
     * @param watermarkUs microseconds; the largest long at the end of a run
     */
    public void advance(String node, long run, long watermarkUs) {}

    /** Gives up all that is waiting for a node that fell silent, with cause {@code node_lost}. */
    public void nodeLost(String node) {}

    /** Messages that are not in a transaction yet: queries pending and responses held. */
    public int pending() {
        return 0;
    }

    /** Queries that wait for a response, and zone transfers in progress. */
    public int pendingQueries() {
        return 0;
    }

    /** Responses held because their query may follow, and first responses of zone transfers. */
    public int heldResponses() {
        return 0;
    }

    /**
     * Writes what changed since the last drain; what came and went in between is never written.
     * Nothing is sent to the consumer of transactions.
     */
    public void drain(StateWriter writer) {}

    /**
     * Takes back one entry that {@link #drain} wrote, into a matcher that has seen no message yet.
     * Any order will do; ascending keys are fastest.
     *
     * @throws IllegalArgumentException when the entry is none of this version's
     */
    public void restore(byte[] key, byte[] value, PacketReader reader) {}
}
