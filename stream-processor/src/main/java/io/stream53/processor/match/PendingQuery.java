package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A query that waits for its response, or a zone transfer in progress. */
final class PendingQuery extends Held<PendingQuery> {
    private static final int IXFR = 251;
    private static final int AXFR = 252;
    private static final byte[] NOTHING = {};

    /** Null once only the bytes are kept. */
    @Nullable DnsPacket packet;

    /** Holds the bytes it was decoded from, at {@link #storedAt}. */
    private byte[] holder;

    private int storedAt;
    private int storedLength;

    /** AXFR (RFC 5936) or IXFR (RFC 1995): may have many responses. */
    boolean asksForTransfer;

    int retransmissions;

    /** Bytes of the query and of its retransmissions. */
    long queryBytes;

    /** What came of a zone transfer; null before its first response. */
    @Nullable Transfer transfer;

    /** None yet: {@link #begin} makes it one. */
    PendingQuery() {
        holder = NOTHING;
    }

    PendingQuery(
            Arrival arrival,
            long order,
            int ordinal,
            long deadlineUs,
            DnsPacket packet,
            byte[] stored) {
        super(arrival, order, ordinal, deadlineUs);
        holder = stored;
        hold(packet, stored);
    }

    /** Becomes another query: one object serves many, since nearly all wait for a moment only. */
    void begin(
            Arrival arrival,
            long number,
            int itsOrdinal,
            long until,
            DnsPacket itsPacket,
            byte[] stored) {
        fill(arrival);
        order = number;
        ordinal = itsOrdinal;
        deadlineUs = until;
        retransmissions = 0;
        hold(itsPacket, stored);
    }

    private void hold(DnsPacket itsPacket, byte[] stored) {
        packet = itsPacket;
        holder = stored;
        storedAt = 0;
        storedLength = stored.length;
        queryBytes = itsPacket.getSize();
        int type = itsPacket.getQuestionType();
        asksForTransfer = itsPacket.getOpcode() == 0 && (type == AXFR || type == IXFR);
    }

    /** Keeps no object alive from now on. */
    void end() {
        clear();
        packet = null;
        holder = NOTHING;
        transfer = null;
    }

    /** The bytes it was decoded from. */
    byte[] stored() {
        return storedAt == 0 && storedLength == holder.length
                ? holder
                : Arrays.copyOfRange(holder, storedAt, storedAt + storedLength);
    }

    @Override
    StateCodec.Kind kind() {
        return StateCodec.Kind.QUERY;
    }

    @Override
    int valueLength() {
        return 19 + (transfer == null ? 0 : 20 + transfer.firstStored.length) + storedLength;
    }

    @Override
    void writeTo(ByteBuffer out) {
        out.put(StateCodec.VERSION).putShort((short) ordinal).putInt(retransmissions);
        out.putLong(queryBytes).putInt(transfer == null ? 0 : transfer.responses);
        if (transfer != null) {
            out.putLong(transfer.responseBytes).putLong(transfer.lastUs);
            out.putInt(transfer.firstStored.length).put(transfer.firstStored);
        }
        out.put(holder, storedAt, storedLength);
    }

    /** Key and bytes are at the end of a value that the state keeps anyway: once on the heap. */
    @Override
    void writtenTo(byte[] array, int keyAt, int end) {
        keyIn(array, keyAt, keyLength());
        holder = array;
        storedAt = end - storedLength;
    }

    boolean isStaleAt(long timeUs) {
        return timeUs > deadlineUs;
    }

    boolean wasPendingAt(long responseUs) {
        return responseUs >= timeUs() && responseUs <= deadlineUs;
    }
}
