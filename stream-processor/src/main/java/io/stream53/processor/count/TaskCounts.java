package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The counts of one task: it adds its transactions up until the caller takes the sums and sends
 * them on, every ten seconds or when {@link #isFull}. What was not sent yet is state to be saved
 * with {@link #drain} and given back with {@link #restore}; the store's keys are the caller's to
 * prefix. For one thread.
 */
public final class TaskCounts {
    /** Limit of keys in a window, as documented for {@code dns.tld-counts}. */
    public static final int DEFAULT_MAX_KEYS = 10_000;

    /** Windows whose keys are remembered for the limit; older ones begin to count anew. */
    private static final int REMEMBERED_WINDOWS = 8;

    /** Sums held at most before they should be sent, some hundred bytes to 3 KiB each. */
    private static final int MAX_UNSENT = 10_000;

    private record Sum(long windowStartMs, String key) {
        byte[] encode() {
            return new ByteWriter().i64(windowStartMs).text(key).toBytes();
        }

        static Sum decode(byte[] bytes) {
            ByteReader in = new ByteReader(bytes);
            return new Sum(in.i64(), in.text());
        }
    }

    private final int maxKeys;
    private final Map<Sum, Tally> unsent = new HashMap<>();
    private final TreeMap<Long, Set<String>> keysOfWindow = new TreeMap<>();

    /** Sums added to, and sums sent, since the last drain. */
    private final Set<Sum> changed = new HashSet<>();

    /**
     * @param maxKeys keys in a window; what exceeds them counts as {@code other}
     */
    public TaskCounts(int maxKeys) {
        this.maxKeys = maxKeys;
    }

    /**
     * Counts a transaction in the window of its start.
     *
     * @return its queries, for the ledger
     */
    public long add(DnsTransaction transaction) {
        long window = Windows.startOf(transaction.getEvent().getStart().toEpochMilli());
        Sum sum = new Sum(window, limited(window, TldKey.of(transaction)));
        unsent.computeIfAbsent(sum, fresh -> new Tally()).add(transaction);
        changed.add(sum);
        return Tally.queriesOf(transaction);
    }

    /** Sums not sent yet. */
    public int unsent() {
        return unsent.size();
    }

    /** So many sums are held that they should be sent now. */
    public boolean isFull() {
        return unsent.size() >= MAX_UNSENT;
    }

    /** What was added since the last call, to be sent; afterwards nothing is unsent. */
    public List<CountMessage.Partial> takePartials() {
        List<CountMessage.Partial> partials = new ArrayList<>(unsent.size());
        unsent.forEach(
                (sum, tally) ->
                        partials.add(
                                new CountMessage.Partial(
                                        TldKey.DIMENSION,
                                        sum.key,
                                        sum.windowStartMs,
                                        tally.toBytes())));
        changed.addAll(unsent.keySet());
        unsent.clear();
        return partials;
    }

    /** Writes the sums that changed since the last drain, and deletes those that were sent. */
    public void drain(StateWriter writer) {
        for (Sum sum : changed) {
            Tally tally = unsent.get(sum);
            if (tally == null) {
                writer.delete(sum.encode());
            } else {
                writer.put(sum.encode(), tally.toBytes());
            }
        }
        changed.clear();
    }

    /**
     * Takes back what a drain wrote.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    public void restore(byte[] key, byte[] value) {
        Sum sum = Sum.decode(key);
        unsent.put(sum, Tally.fromBytes(value));
        limited(sum.windowStartMs, sum.key);
    }

    private String limited(long window, String key) {
        Set<String> keys = keysOfWindow.computeIfAbsent(window, fresh -> new HashSet<>());
        if (keysOfWindow.size() > REMEMBERED_WINDOWS) {
            keysOfWindow.pollFirstEntry();
        }
        if (keys.contains(key) || keys.size() < maxKeys) {
            keys.add(key);
            return key;
        }
        return TldKey.OTHER;
    }
}
