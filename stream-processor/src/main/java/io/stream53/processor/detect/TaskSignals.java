package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one task has seen of its transactions, by slot. A slot's signs are sent once, when the
 * task's nodes have passed its end by the close delay ({@link Passing}), and only those of subjects
 * that stand out: light ones stay behind, so that mergers get few messages. For one thread.
 *
 * <p>What was not sent yet is state: each drain writes what was added since the last as one entry,
 * so that the changelog gets an entry a commit and not one a subject; the entries of a slot are
 * deleted together once it was sent.
 */
public final class TaskSignals {
    /** Subjects held at most, some hundred bytes to 2 KiB each; then all are sent at once. */
    private static final int MOST_SUBJECTS = 8192;

    /** Slots held at most, 128 KiB each without subjects: as if a node's clock were far ahead. */
    private static final int MOST_SLOTS = 60;

    /** Entries of one slot; then they become one. */
    private static final int MOST_ENTRIES = 64;

    private static final class Slot {
        private SlotSigns fresh = new SlotSigns();

        /** Without the fresh ones; null while there are only those. */
        private @Nullable SlotSigns drained;

        /** Entries written. */
        private int entries;

        int size() {
            return fresh.size() + (drained == null ? 0 : drained.size());
        }

        /** All signs in one; afterwards none are fresh. */
        SlotSigns settle() {
            SlotSigns all = drained;
            if (all == null) {
                all = fresh;
                fresh = new SlotSigns();
            } else if (!fresh.isEmpty()) {
                all.add(fresh);
                fresh.clear();
            }
            drained = all;
            return all;
        }

        /** All signs, of a slot that nothing is added to any more. */
        SlotSigns last() {
            return drained == null ? fresh : settle();
        }

        void restore(SlotSigns signs) {
            if (drained == null) {
                drained = signs;
            } else {
                drained.add(signs);
            }
        }
    }

    private record Entry(long slot, int number) {
        byte[] encode() {
            return new ByteWriter().i64(slot).varint(number).toBytes();
        }
    }

    private final AlertSettings settings;
    private final int upstream;
    private final long closeDelayUs;
    private final Collector collector;
    private final TreeMap<Long, Slot> slots = new TreeMap<>();

    /** Entries of slots that were sent, to be deleted. */
    private final List<Entry> gone = new ArrayList<>();

    private final Map<Watch, Long> floors = new HashMap<>();
    private long currentNumber = Long.MIN_VALUE;
    private @Nullable Slot current;
    private int subjects;
    private long left;
    private CountMessage.@Nullable SlotsSent sent;

    /**
     * @param upstream the task's partition of dns.raw
     * @param closeDelay how far a watermark must have passed a slot's end: {@code match.timeout}
     *     and a grace
     */
    public TaskSignals(AlertSettings settings, int upstream, Duration closeDelay) {
        this.settings = settings;
        this.upstream = upstream;
        closeDelayUs = closeDelay.toNanos() / 1000;
        collector = new Collector(settings);
        for (Watch watch : Watch.ALL) {
            floors.put(watch, settings.floor(watch));
        }
    }

    /** Takes a transaction in the slot of its start. */
    public void add(DnsTransaction transaction) {
        if (!settings.enabled()) {
            return;
        }
        long number = Slots.ofMicros(transaction.getTimestampUs());
        Slot slot = current;
        if (slot == null || number != currentNumber) {
            slot = slots.computeIfAbsent(number, fresh -> new Slot());
            currentNumber = number;
            current = slot;
        }
        int before = slot.fresh.size();
        collector.collect(transaction, slot.fresh);
        subjects += slot.fresh.size() - before;
    }

    /** So much is held that all should be sent with {@link #takeAll}. */
    public boolean isFull() {
        return subjects >= MOST_SUBJECTS || slots.size() > MOST_SLOTS;
    }

    /** Slots not sent yet. */
    public int unsent() {
        return slots.size();
    }

    /**
     * Subjects with little traffic that were given up before their slot was over, because too many
     * were held.
     */
    public long left() {
        return left;
    }

    /** Whether mergers wait for what {@link #take} has to say. */
    public boolean isDue(NodeTimes watermarks, boolean idle) {
        if (!settings.enabled()) {
            return false;
        }
        if (sent == null) {
            return true;
        }
        NodeTimes now = through(watermarks, idle);
        return !now.isAsFarAs(sent.times())
                || sent.times().holding().isEmpty() && !now.holding().isEmpty();
    }

    /**
     * The signals of the slots that the nodes have left, to be sent, and behind them how far the
     * task has come.
     *
     * @param watermarks of the task's nodes
     * @param idle nothing is pending
     */
    public List<CountMessage> take(NodeTimes watermarks, boolean idle) {
        List<CountMessage> messages = new ArrayList<>();
        NodeTimes through = through(watermarks, false);
        for (long slot : List.copyOf(slots.keySet())) {
            if (Passing.isOver(slot, through)) {
                take(slot, false, messages);
            }
        }
        CountMessage.SlotsSent now =
                new CountMessage.SlotsSent(upstream, through(watermarks, idle));
        if (settings.enabled() && !now.equals(sent)) {
            messages.add(now);
            sent = now;
        }
        return messages;
    }

    /** The signals of all slots; of those that are not over yet, more may follow. */
    public List<CountMessage> takeAll() {
        List<CountMessage> messages = new ArrayList<>();
        List.copyOf(slots.keySet()).forEach(slot -> take(slot, true, messages));
        return messages;
    }

    /** By whole slots, so that watermarks between two of them say nothing new. */
    private NodeTimes through(NodeTimes watermarks, boolean idle) {
        NodeTimes through = watermarks.map(this::through);
        return idle && slots.isEmpty() ? through.atRest() : through;
    }

    private long through(long watermarkUs) {
        long passed = Slots.passed(watermarkUs, closeDelayUs);
        boolean ends = passed == Long.MAX_VALUE || passed == Long.MIN_VALUE;
        return ends ? passed : Slots.endMs(passed) * 1000;
    }

    private void take(long number, boolean early, List<CountMessage> messages) {
        Slot slot = slots.remove(number);
        if (slot == null) {
            return;
        }
        subjects -= slot.size();
        SlotSigns all = slot.last();
        long before = messages.size();
        signals(number, all, messages);
        left += early ? all.size() - (messages.size() - before) : 0;
        deleteEntries(number, slot, 0);
        current = null;
    }

    private void deleteEntries(long number, Slot slot, int from) {
        for (int i = from; i < slot.entries; i++) {
            gone.add(new Entry(number, i));
        }
    }

    private void signals(long number, SlotSigns slot, List<CountMessage> messages) {
        long domains = slot.domains.sum();
        long clients = slot.clients.sum();
        for (var ofWatch : slot.all().entrySet()) {
            Watch watch = ofWatch.getKey();
            long floor = floors.getOrDefault(watch, Long.MAX_VALUE);
            ofWatch.getValue()
                    .forEach(
                            (subject, signs) -> {
                                if (weight(watch, signs) >= floor) {
                                    total(watch, subject, signs, slot, domains, clients);
                                    messages.add(
                                            new CountMessage.Signal(
                                                    watch.text(),
                                                    subject,
                                                    Slots.startMs(number),
                                                    signs.toBytes()));
                                }
                            });
        }
    }

    private static long weight(Watch watch, Signs signs) {
        return signs.get(watch == Watch.SERVER ? Sign.TOTAL : Sign.MATCHED);
    }

    private static void total(
            Watch watch, String subject, Signs signs, SlotSigns slot, long domains, long clients) {
        long total =
                switch (watch) {
                    case SERVER, FORGED -> 0;
                    case MISSING_NAMES, LONG_NAMES, LARGE_RESPONSES ->
                            slot.domains.estimate(subject, domains);
                    case LARGE_TO_CLIENT -> slot.clients.estimate(subject, clients);
                };
        if (watch != Watch.SERVER) {
            signs.add(Sign.TOTAL, Math.max(total, signs.get(Sign.MATCHED)));
        }
    }

    /** Writes what was added since the last drain, and deletes what was sent. */
    public void drain(StateWriter writer) {
        deleteGone(writer);
        slots.forEach(
                (number, slot) -> {
                    if (!slot.fresh.isEmpty()) {
                        drain(number, slot, writer);
                    }
                });
        deleteGone(writer);
    }

    private void drain(long number, Slot slot, StateWriter writer) {
        subjects -= slot.size();
        if (slot.entries == MOST_ENTRIES) {
            SlotSigns all = slot.settle();
            deleteEntries(number, slot, 1);
            slot.entries = 0;
            writer.put(new Entry(number, slot.entries++).encode(), all.toBytes());
        } else {
            writer.put(new Entry(number, slot.entries++).encode(), slot.fresh.toBytes());
            slot.settle();
        }
        subjects += slot.size();
    }

    private void deleteGone(StateWriter writer) {
        gone.forEach(entry -> writer.delete(entry.encode()));
        gone.clear();
    }

    /**
     * Takes back what a drain wrote, in any order.
     *
     * @throws IllegalArgumentException when the bytes are none of this version
     */
    public void restore(byte[] key, byte[] value) {
        ByteReader in = new ByteReader(key);
        long number = in.i64();
        int entry = in.varint32();
        if (entry < 0 || entry >= MOST_ENTRIES) {
            throw new IllegalArgumentException("there is no entry " + entry);
        }
        SlotSigns read = new SlotSigns();
        read.read(value);
        Slot slot = slots.computeIfAbsent(number, fresh -> new Slot());
        subjects -= slot.size();
        slot.restore(read);
        slot.entries = Math.max(slot.entries, entry + 1);
        subjects += slot.size();
    }
}
