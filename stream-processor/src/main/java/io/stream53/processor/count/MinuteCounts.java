package io.stream53.processor.count;

import io.stream53.processor.count.Crossings.Crossing;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one task added to one minute since its last drain: the tallies by dimension and key. */
final class MinuteCounts {
    /** Most dimensions with top lists or client networks. */
    private static final int MOST_HEAVY = Dimension.values().length;

    /** Where a sum goes. */
    @FunctionalInterface
    interface Sums {
        void accept(SumName name, Tally tally);
    }

    final long startMs;
    private final List<Dimension> dimensions;
    private final KeyLimit limit;
    private final List<Map<Object, Tally>> tallies = new ArrayList<>();
    private final @Nullable Crossings[] crossings = new @Nullable Crossings[Crossings.COUNT];
    private final RecentNames names = new RecentNames();

    /** Those of the transaction being counted. */
    private final @Nullable Crossing[] found = new @Nullable Crossing[Crossings.COUNT];

    private final @Nullable Tally[] heavy = new @Nullable Tally[MOST_HEAVY];
    private int sums;

    MinuteCounts(long startMs, List<Dimension> dimensions, KeyLimit limit) {
        this.startMs = startMs;
        this.dimensions = dimensions;
        this.limit = limit;
        for (int i = 0; i < dimensions.size(); i++) {
            tallies.add(new HashMap<>());
        }
        for (int place = 0; place < Crossings.COUNT; place++) {
            Crossings some = new Crossings(dimensions, place, this::tally);
            crossings[place] = some.isEmpty() ? null : some;
        }
    }

    /** Sums so far. */
    int sums() {
        return sums;
    }

    /** Counts a transaction. */
    void add(DnsTransaction transaction, Sample sample) {
        RecentNames.Slot slot = find(transaction, sample);
        int next = 0;
        for (Crossing crossing : found) {
            if (crossing != null) {
                crossing.figures.addFigures(sample);
                for (Tally tally : crossing.heavy) {
                    tally.addClient(sample);
                    heavy[next++] = tally;
                }
            }
        }
        while (next < heavy.length && heavy[next] != null) {
            heavy[next++] = null;
        }
        if (slot != null) {
            slot.add(sample, heavy);
        }
    }

    /** Apart from adding, so that the waits for memory overlap; returns the name's slot. */
    private RecentNames.@Nullable Slot find(DnsTransaction transaction, Sample sample) {
        RecentNames.Slot slot = null;
        Crossing ofName = null;
        String name = sample.name;
        if (name != null) {
            Question question = transaction.getDns().getQuestion();
            String domain = question == null ? null : question.getRegisteredDomain();
            slot = names.of(name);
            if (slot.isOf(name, domain)) {
                ofName = slot.crossing;
            } else {
                slot.begin(name, domain);
            }
        }
        for (int place = 0; place < found.length; place++) {
            Crossings some = crossings[place];
            boolean isKnown = place == Crossings.OF_NAME && ofName != null;
            found[place] = isKnown ? ofName : some == null ? null : some.of(transaction);
        }
        if (slot != null) {
            slot.crossing = found[Crossings.OF_NAME];
        }
        return slot;
    }

    /** The tally of a key, or that of {@code other} for one beyond the limit. */
    private Tally tally(int dimension, Object key) {
        Map<Object, Tally> ofDimension = tallies.get(dimension);
        Tally tally = ofDimension.get(key);
        if (tally != null) {
            return tally;
        }
        boolean admitted = limit.admit(Windows.hourOf(startMs), dimension, key);
        return ofDimension.computeIfAbsent(
                admitted ? key : Dimension.OTHER,
                name -> {
                    sums++;
                    return new Tally(dimensions.get(dimension));
                });
    }

    /** Hands over all sums. Nothing must be added afterwards. */
    void finish(Sums out) {
        names.settle();
        for (Crossings some : crossings) {
            if (some != null) {
                some.settle();
            }
        }
        for (int i = 0; i < dimensions.size(); i++) {
            Dimension dimension = dimensions.get(i);
            tallies.get(i)
                    .forEach(
                            (key, tally) -> out.accept(SumName.of(dimension, key, startMs), tally));
        }
    }
}
