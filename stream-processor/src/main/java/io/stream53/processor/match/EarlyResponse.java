package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;

/** A response that matched nothing when it came; its query may follow within the skew. */
final class EarlyResponse extends Held<EarlyResponse> {
    final DnsPacket packet;
    final byte[] stored;

    /** A query with another question was pending under its key at its time. */
    boolean mismatched;

    EarlyResponse(
            Arrival arrival,
            long order,
            int ordinal,
            long deadlineUs,
            DnsPacket packet,
            byte[] stored,
            boolean mismatched) {
        super(arrival, order, ordinal, deadlineUs);
        this.packet = packet;
        this.stored = stored;
        this.mismatched = mismatched;
    }

    @Override
    StateCodec.Kind kind() {
        return StateCodec.Kind.EARLY;
    }

    @Override
    int valueLength() {
        return 4 + stored.length;
    }

    @Override
    void writeTo(ByteBuffer out) {
        out.put(StateCodec.VERSION).putShort((short) ordinal);
        out.put((byte) (mismatched ? 1 : 0)).put(stored);
    }
}
