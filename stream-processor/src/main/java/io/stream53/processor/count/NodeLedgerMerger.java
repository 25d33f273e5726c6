package io.stream53.processor.count;

import io.stream53.ledger.DropReason;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.NodeLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What became of one node's messages, minute by minute.
 *
 * <p>A run tells totals, so a minute's figures are the difference to the last minute before it in
 * which the run told some. A minute is final when a window of counts would be; what comes later
 * corrects it. Final minutes are kept until so many others have become final after them; what comes
 * later still is refused.
 */
final class NodeLedgerMerger {
    private static final int VERSION = 1;
    static final int KIND_MINUTE = 'm';
    static final int KIND_RUN = 'r';
    static final int KIND_CLOSED = 'c';
    static final int KIND_EVICTED = 'e';

    /** Beside the block's number; -1 is the entry of an earlier version. */
    private static final long RANGES = -1;

    private record RunName(String node, long run) {}

    private record MinuteName(long startMs, String node) {}

    private final int keptMinutes;
    private final TreeMap<Long, Map<String, NodeMinute>> minutes = new TreeMap<>();
    private final Map<String, Map<Long, NodeRun>> runs = new HashMap<>();

    /** Final minutes that are kept, by the order of becoming so. */
    private final TreeMap<Long, Long> closedByNumber = new TreeMap<>();

    private final Set<Long> closed = new HashSet<>();
    private long lastCloseNumber;
    private final EvictedWindows evicted = new EvictedWindows();

    /** Names of the entries of the state that changed since the last drain. */
    private final Set<MinuteName> changedMinutes = new HashSet<>();

    private final Set<RunName> changedRuns = new HashSet<>();
    private final Set<Long> changedCloses = new HashSet<>();

    /**
     * @param keptMinutes final minutes kept for corrections
     */
    NodeLedgerMerger(int keptMinutes) {
        this.keptMinutes = keptMinutes;
    }

    /**
     * Takes what a task saw.
     *
     * @return false when its minute was given up, so that no whole record can be made of it
     */
    boolean accept(CountMessage.RunPart part) {
        NodeRun run =
                runs.computeIfAbsent(part.node(), fresh -> new HashMap<>())
                        .computeIfAbsent(part.run(), fresh -> new NodeRun());
        changedRuns.add(new RunName(part.node(), part.run()));
        if (part.minuteMs() == CountMessage.RunPart.END) {
            touchEnd(part.node(), run);
            run.end = run.end == null ? part : run.end.plus(part);
            return touchEnd(part.node(), run) || forgetRun(part);
        }
        if (evicted.contains(part.minuteMs())) {
            return run.lastMinuteMs != NodeRun.NOWHERE ? false : forgetRun(part);
        }
        touchEnd(part.node(), run);
        NodeMinute minute = minute(part.minuteMs(), part.node());
        minute.sums = minute.sums.plus(part.sums());
        if (part.totals() != null) {
            minute.totals.merge(part.run(), part.totals(), RunTotals::merge);
        }
        touch(part.minuteMs(), part.node());
        Long next = nextMinute(part);
        if (next != null) {
            touch(next, part.node());
        }
        run.lastMinuteMs = Math.max(run.lastMinuteMs, part.minuteMs());
        touchEnd(part.node(), run);
        return true;
    }

    /** What ended in a minute that was given up is of no more use. */
    private boolean forgetRun(CountMessage.RunPart part) {
        runs.getOrDefault(part.node(), Map.of()).remove(part.run());
        return false;
    }

    /** The minute whose figures are differences to those of this part. */
    private @Nullable Long nextMinute(CountMessage.RunPart part) {
        for (var later : minutes.tailMap(part.minuteMs(), false).entrySet()) {
            NodeMinute minute = later.getValue().get(part.node());
            if (minute != null && minute.totals.containsKey(part.run())) {
                return later.getKey();
            }
        }
        return null;
    }

    private boolean touchEnd(String node, NodeRun run) {
        long startMs = run.endMinuteMs();
        if (startMs == NodeRun.NOWHERE) {
            return true;
        }
        if (evicted.contains(startMs)) {
            return false;
        }
        touch(startMs, node);
        return true;
    }

    private NodeMinute minute(long startMs, String node) {
        return minutes.computeIfAbsent(startMs, fresh -> new HashMap<>())
                .computeIfAbsent(node, fresh -> new NodeMinute());
    }

    private void touch(long startMs, String node) {
        minute(startMs, node).unsent = true;
        changedMinutes.add(new MinuteName(startMs, node));
    }

    /**
     * Records of the minutes that have become final, and anew of final ones that were added to.
     *
     * @param hasPassed whether no task adds to the minute with this start in the usual course
     */
    List<NodeLedger> takeFinals(LongPredicate hasPassed) {
        minutes.forEach(
                (startMs, nodes) -> {
                    if (!closed.contains(startMs) && hasPassed.test(startMs)) {
                        closed.add(startMs);
                        closedByNumber.put(++lastCloseNumber, startMs);
                        changedCloses.add(lastCloseNumber);
                        nodes.keySet().forEach(node -> touch(startMs, node));
                    }
                });
        List<NodeLedger> records = take(true);
        while (closedByNumber.size() > keptMinutes) {
            var oldest = closedByNumber.pollFirstEntry();
            changedCloses.add(oldest.getKey());
            evict(oldest.getValue());
        }
        return records;
    }

    /** Records so far, not final, of the open minutes that were added to since the last call. */
    List<NodeLedger> takeUpdates() {
        return take(false);
    }

    /** Shows every record that is held as it stands. Changes nothing. */
    void look(Consumer<NodeLedger> viewer) {
        minutes.forEach(
                (startMs, nodes) -> {
                    boolean last = closed.contains(startMs);
                    nodes.forEach(
                            (node, minute) -> viewer.accept(record(startMs, node, minute, last)));
                });
    }

    /** Minutes of which something is still to be declared final. */
    int openMinutes() {
        int open = 0;
        for (var minute : minutes.entrySet()) {
            boolean unsent = minute.getValue().values().stream().anyMatch(node -> node.unsent);
            open += unsent || !closed.contains(minute.getKey()) ? 1 : 0;
        }
        return open;
    }

    private List<NodeLedger> take(boolean last) {
        List<NodeLedger> records = new ArrayList<>();
        minutes.forEach(
                (startMs, nodes) -> {
                    if (closed.contains(startMs) == last) {
                        nodes.forEach(
                                (node, minute) -> {
                                    if (minute.unsent) {
                                        minute.unsent = false;
                                        changedMinutes.add(new MinuteName(startMs, node));
                                        records.add(record(startMs, node, minute, last));
                                    }
                                });
                    }
                });
        return records;
    }

    private NodeLedger record(long startMs, String node, NodeMinute minute, boolean last) {
        Sum sum = new Sum(minute.sums);
        runs.getOrDefault(node, Map.of())
                .forEach(
                        (id, run) -> {
                            CountMessage.RunPart end =
                                    run.endMinuteMs() == startMs ? run.end : null;
                            RunTotals now = minute.totals.get(id);
                            if (end != null && end.totals() != null) {
                                now = now == null ? end.totals() : now.merge(end.totals());
                            }
                            if (now != null) {
                                sum.add(now, before(startMs, node, id, run));
                            }
                            if (end != null) {
                                sum.end(end);
                            }
                            sum.runs += now != null || end != null ? 1 : 0;
                        });
        return sum.toRecord(startMs, node, last);
    }

    private RunTotals before(long startMs, String node, long id, NodeRun run) {
        for (var earlier : minutes.headMap(startMs, false).descendingMap().values()) {
            NodeMinute minute = earlier.get(node);
            RunTotals told = minute == null ? null : minute.totals.get(id);
            if (told != null) {
                return told;
            }
        }
        return run.base;
    }

    /** The figures of one record. */
    private static final class Sum {
        private MessageSums messages;
        private int runs;
        private int ended;
        private int crashed;
        private long captured;
        private long sent;
        private int samplingRate = 1;
        private final Map<String, Long> dropped = new TreeMap<>();

        Sum(MessageSums messages) {
            this.messages = messages;
        }

        void add(RunTotals now, RunTotals before) {
            captured += now.captured() - before.captured();
            sent += now.sent() - before.sent();
            samplingRate = Math.max(samplingRate, now.samplingRate());
            now.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
            before.dropped().forEach((reason, count) -> dropped.merge(reason, -count, Long::sum));
        }

        void end(CountMessage.RunPart end) {
            messages = messages.plus(end.sums());
            ended += (end.ending() & CountMessage.RunPart.ENDED) == 0 ? 0 : 1;
            crashed += (end.ending() & CountMessage.RunPart.CRASHED) == 0 ? 0 : 1;
        }

        NodeLedger toRecord(long startMs, String node, boolean last) {
            dropped.values().removeIf(count -> count == 0);
            long left =
                    dropped.values().stream().mapToLong(Long::longValue).sum()
                            - DropReason.numbered(dropped);
            boolean balanced =
                    captured == sent + left
                            && sent == messages.read() + messages.lost() + messages.unread()
                            && messages.lost() >= 0;
            return NodeLedger.newBuilder()
                    .setTimestamp(Instant.ofEpochMilli(startMs))
                    .setWindowEnd(Instant.ofEpochMilli(Windows.endOf(startMs)))
                    .setNode(node)
                    .setRuns(runs)
                    .setEnded(ended)
                    .setCrashed(crashed)
                    .setCaptured(captured)
                    .setDropped(dropped)
                    .setSent(sent)
                    .setRead(messages.read())
                    .setLost(messages.lost())
                    .setUnread(messages.unread())
                    .setRedelivered(messages.redelivered())
                    .setSamplingRate(samplingRate)
                    .setBalanced(balanced)
                    .setFinal$(last)
                    .build();
        }
    }

    /** Gives a minute up; later ones are differences to what the runs told in it. */
    private void evict(long startMs) {
        closed.remove(startMs);
        evicted.add(startMs);
        Map<String, NodeMinute> nodes = minutes.remove(startMs);
        if (nodes == null) {
            return;
        }
        nodes.forEach(
                (node, minute) -> {
                    changedMinutes.add(new MinuteName(startMs, node));
                    Map<Long, NodeRun> ofNode = runs.getOrDefault(node, Map.of());
                    minute.totals.forEach(
                            (id, told) -> {
                                NodeRun run = ofNode.get(id);
                                if (run != null && told.watermarkUs() > run.base.watermarkUs()) {
                                    run.base = told;
                                    changedRuns.add(new RunName(node, id));
                                }
                            });
                    Set<Long> over = new TreeSet<>();
                    ofNode.forEach(
                            (id, run) -> {
                                if (run.end != null && run.endMinuteMs() <= startMs) {
                                    over.add(id);
                                }
                            });
                    over.forEach(
                            id -> {
                                ofNode.remove(id);
                                changedRuns.add(new RunName(node, id));
                            });
                });
    }

    /** Has everything be written by the next drain. */
    void rewrite() {
        minutes.forEach(
                (startMs, nodes) ->
                        nodes.keySet()
                                .forEach(
                                        node -> changedMinutes.add(new MinuteName(startMs, node))));
        runs.forEach(
                (node, ofNode) ->
                        ofNode.keySet().forEach(run -> changedRuns.add(new RunName(node, run))));
        changedCloses.addAll(closedByNumber.keySet());
    }

    /** Keys of the state's entries. */
    List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        rewrite();
        evicted.touch();
        drain(
                new StateWriter() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        keys.add(key);
                    }

                    @Override
                    public void delete(byte[] key) {
                        keys.add(key);
                    }
                });
        return keys;
    }

    /** Writes what changed since the last drain. */
    void drain(StateWriter writer) {
        for (MinuteName name : changedMinutes) {
            Map<String, NodeMinute> nodes = minutes.get(name.startMs);
            NodeMinute minute = nodes == null ? null : nodes.get(name.node);
            byte[] key =
                    new ByteWriter().u8(KIND_MINUTE).i64(name.startMs).text(name.node).toBytes();
            write(writer, key, minute == null ? null : out -> minute.write(out));
        }
        for (RunName name : changedRuns) {
            Map<Long, NodeRun> ofNode = runs.get(name.node);
            NodeRun run = ofNode == null ? null : ofNode.get(name.run);
            byte[] key = new ByteWriter().u8(KIND_RUN).text(name.node).i64(name.run).toBytes();
            write(writer, key, run == null ? null : run::write);
        }
        for (Long number : changedCloses) {
            Long startMs = closedByNumber.get(number);
            byte[] key = new ByteWriter().u8(KIND_CLOSED).i64(number).toBytes();
            write(writer, key, startMs == null ? null : out -> out.i64(startMs));
        }
        for (long block : evicted.takeChanged()) {
            byte[] key = new ByteWriter().u8(KIND_EVICTED).i64(block).toBytes();
            write(writer, key, out -> evicted.write(block, out));
        }
        changedMinutes.clear();
        changedRuns.clear();
        changedCloses.clear();
    }

    private interface Content {
        void write(ByteWriter out);
    }

    private static void write(StateWriter writer, byte[] key, @Nullable Content content) {
        if (content == null) {
            writer.delete(key);
        } else {
            ByteWriter out = new ByteWriter().u8(VERSION);
            content.write(out);
            writer.put(key, out.toBytes());
        }
    }

    /**
     * Takes back what a drain wrote, in any order.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    void restore(byte[] key, byte[] value) {
        ByteReader name = new ByteReader(key);
        ByteReader in = new ByteReader(value);
        in.version(VERSION, "state of the ledger");
        int kind = name.u8();
        switch (kind) {
            case KIND_MINUTE ->
                    minutes.computeIfAbsent(name.i64(), fresh -> new HashMap<>())
                            .put(name.text(), NodeMinute.read(in));
            case KIND_RUN ->
                    runs.computeIfAbsent(name.text(), fresh -> new HashMap<>())
                            .put(name.i64(), NodeRun.read(in));
            case KIND_CLOSED -> {
                long number = name.i64();
                long startMs = in.i64();
                closedByNumber.put(number, startMs);
                closed.add(startMs);
                lastCloseNumber = Math.max(lastCloseNumber, number);
            }
            case KIND_EVICTED -> {
                long block = name.remaining() == 0 ? RANGES : name.i64();
                if (block == RANGES) {
                    evicted.readRanges(in);
                } else {
                    evicted.read(block, in);
                }
            }
            default -> throw new IllegalArgumentException("unknown kind of state " + kind);
        }
    }
}
