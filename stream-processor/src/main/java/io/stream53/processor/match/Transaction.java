package io.stream53.processor.match;

import io.stream53.key.TransactionId;
import io.stream53.schema.DnsPacket;
import org.jspecify.annotations.Nullable;

/**
 * What the matcher gives back: a query with its response, or one of them alone. At least one of
 * {@code query} and {@code response} is there.
 *
 * @param key the {@link io.stream53.key.TransactionKey} in bytes
 * @param query the query that arrived first; null for UNSOLICITED, MISMATCHED and LATE, and for a
 *     response that is SAMPLED_OUT
 * @param response the response, the first one for a zone transfer; null for UNANSWERED and ONE_WAY,
 *     and for a query that is SAMPLED_OUT
 * @param retransmissions times the query was seen again while it was pending
 * @param responses response messages in this transaction: 0 or 1, more for a zone transfer
 * @param queryBytes bytes of the query and of its retransmissions
 * @param responseBytes bytes of all response messages
 * @param endUs time of the response, of the last one for a zone transfer, in microseconds; without
 *     a response the time of the query
 * @param cause why a query was given up; null unless UNANSWERED
 * @param unansweredId id of the UNANSWERED transaction (or SAMPLED_OUT) that a LATE response
 *     belongs to; else null
 * @param ordinal tells apart transactions that are alike to the microsecond; nearly always 0
 */
public record Transaction(
        Status status,
        byte[] key,
        @Nullable DnsPacket query,
        @Nullable DnsPacket response,
        int retransmissions,
        int responses,
        long queryBytes,
        long responseBytes,
        long endUs,
        @Nullable Cause cause,
        @Nullable String unansweredId,
        int ordinal) {

    public Transaction {
        if (query == null && response == null) {
            throw new IllegalArgumentException("a transaction without query and response");
        }
    }

    /** The query, or the response where there is no query: it gives the id, time and question. */
    public DnsPacket first() {
        if (query != null) {
            return query;
        }
        if (response != null) {
            return response;
        }
        throw new AssertionError("checked by the constructor");
    }

    /** Time of {@link #first()} in microseconds since the epoch. */
    public long startUs() {
        return first().getTimestampUs();
    }

    /**
     * Nanoseconds from query to response (to the last one for a zone transfer); null without both,
     * and when the response was captured before its query.
     */
    public @Nullable Long durationNs() {
        if (query == null || response == null || endUs < startUs()) {
            return null;
        }
        return (endUs - startUs()) * 1000;
    }

    /** The transaction's id: the same whenever the same packets are processed. */
    public String id() {
        DnsPacket first = first();
        return TransactionId.of(
                first.getTimestampUs(),
                key,
                first.getOpcode(),
                first.getQuestionName(),
                first.getQuestionType(),
                first.getQuestionClass(),
                ordinal == 0 ? status.name() : status.name() + "#" + ordinal);
    }
}
