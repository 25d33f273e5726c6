package io.stream53.processor.detect;

import io.stream53.processor.AlertConfig;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/** Tasks, the topic between them, and mergers; any of them may be restarted from its state. */
final class World {
    static final Duration CLOSE_DELAY = Duration.ofSeconds(15);
    static final AlertSettings SETTINGS = AlertConfig.defaults();

    /** A store in memory. */
    static final class State implements StateWriter {
        private final Map<String, byte[]> entries = new HashMap<>();
        private int writes;

        @Override
        public void put(byte[] key, byte[] value) {
            entries.put(HexFormat.of().formatHex(key), value);
            writes++;
        }

        @Override
        public void delete(byte[] key) {
            entries.remove(HexFormat.of().formatHex(key));
        }

        void restoreTo(BiConsumer<byte[], byte[]> restore) {
            entries.forEach((key, value) -> restore.accept(HexFormat.of().parseHex(key), value));
        }

        int size() {
            return entries.size();
        }

        int writes() {
            return writes;
        }
    }

    private final AlertSettings settings;
    private final ToIntFunction<DnsTransaction> partition;
    private final TaskSignals[] tasks;
    private final AlertMerger[] mergers;
    private final State[] taskStates;
    private final State[] mergerStates;
    private final List<DnsAlert> alerts = new ArrayList<>();
    private int messages;

    World(AlertSettings settings, int partitions, ToIntFunction<DnsTransaction> partition) {
        this.settings = settings;
        this.partition = partition;
        tasks = new TaskSignals[partitions];
        mergers = new AlertMerger[partitions];
        taskStates = new State[partitions];
        mergerStates = new State[partitions];
        for (int i = 0; i < partitions; i++) {
            taskStates[i] = new State();
            mergerStates[i] = new State();
        }
        restart();
    }

    World(int partitions) {
        this(SETTINGS, partitions, transaction -> transaction.getId().hashCode());
    }

    /** What was drained is all that is left. */
    void restart() {
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = new TaskSignals(settings, i, CLOSE_DELAY);
            taskStates[i].restoreTo(tasks[i]::restore);
            mergers[i] = new AlertMerger(settings);
            mergerStates[i].restoreTo(mergers[i]::restore);
        }
    }

    void commit() {
        for (int i = 0; i < tasks.length; i++) {
            tasks[i].drain(taskStates[i]);
            mergers[i].drain(mergerStates[i]);
        }
    }

    void add(DnsTransaction transaction) {
        TaskSignals task = tasks[Math.floorMod(partition.applyAsInt(transaction), tasks.length)];
        task.add(transaction);
        if (task.isFull()) {
            task.takeAll().forEach(this::send);
        }
    }

    /** All tasks have come so far. */
    void advance(long us) {
        for (TaskSignals task : tasks) {
            task.take(NodeTimes.of(us, false), false).forEach(this::send);
        }
        for (AlertMerger merger : mergers) {
            alerts.addAll(merger.take());
        }
    }

    private void send(CountMessage message) {
        messages++;
        switch (CountMessage.decode(message.encode())) {
            case CountMessage.Signal signal ->
                    mergers[Math.floorMod(signal.recordKey().hashCode(), mergers.length)].accept(
                            signal);
            case CountMessage.SlotsSent progress -> {
                for (AlertMerger merger : mergers) {
                    merger.accept(progress);
                }
            }
            default -> throw new IllegalStateException(message.toString());
        }
    }

    /** Runs all of it, with watermarks each second. */
    World play(List<DnsTransaction> traffic) {
        return play(traffic, second -> {});
    }

    World play(List<DnsTransaction> traffic, java.util.function.LongConsumer eachSecond) {
        long next = traffic.getFirst().getTimestampUs() + SyntheticTraffic.SECOND_US;
        for (DnsTransaction transaction : traffic) {
            while (transaction.getTimestampUs() >= next) {
                advance(next);
                eachSecond.accept(next);
                next += SyntheticTraffic.SECOND_US;
            }
            add(transaction);
        }
        advance(Long.MAX_VALUE);
        return this;
    }

    List<DnsAlert> alerts() {
        return alerts;
    }

    int messages() {
        return messages;
    }

    long left() {
        long left = 0;
        for (TaskSignals task : tasks) {
            left += task.left();
        }
        return left;
    }

    int stateSize() {
        int size = 0;
        for (int i = 0; i < tasks.length; i++) {
            size += taskStates[i].size() + mergerStates[i].size();
        }
        return size;
    }

    int taskWrites() {
        int writes = 0;
        for (State state : taskStates) {
            writes += state.writes();
        }
        return writes;
    }

    /** Of the alerts of this status: rule, kind and value. */
    List<String> of(String status) {
        return alerts.stream()
                .filter(alert -> alert.getStatus().equals(status))
                .map(World::about)
                .sorted()
                .toList();
    }

    static String about(DnsAlert alert) {
        return alert.getRule().getName()
                + ' '
                + alert.getSubject().getKind()
                + ' '
                + alert.getSubject().getValue();
    }
}
