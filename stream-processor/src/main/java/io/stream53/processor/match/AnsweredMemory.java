package io.stream53.processor.match;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Remembers answered queries as 16-byte hashes (of key and opcode, and of the question), so that a
 * further response is known as a duplicate. Every answered query passes here, so it is a ring of
 * primitives with a hash table over it: nothing is allocated, nothing is logged. The oldest are
 * forgotten when their node's time has passed or when the ring is full.
 *
 * <p>A bucket leads to its youngest entry and each entry to the next older one, by position. What
 * has left the ring need not be unlinked: a chain ends at the first position that is not in the
 * ring any more. That saves two cache misses for each query.
 */
final class AnsweredMemory {
    private static final int NOT_FOUND = -1;
    private static final int START = 1024;

    private final int maximum;

    /** Secret, so that nobody can send keys that all land in one bucket. */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    /** Positions of the oldest and behind the youngest; a slot is a position modulo length. */
    private int head = 1;

    private int tail = 1;

    /** Of slot n: key and opcode at 2n, question at 2n + 1. */
    private long[] hashes = new long[2 * START];

    private long[] queryUs = new long[START];
    private long[] untilUs = new long[START];
    private int[] ordinal = new int[START];

    /** Null once forgotten. */
    private @Nullable NodeClock[] clock = new NodeClock[START];

    /** Position of the next older entry in the same bucket. */
    private int[] next = new int[START];

    /** Position of the youngest entry in each bucket. */
    private int[] table = new int[2 * START];

    AnsweredMemory(int maximum) {
        this.maximum = maximum;
    }

    /**
     * Remembers an answered query instead of an earlier one with the same key, opcode and question.
     *
     * @param asked the question
     * @param until a response with a later time is no duplicate
     */
    void remember(Arrival query, long asked, long until, int queryOrdinal) {
        forget(query, asked);
        makeRoom();
        int slot = slot(tail);
        hashes[2 * slot] = hash(query);
        hashes[2 * slot + 1] = asked;
        queryUs[slot] = query.timeUs();
        untilUs[slot] = until;
        ordinal[slot] = queryOrdinal;
        clock[slot] = query.clock();
        link(tail++);
    }

    /** Whether a response comes again for a query that has been answered. */
    boolean isDuplicate(Arrival response, long skewUs) {
        int slot = find(response, response.question());
        return slot != NOT_FOUND
                && response.timeUs() <= untilUs[slot]
                && Micros.plus(response.timeUs(), skewUs) >= queryUs[slot];
    }

    /** An ordinal that no answered query of the same key, question and time has: 0, or above. */
    int nextOrdinal(Arrival query) {
        int slot = find(query, query.question());
        return slot != NOT_FOUND && queryUs[slot] == query.timeUs() ? ordinal[slot] + 1 : 0;
    }

    /** Forgets one; its slot stays in the ring, empty, until it is the oldest. */
    void forget(Arrival query, long asked) {
        long wanted = hash(query);
        int bucket = bucket(wanted, asked);
        int before = NOT_FOUND;
        for (int at = table[bucket]; isInRing(at); at = next[before]) {
            int slot = slot(at);
            if (hashes[2 * slot] == wanted && hashes[2 * slot + 1] == asked) {
                if (before == NOT_FOUND) {
                    table[bucket] = next[slot];
                } else {
                    next[before] = next[slot];
                }
                clock[slot] = null;
                return;
            }
            before = slot;
        }
    }

    /** Forgets all of a node whose run has ended. */
    void forgetAll(NodeClock ended) {
        for (int at = head; at != tail; at++) {
            if (clock[slot(at)] == ended) {
                clock[slot(at)] = null;
            }
        }
    }

    private int find(Arrival arrival, long asked) {
        long wanted = hash(arrival);
        for (int at = table[bucket(wanted, asked)]; isInRing(at); at = next[slot(at)]) {
            int slot = slot(at);
            if (hashes[2 * slot] == wanted && hashes[2 * slot + 1] == asked) {
                return clock[slot] == null ? NOT_FOUND : slot;
            }
        }
        return NOT_FOUND;
    }

    /** Makes room for one at least. */
    private void makeRoom() {
        while (head != tail) {
            int slot = slot(head);
            NodeClock node = clock[slot];
            if (node != null && !node.hasPassed(untilUs[slot]) && tail - head < maximum) {
                break;
            }
            clock[slot] = null;
            head++;
        }
        if (tail - head == next.length) {
            grow();
        }
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldQueryUs = queryUs;
        long[] oldUntilUs = untilUs;
        int[] oldOrdinal = ordinal;
        @Nullable NodeClock[] oldClock = clock;
        int from = next.length;
        int length = 2 * from;
        hashes = new long[2 * length];
        queryUs = new long[length];
        untilUs = new long[length];
        ordinal = new int[length];
        clock = new NodeClock[length];
        next = new int[length];
        table = new int[2 * length];
        for (int at = head; at != tail; at++) {
            int old = at & from - 1;
            int slot = slot(at);
            hashes[2 * slot] = oldHashes[2 * old];
            hashes[2 * slot + 1] = oldHashes[2 * old + 1];
            queryUs[slot] = oldQueryUs[old];
            untilUs[slot] = oldUntilUs[old];
            ordinal[slot] = oldOrdinal[old];
            clock[slot] = oldClock[old];
            link(at);
        }
    }

    private void link(int position) {
        int slot = slot(position);
        int bucket = bucket(hashes[2 * slot], hashes[2 * slot + 1]);
        next[slot] = table[bucket];
        table[bucket] = position;
    }

    private int slot(int position) {
        return position & next.length - 1;
    }

    /** Positions run around; their distance from the youngest tells. */
    private boolean isInRing(int position) {
        return Integer.compareUnsigned(tail - position - 1, tail - head) < 0;
    }

    private static long hash(Arrival arrival) {
        return Hashes.mix(arrival.keyHash(), arrival.opcode());
    }

    private int bucket(long key, long asked) {
        long product = Hashes.mix(key, asked) * multiplier;
        return (int) (product >>> Long.numberOfLeadingZeros(table.length - 1L));
    }
}
