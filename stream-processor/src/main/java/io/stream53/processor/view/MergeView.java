package io.stream53.processor.view;

import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a merging task has emitted, and what it held when it started. The task's thread writes, any
 * other reads. Of counts the windows that were fed last are kept; a window is given up as a whole.
 */
public final class MergeView {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** Sketches are not shown: they are most of a record's bytes. */
    private static final int[] SKETCHES =
            TldCount.SCHEMA$.getFields().stream()
                    .filter(field -> field.schema().getType() == Schema.Type.BYTES)
                    .mapToInt(Schema.Field::pos)
                    .toArray();

    private static final Comparator<CountWindow> FIRST_TO_GO =
            Comparator.<CountWindow>comparingLong(window -> window.fed)
                    .thenComparingLong(window -> window.name().startMs());

    /** Nodes and minutes; of more the oldest minutes go out. */
    private static final int LEDGER_RECORDS = 10_000;

    private final int partition;
    private final ViewLimits limits;

    /** Counts held in all partitions. */
    private final AtomicInteger records;

    private final Map<WindowName, CountWindow> windows = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, NodeLedger> ledgers = new ConcurrentSkipListMap<>();
    private final Map<String, SpecificRecord> alerts = new ConcurrentHashMap<>();

    /** For the writer: ids of alerts, the one that came last at the end. */
    private final SequencedSet<String> alertsByAge = new LinkedHashSet<>();

    /** Starting must not take long: so many take some tenths of a second. */
    private static final int RESTORED = 10_000;

    private long feeds;
    private int restored;

    MergeView(int partition, ViewLimits limits, AtomicInteger records) {
        this.partition = partition;
        this.limits = limits;
        this.records = records;
    }

    /** The partition of the partial counts. */
    public int partition() {
        return partition;
    }

    /**
     * Shows a record that was emitted: a count, a ledger, or else an alert. A count is the view's
     * from now on, and loses its sketches: call this when it has been sent.
     *
     * @param key as the record has it in its topic
     */
    public void show(String key, SpecificRecord record) {
        switch (record) {
            case TldCount count -> show(count, ++feeds);
            case NodeLedger ledger -> show(ledger);
            default -> showAlert(key, record);
        }
    }

    /**
     * Shows a count that a task held when it started; give the newest windows first. It goes out
     * before any that was emitted.
     *
     * @return whether more is wanted
     */
    public boolean restore(TldCount count) {
        show(count, 0);
        return ++restored < RESTORED;
    }

    /** Shows a ledger that a task held when it started. */
    public void restore(NodeLedger ledger) {
        show(ledger);
    }

    /** Windows of counts that are held. */
    public Collection<CountWindow> windows() {
        return windows.values();
    }

    /** Ledgers of nodes that are held. */
    public Collection<NodeLedger> ledgers() {
        return ledgers.values();
    }

    /** Alerts that are held. */
    public Collection<SpecificRecord> alerts() {
        return alerts.values();
    }

    void clear() {
        int held = windows.values().stream().mapToInt(window -> window.size).sum();
        windows.clear();
        records.addAndGet(-held);
    }

    private void show(TldCount count, long fed) {
        for (int sketch : SKETCHES) {
            count.put(sketch, NOTHING);
        }
        WindowName name = WindowName.of(count);
        CountWindow window = windows.get(name);
        if (window == null) {
            if (fed == 0 && (isFull(name) || records.get() >= limits.records())) {
                return;
            }
            window = new CountWindow(name);
            window.fed = fed;
            windows.put(name, window);
            while (isOver(name)) {
                giveUp(name);
            }
        }
        window.fed = Math.max(window.fed, fed);
        if (!window.has(count) && !makeRoom(window)) {
            window.cut();
            return;
        }
        if (window.put(count) == null) {
            window.size++;
            records.incrementAndGet();
        }
    }

    private boolean makeRoom(CountWindow forThis) {
        while (records.get() >= limits.records()) {
            var oldest =
                    windows.values().stream()
                            .filter(window -> window != forThis && window.size > 0)
                            .min(FIRST_TO_GO);
            if (oldest.isEmpty() || forThis.fed == 0) {
                return false;
            }
            remove(oldest.get());
        }
        return true;
    }

    private boolean isFull(WindowName name) {
        return ofLength(name) >= kept(name);
    }

    private boolean isOver(WindowName name) {
        return ofLength(name) > kept(name);
    }

    private int kept(WindowName name) {
        return name.isHour() ? limits.hours() : limits.minutes();
    }

    private long ofLength(WindowName name) {
        return windows.keySet().stream()
                .filter(other -> other.lengthMs() == name.lengthMs())
                .count();
    }

    private void giveUp(WindowName name) {
        windows.values().stream()
                .filter(window -> window.name().lengthMs() == name.lengthMs())
                .min(FIRST_TO_GO)
                .ifPresent(this::remove);
    }

    private void remove(CountWindow window) {
        windows.remove(window.name());
        records.addAndGet(-window.size);
    }

    private void show(NodeLedger ledger) {
        // Fixed width and UTC: the order of the texts is that of the times.
        ledgers.put(ledger.getTimestamp() + "|" + ledger.getNode(), ledger);
        while (ledgers.size() > LEDGER_RECORDS) {
            ledgers.pollFirstEntry();
        }
    }

    private void showAlert(String id, SpecificRecord alert) {
        alerts.put(id, alert);
        alertsByAge.addLast(id);
        if (alertsByAge.size() > limits.alerts()) {
            alerts.remove(alertsByAge.removeFirst());
        }
    }
}
