package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    private final CountJournal journal = new CountJournal();

    /** What was added since the last drain, by minute. */
    private final Map<Long, MinuteCounts> fresh = new HashMap<>();

    /** The minute that was added to last. */
    private @Nullable MinuteCounts latest;

    /** What was drained before and not sent. */
    private final Map<SumName, Tally> drained = new HashMap<>();

    /** What was drained is in the journal no more: some of it was sent, and the rest was not. */
    private boolean unsaved;

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
        limit = new KeyLimit(maxKeys, this.dimensions.size());
    }

    /**
     * Counts a transaction in the minute of its start.
     *
     * @return its queries, for the ledger
     */
    public long add(DnsTransaction transaction) {
        MinuteCounts minute = minuteOf(transaction.getEvent().getStart().toEpochMilli());
        sample.of(transaction);
        int before = minute.sums();
        minute.add(transaction, sample);
        freshSums += minute.sums() - before;
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
        return takePartials(Long.MAX_VALUE);
    }

    /**
     * What was added to some minutes since the last call, to be sent.
     *
     * @param beforeMs of minutes that end by then; {@link Long#MAX_VALUE} for all
     */
    public List<CountMessage.Partial> takePartials(long beforeMs) {
        finishFresh(beforeMs, this::merge);
        List<CountMessage.Partial> partials = new ArrayList<>(drained.size());
        long taken = 0;
        for (Iterator<Map.Entry<SumName, Tally>> i = drained.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<SumName, Tally> sum = i.next();
            if (endsBy(sum.getKey().windowStartMs(), beforeMs)) {
                partials.add(sum.getKey().partial(sum.getValue()));
                taken += sum.getValue().transactions();
                i.remove();
            }
        }
        if (!partials.isEmpty()) {
            journal.clear();
            unsaved = true;
            transactions = (int) Math.max(0, transactions - taken / dimensions.size());
        }
        return partials;
    }

    private static boolean endsBy(long startMs, long beforeMs) {
        return beforeMs == Long.MAX_VALUE || Windows.endOf(startMs) <= beforeMs;
    }

    /** Writes what was added since the last drain, and deletes what was sent. */
    public void drain(StateWriter writer) {
        if (unsaved) {
            drained.forEach((name, tally) -> journal.add(name, tally, writer));
            unsaved = false;
        }
        finishFresh(
                Long.MAX_VALUE,
                (name, tally) -> {
                    journal.add(name, tally, writer);
                    merge(name, tally);
                });
        journal.finish(writer);
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

    private MinuteCounts minuteOf(long timeMs) {
        long startMs = Windows.startOf(timeMs);
        MinuteCounts minute = latest;
        if (minute == null || minute.startMs != startMs) {
            minute =
                    fresh.computeIfAbsent(
                            startMs, start -> new MinuteCounts(start, dimensions, limit));
            latest = minute;
        }
        return minute;
    }

    /** Hands over what was added since the last drain to minutes that end by a time. */
    private void finishFresh(long beforeMs, MinuteCounts.Sums out) {
        for (Iterator<MinuteCounts> i = fresh.values().iterator(); i.hasNext(); ) {
            MinuteCounts minute = i.next();
            if (endsBy(minute.startMs, beforeMs)) {
                minute.finish(out);
                freshSums -= minute.sums();
                i.remove();
            }
        }
        latest = null;
    }

    private void merge(SumName name, Tally tally) {
        Tally before = drained.putIfAbsent(name, tally);
        if (before != null) {
            before.add(tally);
        }
    }
}
