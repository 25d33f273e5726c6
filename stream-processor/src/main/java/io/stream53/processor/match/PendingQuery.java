package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import org.jspecify.annotations.Nullable;

/** A query that waits for its response, or a zone transfer in progress. */
final class PendingQuery extends Held<PendingQuery> {
    private static final int IXFR = 251;
    private static final int AXFR = 252;

    /** Null once only the bytes are kept. */
    @Nullable DnsPacket packet;

    final byte[] stored;

    /** AXFR (RFC 5936) or IXFR (RFC 1995): may have many responses. */
    final boolean asksForTransfer;

    int retransmissions;

    /** Bytes of the query and of its retransmissions. */
    long queryBytes;

    /** What came of a zone transfer; null before its first response. */
    @Nullable Transfer transfer;

    PendingQuery(
            Arrival arrival,
            long order,
            int ordinal,
            long deadlineUs,
            DnsPacket packet,
            byte[] stored) {
        super(arrival, order, ordinal, deadlineUs);
        this.packet = packet;
        this.stored = stored;
        this.queryBytes = packet.getSize();
        int type = packet.getQuestionType();
        this.asksForTransfer = packet.getOpcode() == 0 && (type == AXFR || type == IXFR);
    }

    boolean isStaleAt(long timeUs) {
        return timeUs > deadlineUs;
    }

    boolean wasPendingAt(long responseUs) {
        return responseUs >= timeUs() && responseUs <= deadlineUs;
    }
}
