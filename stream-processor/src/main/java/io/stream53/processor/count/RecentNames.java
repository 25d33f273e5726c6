package io.stream53.processor.count;

import io.stream53.processor.count.Crossings.Crossing;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The names of one minute that were asked for lately: what their domains' figures are, and how
 * often they were asked for since the top lists were told. A frequent name goes into the lists once
 * in a while and not with each transaction.
 */
final class RecentNames {
    /** A power of two; each name has one slot, and a newcomer replaces what is in it. */
    private static final int SLOTS = 512;

    private static final Tally[] NOWHERE = {};

    /** A name, and what is not in the lists yet. */
    static final class Slot {
        private @Nullable String name;
        private @Nullable String domain;

        /** That of the name. */
        @Nullable Crossing crossing;

        private Tally[] lists = NOWHERE;
        private long queries;
        private long nxdomain;

        boolean isOf(String name, @Nullable String domain) {
            return name.equals(this.name) && Objects.equals(domain, this.domain);
        }

        /** Turns to another name. */
        void begin(String newName, @Nullable String newDomain) {
            flush();
            name = newName;
            domain = newDomain;
            crossing = null;
        }

        /**
         * Counts a transaction.
         *
         * @param heavy the tallies whose lists it belongs into, some of them null
         */
        void add(Sample sample, @Nullable Tally[] heavy) {
            if (!areLists(heavy)) {
                flush();
                lists = Arrays.stream(heavy).filter(Objects::nonNull).toArray(Tally[]::new);
            }
            queries += sample.get(Figure.QUERIES);
            nxdomain += sample.nxdomain ? 1 : 0;
        }

        @SuppressWarnings("ReferenceEquality") // The same tallies, not equal ones.
        private boolean areLists(@Nullable Tally[] heavy) {
            int next = 0;
            for (Tally tally : heavy) {
                if (tally != null && (next == lists.length || lists[next++] != tally)) {
                    return false;
                }
            }
            return next == lists.length;
        }

        private void flush() {
            if (name != null && (queries > 0 || nxdomain > 0)) {
                for (Tally tally : lists) {
                    tally.addName(name, queries, nxdomain);
                }
            }
            queries = 0;
            nxdomain = 0;
        }
    }

    private final @Nullable Slot[] slots = new @Nullable Slot[SLOTS];

    /** The slot for a name, which may be another's yet. */
    Slot of(String name) {
        int hash = name.hashCode() * 0x9E3779B9;
        int place = (hash ^ hash >>> 16) & SLOTS - 1;
        Slot slot = slots[place];
        if (slot == null) {
            slot = new Slot();
            slots[place] = slot;
        }
        return slot;
    }

    /** Tells the lists all; afterwards no name is known. */
    void settle() {
        for (Slot slot : slots) {
            if (slot != null) {
                slot.flush();
            }
        }
        Arrays.fill(slots, null);
    }
}
