package io.stream53.processor.match;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Remembers answered queries as 16-byte hashes (of key and opcode, and of the question), so that a
 * further response is known as a duplicate. Every answered query passes here, so it is a ring of
 * primitives with a hash table over it: nothing is allocated, nothing is logged. The oldest are
 * forgotten when their node's time has passed or when the ring is full.
 */
final class AnsweredMemory {
    static final int NOT_FOUND = -1;
    private static final int END = -1;

    private final int maximum;
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    /** Ring position of the oldest and behind the youngest; a slot is a position modulo length. */
    private long head;

    private long tail;

    private long[] keyHash = new long[1024];
    private long[] question = new long[1024];
    private long[] queryUs = new long[1024];
    private long[] untilUs = new long[1024];
    private int[] ordinal = new int[1024];
    private @Nullable NodeClock[] clock = new NodeClock[1024];

    /** First slot of each bucket, and the next slot of the same bucket. */
    private int[] table = newTable(1024);

    private int[] next = new int[1024];

    AnsweredMemory(int maximum) {
        this.maximum = maximum;
    }

    /**
     * Remembers an answered query instead of an earlier one with the same key, opcode and question.
     *
     * @param until a response with a later time is no duplicate
     */
    void remember(Arrival query, long asked, long until, int queryOrdinal) {
        forget(query, asked);
        forgetPassed();
        int slot = (int) tail++ & next.length - 1;
        keyHash[slot] = hash(query);
        question[slot] = asked;
        queryUs[slot] = query.timeUs();
        untilUs[slot] = until;
        ordinal[slot] = queryOrdinal;
        clock[slot] = query.clock();
        int bucket = bucket(keyHash[slot], asked);
        next[slot] = table[bucket];
        table[bucket] = slot;
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

    void forget(Arrival query, long asked) {
        int slot = find(query, asked);
        if (slot != NOT_FOUND) {
            forget(slot);
        }
    }

    /** Forgets all of a node whose run has ended. */
    void forgetAll(NodeClock ended) {
        for (long position = head; position < tail; position++) {
            int slot = (int) position & next.length - 1;
            if (clock[slot] == ended) {
                forget(slot);
            }
        }
    }

    private int find(Arrival arrival, long asked) {
        long wanted = hash(arrival);
        int slot = table[bucket(wanted, asked)];
        while (slot != END && (keyHash[slot] != wanted || question[slot] != asked)) {
            slot = next[slot];
        }
        return slot;
    }

    /** Leaves the slot in the ring, empty, until it is the oldest. */
    private void forget(int slot) {
        int bucket = bucket(keyHash[slot], question[slot]);
        if (table[bucket] == slot) {
            table[bucket] = next[slot];
        } else {
            int before = table[bucket];
            while (next[before] != slot) {
                before = next[before];
            }
            next[before] = next[slot];
        }
        clock[slot] = null;
    }

    /** Makes room for one at least. */
    private void forgetPassed() {
        while (head < tail) {
            int slot = (int) head & next.length - 1;
            NodeClock node = clock[slot];
            if (node != null) {
                if (!node.hasPassed(untilUs[slot]) && tail - head < maximum) {
                    break;
                }
                forget(slot);
            }
            head++;
        }
        if (tail - head == next.length) {
            grow();
        }
    }

    private void grow() {
        int old = next.length;
        int length = 2 * old;
        keyHash = moved(keyHash, length);
        question = moved(question, length);
        queryUs = moved(queryUs, length);
        untilUs = moved(untilUs, length);
        int[] ordinals = new int[length];
        @Nullable NodeClock[] clocks = new NodeClock[length];
        for (long position = head; position < tail; position++) {
            ordinals[(int) position & length - 1] = ordinal[(int) position & old - 1];
            clocks[(int) position & length - 1] = clock[(int) position & old - 1];
        }
        ordinal = ordinals;
        clock = clocks;
        next = new int[length];
        table = newTable(length);
        for (long position = head; position < tail; position++) {
            int slot = (int) position & length - 1;
            if (clock[slot] != null) {
                int bucket = bucket(keyHash[slot], question[slot]);
                next[slot] = table[bucket];
                table[bucket] = slot;
            }
        }
    }

    private long[] moved(long[] from, int length) {
        long[] to = new long[length];
        for (long position = head; position < tail; position++) {
            to[(int) position & length - 1] = from[(int) position & from.length - 1];
        }
        return to;
    }

    private static long hash(Arrival arrival) {
        return Hashes.mix(arrival.keyHash(), arrival.opcode());
    }

    private int bucket(long key, long asked) {
        return (int)
                (Hashes.mix(key, asked) * multiplier
                        >>> Long.numberOfLeadingZeros(table.length - 1L));
    }

    private static int[] newTable(int length) {
        int[] table = new int[length];
        Arrays.fill(table, END);
        return table;
    }
}
