package io.stream53.processor.match;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Something kept under a transaction key until its node's time has passed a deadline. It is in one
 * {@link HeldSet} at most and carries that set's links, so that holding it allocates nothing more.
 *
 * @param <E> the kind of thing
 */
abstract class Held<E extends Held<E>> extends Arrival {
    /** Number of arrival, unique in a matcher; part of the state key. */
    long order;

    /** See {@link Transaction#ordinal()}. */
    int ordinal;

    /** Expires when the node's watermark is above this. */
    long deadlineUs;

    /** Place in the node's {@link Deadlines}. */
    int heapIndex = -1;

    /** The next one in the same bucket of the hash table. */
    @Nullable E next;

    /** Neighbours in order of arrival. */
    @Nullable E older;

    @Nullable E younger;

    /** What holds it in the changelog; null when it is to be written by the next drain. */
    @Nullable StateBlock block;

    /** Its number in the block. */
    byte inBlock;

    Held() {}

    Held(Arrival arrival, long order, int ordinal, long deadlineUs) {
        fill(arrival);
        this.order = order;
        this.ordinal = ordinal;
        this.deadlineUs = deadlineUs;
    }

    /** Length of what {@link #writeTo} writes. */
    abstract int valueLength();

    /** Writes it as {@link StateCodec} lays it out. */
    abstract void writeTo(ByteBuffer out);

    abstract StateCodec.Kind kind();

    /**
     * It has been written into an array that is kept as long as it is.
     *
     * @param keyAt where its transaction key begins
     * @param end where what {@link #writeTo} wrote ends
     */
    void writtenTo(byte[] array, int keyAt, int end) {}

    /** Whether the other asks the same: under the same key that makes it a retransmission. */
    boolean asksTheSameAs(Arrival other) {
        return opcode() == other.opcode() && question() == other.question();
    }

    /** Whether a response under the same key may answer this query, by what it says. */
    boolean isAnsweredBy(Arrival response) {
        return opcode() == response.opcode() && Hashes.answers(response.question(), question());
    }

    /** Whether a response's time fits this query: no earlier than the skew allows, not too late. */
    boolean fits(long responseUs, long skewUs) {
        return Micros.plus(responseUs, skewUs) >= timeUs() && responseUs <= deadlineUs;
    }
}
