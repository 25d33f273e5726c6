package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A query that waits for its response, or a zone transfer in progress. */
final class PendingQuery extends Held<PendingQuery> {
    private static final int IXFR = 251;
    private static final int AXFR = 252;

    /** Null once only the bytes are kept. */
    @Nullable DnsPacket packet;

    /** Holds the bytes it was decoded from, at its end. */
    private byte[] holder;

    private int storedAt;

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
        this.holder = stored;
        this.queryBytes = packet.getSize();
        int type = packet.getQuestionType();
        this.asksForTransfer = packet.getOpcode() == 0 && (type == AXFR || type == IXFR);
    }

    /** The bytes it was decoded from. */
    byte[] stored() {
        return storedAt == 0 ? holder : Arrays.copyOfRange(holder, storedAt, holder.length);
    }

    /** How many they are. */
    int storedLength() {
        return holder.length - storedAt;
    }

    /** Writes them. */
    void storedTo(ByteBuffer out) {
        out.put(holder, storedAt, storedLength());
    }

    /**
     * From now on its bytes are those at the end of a value that the state keeps anyway, so that
     * they are on the heap once.
     */
    byte[] sharedWith(byte[] value) {
        storedAt = value.length - storedLength();
        holder = value;
        return value;
    }

    boolean isStaleAt(long timeUs) {
        return timeUs > deadlineUs;
    }

    boolean wasPendingAt(long responseUs) {
        return responseUs >= timeUs() && responseUs <= deadlineUs;
    }
}
