package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import java.time.Duration;

/**
 * What a server was like in the slots before one: a moving average of its NXDOMAIN responses, and
 * when it last answered. An attack moves the average too, but twelve times slower: what does not
 * end becomes usual within hours. An attack that was there from the beginning teaches nothing.
 *
 * @param slot the slot that this is about: the state before it
 * @param slots slots known so far
 * @param nxdomain NXDOMAIN responses a slot, averaged over about five minutes
 * @param answeredSlot last slot in which the server answered most queries; {@link Long#MIN_VALUE}
 *     for none
 */
record Baseline(long slot, long slots, double nxdomain, long answeredSlot) {
    static final Baseline NONE = new Baseline(Long.MIN_VALUE, 0, 0, Long.MIN_VALUE);

    /** A minute. */
    private static final int ENOUGH_SLOTS = 6;

    private static final double USUAL = 1.0 / 30;
    private static final double ATTACKED = 1.0 / 360;

    /** Fewer queries in a slot say nothing about whether a server answers. */
    private static final long ENOUGH_QUERIES = 10;

    boolean isKnown() {
        return slots >= ENOUGH_SLOTS;
    }

    boolean answeredWithin(Duration memory) {
        return answeredSlot != Long.MIN_VALUE
                && slot - answeredSlot <= memory.toSeconds() / Slots.SECONDS;
    }

    /** The state before a slot; what is known of later ones is of no use (a replay). */
    Baseline before(long now) {
        return now < slot ? NONE.before(now) : new Baseline(now, slots, nxdomain, answeredSlot);
    }

    /** The state behind its slot. */
    Baseline with(Signs signs, boolean attacked) {
        long all = signs.get(Sign.TOTAL);
        boolean answered = all >= ENOUGH_QUERIES && 2 * signs.get(Sign.UNANSWERED) < all;
        long answeredNow = answered ? slot : answeredSlot;
        if (attacked && !isKnown()) {
            return new Baseline(slot, slots, nxdomain, answeredNow);
        }
        double weight = attacked ? ATTACKED : Math.max(USUAL, 1.0 / (slots + 1));
        double moved = nxdomain + weight * (signs.get(Sign.MATCHED) - nxdomain);
        return new Baseline(slot, slots + 1, moved, answeredNow);
    }

    void write(ByteWriter out) {
        out.i64(slot).varint(slots).i64(Double.doubleToLongBits(nxdomain)).i64(answeredSlot);
    }

    static Baseline read(ByteReader in) {
        return new Baseline(in.i64(), in.varint(), Double.longBitsToDouble(in.i64()), in.i64());
    }
}
