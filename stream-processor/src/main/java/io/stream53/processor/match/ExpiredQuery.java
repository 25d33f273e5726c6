package io.stream53.processor.match;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A query that went out as UNANSWERED, remembered so that a response after that is LATE. */
final class ExpiredQuery extends Held<ExpiredQuery> {
    private static final int FIXED_BYTES = 20 + StateCodec.ID_BYTES;

    final String unansweredId;

    /** Time and number of the last LATE response, to tell those of one microsecond apart. */
    private long lastLateUs = Long.MIN_VALUE;

    private int lateOrdinal;

    ExpiredQuery(Arrival arrival, long order, int ordinal, long deadlineUs, String unansweredId) {
        super(arrival, order, ordinal, deadlineUs);
        // A key of its own: the query's may be in a block that nobody else needs any more.
        byte[] own = arrival.key();
        keyIn(own, 0, own.length);
        this.unansweredId = unansweredId;
    }

    @Override
    StateCodec.Kind kind() {
        return StateCodec.Kind.EXPIRED;
    }

    @Override
    int valueLength() {
        return FIXED_BYTES + node().length;
    }

    @Override
    void writeTo(ByteBuffer out) {
        out.put(StateCodec.VERSION).putShort((short) ordinal).putLong(timeUs());
        out.put((byte) opcode()).putLong(question());
        out.put(unansweredId.getBytes(StandardCharsets.US_ASCII)).put(node());
    }

    private byte[] node() {
        return clock().node.getBytes(StandardCharsets.UTF_8);
    }

    /** Ordinal of the LATE transaction that a response at this time makes. */
    int nextLateOrdinal(long timeUs) {
        lateOrdinal = timeUs == lastLateUs ? lateOrdinal + 1 : 0;
        lastLateUs = timeUs;
        return lateOrdinal;
    }
}
