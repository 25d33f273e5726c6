package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.OVERFLOWED;
import static io.stream53.ledger.ProcessorCounter.SAMPLED_OUT_RESPONSES;
import static io.stream53.ledger.ProcessorCounter.TRANSACTIONS;
import static io.stream53.ledger.ProcessorCounter.TRANSACTIONS_WITH_QUERY;

import io.stream53.schema.DnsPacket;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes transactions, counts them and hands them on. */
final class Outcomes {
    private final Consumer<Transaction> out;
    private final CounterSet counters;
    private final @Nullable PacketReader reader;

    Outcomes(Consumer<Transaction> out, CounterSet counters, @Nullable PacketReader reader) {
        this.out = out;
        this.counters = counters;
        this.reader = reader;
    }

    void answered(PendingQuery query, DnsPacket response) {
        answered(query, response, 1, response.getSize(), response.getTimestampUs());
    }

    void transferred(PendingQuery query, Transfer transfer) {
        DnsPacket first = decoded(transfer.first, transfer.firstStored);
        answered(query, first, transfer.responses, transfer.responseBytes, transfer.lastUs);
    }

    private void answered(
            PendingQuery query, DnsPacket response, int responses, long bytes, long endUs) {
        emit(
                new Transaction(
                        Status.ANSWERED,
                        query.key(),
                        decoded(query),
                        response,
                        query.retransmissions,
                        responses,
                        query.queryBytes,
                        bytes,
                        endUs,
                        null,
                        null,
                        query.ordinal));
    }

    /** Returns the transaction's id. */
    String unanswered(PendingQuery query, Cause cause) {
        if (cause == Cause.OVERFLOW) {
            counters.add(OVERFLOWED);
        }
        return emit(withoutResponse(Status.UNANSWERED, query, cause)).id();
    }

    /** Returns the transaction's id. */
    String sampledOut(PendingQuery query) {
        return emit(withoutResponse(Status.SAMPLED_OUT, query, null)).id();
    }

    void sampledOut(EarlyResponse response) {
        counters.add(SAMPLED_OUT_RESPONSES);
        emit(withoutQuery(Status.SAMPLED_OUT, response, response.packet, null, response.ordinal));
    }

    void oneWay(PendingQuery message) {
        emit(withoutResponse(Status.ONE_WAY, message, null));
    }

    private Transaction withoutResponse(Status status, PendingQuery query, @Nullable Cause cause) {
        return new Transaction(
                status,
                query.key(),
                decoded(query),
                null,
                query.retransmissions,
                0,
                query.queryBytes,
                0,
                query.timeUs(),
                cause,
                null,
                query.ordinal);
    }

    void unasked(EarlyResponse response) {
        Status status = response.mismatched ? Status.MISMATCHED : Status.UNSOLICITED;
        emit(withoutQuery(status, response, response.packet, null, response.ordinal));
    }

    void late(Arrival arrival, DnsPacket response, ExpiredQuery query) {
        int ordinal = query.nextLateOrdinal(arrival.timeUs());
        emit(withoutQuery(Status.LATE, arrival, response, query.unansweredId, ordinal));
    }

    private static Transaction withoutQuery(
            Status status,
            Arrival arrival,
            DnsPacket response,
            @Nullable String unansweredId,
            int ordinal) {
        return new Transaction(
                status,
                arrival.key(),
                null,
                response,
                0,
                1,
                0,
                response.getSize(),
                arrival.timeUs(),
                null,
                unansweredId,
                ordinal);
    }

    private Transaction emit(Transaction transaction) {
        counters.add(TRANSACTIONS);
        counters.add(transaction.status().counter());
        if (transaction.query() != null) {
            counters.add(TRANSACTIONS_WITH_QUERY);
        }
        out.accept(transaction);
        return transaction;
    }

    private DnsPacket decoded(PendingQuery query) {
        DnsPacket packet = query.packet;
        return packet != null ? packet : decoded(null, query.stored());
    }

    private DnsPacket decoded(@Nullable DnsPacket packet, byte[] stored) {
        return packet != null ? packet : Objects.requireNonNull(reader).read(stored);
    }
}
