package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The counts of one task: it adds its transactions up, by every dimension that is kept, until the
 * caller takes the sums and sends them on, every ten seconds or when {@link #isFull}. What was not
 * sent yet is state to be saved with {@link #drain} and given back with {@link #restore}; the
 * store's keys are the caller's to prefix. For one thread.
 *
 * <p>State is a journal: each drain writes what was added since the last one, many sums in a
 * record, and when the sums have been sent its records are deleted. An entry for each sum would be
 * written anew with each commit, for thousands of them.
 */
public final class TaskCounts {
    /** Limit of keys in an hour and dimension, as documented for {@code dns.tld-counts}. */
    public static final int DEFAULT_MAX_KEYS = 10_000;

    /** Sums held at most before they should be sent, some hundred bytes to 3 KiB each. */
    private static final int MAX_UNSENT = 50_000;

    /** Transactions at most before sums should be sent: each may bring items of top lists. */
    private static final int MAX_TRANSACTIONS = 500_000;

    private final List<Dimension> dimensions;
    private final KeyLimit limit;
    private final Sample sample = new Sample();

    /** Those of the transaction being counted, by dimension. */
    private final Tally[] tallies;

    private final CountJournal journal = new CountJournal();

    /** What was added since the last drain, by minute. */
    private final Map<Long, Minute> fresh = new HashMap<>();

    /** The minute that was added to last. */
    private Minute latest = new Minute(Long.MIN_VALUE, 0);

    /** What the journal holds and was not sent. */
    private final Map<SumName, Tally> drained = new HashMap<>();

    private int freshSums;
    private int transactions;

    /** Every dimension. */
    public TaskCounts(int maxKeys) {
        this(maxKeys, EnumSet.allOf(Dimension.class));
    }

    /**
     * @param maxKeys keys in an hour and dimension; what exceeds them counts as {@code other}
     * @param dimensions the dimensions that are kept
     */
    public TaskCounts(int maxKeys, Collection<Dimension> dimensions) {
        this.dimensions = List.copyOf(dimensions);
        tallies = new Tally[this.dimensions.size()];
        limit = new KeyLimit(maxKeys, this.dimensions.size());
    }

    /** What was added to in one minute: for each dimension kept the tallies by key. */
    private static final class Minute {
        final long startMs;
        final List<Map<Object, Tally>> tallies = new ArrayList<>();

        Minute(long startMs, int dimensions) {
            this.startMs = startMs;
            for (int i = 0; i < dimensions; i++) {
                tallies.add(new HashMap<>());
            }
        }
    }

    /**
     * Counts a transaction in the minute of its start.
     *
     * @return its queries, for the ledger
     */
    public long add(DnsTransaction transaction) {
        Minute minute = minuteOf(transaction.getEvent().getStart().toEpochMilli());
        sample.of(transaction);
        for (int i = 0; i < tallies.length; i++) {
            Object key = dimensions.get(i).keyOf(transaction);
            Tally tally = minute.tallies.get(i).get(key);
            tallies[i] = tally == null ? begin(minute, i, key) : tally;
        }
        // Apart from finding them, so that the waits for their memory overlap.
        for (Tally tally : tallies) {
            tally.add(sample);
        }
        transactions++;
        return sample.get(Figure.QUERIES);
    }

    /** Sums not sent yet; one that was drained and added to since counts twice. */
    public int unsent() {
        return freshSums + drained.size();
    }

    /** So much is held that it should be sent now. */
    public boolean isFull() {
        return unsent() >= MAX_UNSENT || transactions >= MAX_TRANSACTIONS;
    }

    /** What was added since the last call, to be sent; afterwards nothing is unsent. */
    public List<CountMessage.Partial> takePartials() {
        mergeFresh();
        List<CountMessage.Partial> partials = new ArrayList<>(drained.size());
        drained.forEach((name, tally) -> partials.add(name.partial(tally)));
        drained.clear();
        journal.clear();
        transactions = 0;
        return partials;
    }

    /** Writes what was added since the last drain, and deletes what was sent. */
    public void drain(StateWriter writer) {
        for (Minute minute : fresh.values()) {
            for (int i = 0; i < dimensions.size(); i++) {
                Dimension dimension = dimensions.get(i);
                minute.tallies
                        .get(i)
                        .forEach(
                                (key, tally) ->
                                        journal.add(
                                                SumName.of(dimension, key, minute.startMs),
                                                tally,
                                                writer));
            }
        }
        journal.finish(writer);
        mergeFresh();
    }

    /**
     * Takes back what a drain wrote.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    public void restore(byte[] key, byte[] value) {
        journal.restore(
                key,
                value,
                (name, tally) -> {
                    int at = indexOf(name.dimension());
                    if (at >= 0) {
                        limit.admit(Windows.hourOf(name.windowStartMs()), at, name.key());
                    }
                    drained.computeIfAbsent(name, fresh -> new Tally()).add(tally);
                });
    }

    private int indexOf(String dimension) {
        return Dimension.ofText(dimension).map(dimensions::indexOf).orElse(-1);
    }

    private Minute minuteOf(long timeMs) {
        long startMs = Windows.startOf(timeMs);
        if (latest.startMs != startMs) {
            latest = fresh.computeIfAbsent(startMs, start -> new Minute(start, dimensions.size()));
        }
        return latest;
    }

    /** A tally for a key, or that of {@code other} for one beyond the limit. */
    private Tally begin(Minute minute, int dimension, Object key) {
        boolean admitted = limit.admit(Windows.hourOf(minute.startMs), dimension, key);
        return minute.tallies
                .get(dimension)
                .computeIfAbsent(
                        admitted ? key : Dimension.OTHER,
                        name -> {
                            freshSums++;
                            return new Tally(dimensions.get(dimension));
                        });
    }

    private void mergeFresh() {
        for (Minute minute : fresh.values()) {
            for (int i = 0; i < dimensions.size(); i++) {
                Dimension dimension = dimensions.get(i);
                minute.tallies
                        .get(i)
                        .forEach(
                                (key, tally) ->
                                        merge(SumName.of(dimension, key, minute.startMs), tally));
            }
        }
        fresh.clear();
        freshSums = 0;
        latest = new Minute(Long.MIN_VALUE, 0);
    }

    private void merge(SumName name, Tally tally) {
        Tally before = drained.putIfAbsent(name, tally);
        if (before != null) {
            before.add(tally);
        }
    }
}
