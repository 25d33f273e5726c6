package io.stream53.processor.match;

import org.jspecify.annotations.Nullable;

/**
 * Something kept under a transaction key until its node's time has passed a deadline. It is in one
 * {@link HeldSet} at most and carries that set's links, so that holding it allocates nothing more.
 *
 * @param <E> the kind of thing
 */
abstract class Held<E extends Held<E>> {
    final Arrival arrival;

    /** The arrival's, here too: to pass a stranger in a bucket must not cost a cache miss more. */
    final long keyHash;

    /** Number of arrival, unique in a matcher; part of the state key. */
    final long order;

    /** See {@link Transaction#ordinal()}. */
    final int ordinal;

    /** Expires when the node's watermark is above this. */
    long deadlineUs;

    /** Place in the node's {@link Deadlines}. */
    int heapIndex = -1;

    /** The next one in the same bucket of the hash table. */
    @Nullable E next;

    /** Neighbours in order of arrival. */
    @Nullable E older;

    @Nullable E younger;

    /** It is in the changelog. */
    boolean logged;

    /** It is in the changelog and has changed since. */
    boolean changed;

    Held(Arrival arrival, long order, int ordinal, long deadlineUs) {
        this.arrival = arrival;
        this.keyHash = arrival.keyHash();
        this.order = order;
        this.ordinal = ordinal;
        this.deadlineUs = deadlineUs;
    }

    long timeUs() {
        return arrival.timeUs();
    }

    long question() {
        return arrival.question();
    }

    /** Whether the other asks the same: under the same key that makes it a retransmission. */
    boolean asksTheSameAs(Arrival other) {
        return arrival.opcode() == other.opcode() && arrival.question() == other.question();
    }

    /** Whether a response under the same key may answer this query, by what it says. */
    boolean isAnsweredBy(Arrival response) {
        return arrival.opcode() == response.opcode()
                && Hashes.answers(response.question(), arrival.question());
    }

    /** Whether a response's time fits this query: no earlier than the skew allows, not too late. */
    boolean fits(long responseUs, long skewUs) {
        return Micros.plus(responseUs, skewUs) >= timeUs() && responseUs <= deadlineUs;
    }
}
