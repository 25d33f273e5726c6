package io.stream53.processor.count;

import io.stream53.schema.DnsTransaction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one minute by combinations of keys in a few dimensions that vary together. Each
 * transaction is added to one combination, and the combinations to the tallies of their keys now
 * and then: a transaction is looked up and added three times, not in each of nine dimensions.
 */
final class Crossings {
    /** Dimensions whose combinations are few: those of the whole, of names and of clients. */
    private static final List<Set<Dimension>> TOGETHER =
            List.of(
                    EnumSet.of(
                            Dimension.ALL,
                            Dimension.NODE,
                            Dimension.QTYPE,
                            Dimension.RCODE,
                            Dimension.TRANSPORT),
                    EnumSet.of(Dimension.TLD, Dimension.REGISTERED_DOMAIN),
                    EnumSet.of(Dimension.COUNTRY, Dimension.ASN));

    /** Place of the dimensions that a question's name and registered domain determine. */
    static final int OF_NAME = 1;

    /** Number of places. */
    static final int COUNT = TOGETHER.size();

    private static final int FIRST_SIZE = 16;

    /** What transactions with the same keys add to each of their tallies. */
    static final class Crossing {
        private final Object[] keys;
        private final int hash;
        final Tally figures;

        /** The tallies of the keys. */
        final Tally[] tallies;

        /** Those of them that count client networks or have top lists. */
        final Tally[] heavy;

        Crossing(Object[] keys, int hash, Tally figures, List<Tally> tallies) {
            this.keys = keys;
            this.hash = hash;
            this.figures = figures;
            this.tallies = tallies.toArray(new Tally[0]);
            heavy = tallies.stream().filter(Tally::isHeavy).toArray(Tally[]::new);
        }
    }

    /** Finds the tally of a key that is new here. */
    @FunctionalInterface
    interface Tallies {
        Tally of(int dimension, Object key);
    }

    private final List<Dimension> dimensions = new ArrayList<>();

    /** Numbers of the dimensions among those that are kept. */
    private final List<Integer> numbers = new ArrayList<>();

    private final boolean countsSizes;
    private final Tallies tallies;

    /** Keys of the transaction that is being looked up. */
    private final Object[] keys;

    /** Open addressing with linear probing, at most half full. */
    private @Nullable Crossing[] table = new @Nullable Crossing[FIRST_SIZE];

    private int used;

    /**
     * @param kept the dimensions that are kept
     * @param place below {@link #COUNT}
     */
    Crossings(List<Dimension> kept, int place, Tallies tallies) {
        for (int i = 0; i < kept.size(); i++) {
            if (TOGETHER.get(place).contains(kept.get(i))) {
                dimensions.add(kept.get(i));
                numbers.add(i);
            }
        }
        this.tallies = tallies;
        keys = new Object[dimensions.size()];
        countsSizes = dimensions.stream().anyMatch(dimension -> dimension.countsSizes);
    }

    /** None of these dimensions is kept. */
    boolean isEmpty() {
        return dimensions.isEmpty();
    }

    /** That of a transaction's keys. */
    Crossing of(DnsTransaction transaction) {
        int hash = 1;
        for (int i = 0; i < keys.length; i++) {
            Object key = dimensions.get(i).keyOf(transaction);
            keys[i] = key;
            hash = 31 * hash + key.hashCode();
        }
        int place = placeOf(hash);
        Crossing found = table[place];
        return found == null ? begin(hash, place) : found;
    }

    /** Adds all figures to the tallies of their keys; afterwards there are none. */
    void settle() {
        for (int i = 0; i < table.length; i++) {
            Crossing crossing = table[i];
            if (crossing != null) {
                for (Tally tally : crossing.tallies) {
                    tally.addFigures(crossing.figures);
                }
                table[i] = null;
            }
        }
        used = 0;
    }

    private Crossing begin(int hash, int place) {
        List<Tally> ofKeys = new ArrayList<>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            ofKeys.add(tallies.of(numbers.get(i), keys[i]));
        }
        Crossing crossing = new Crossing(keys.clone(), hash, Tally.figures(countsSizes), ofKeys);
        table[place] = crossing;
        if (2 * ++used > table.length) {
            grow();
        }
        return crossing;
    }

    /** Where a combination is, or is to be. */
    private int placeOf(int hash) {
        int mask = table.length - 1;
        int place = (hash ^ hash >>> 15) * 0x9E3779B9 >>> 8 & mask;
        for (Crossing there = table[place]; there != null; there = table[place]) {
            if (there.hash == hash && isOfKeys(there)) {
                return place;
            }
            place = place + 1 & mask;
        }
        return place;
    }

    private boolean isOfKeys(Crossing crossing) {
        for (int i = 0; i < keys.length; i++) {
            if (!crossing.keys[i].equals(keys[i])) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        @Nullable Crossing[] old = table;
        table = new @Nullable Crossing[2 * old.length];
        int mask = table.length - 1;
        for (Crossing crossing : old) {
            if (crossing != null) {
                int place = (crossing.hash ^ crossing.hash >>> 15) * 0x9E3779B9 >>> 8 & mask;
                while (table[place] != null) {
                    place = place + 1 & mask;
                }
                table[place] = crossing;
            }
        }
    }
}
