package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsPacket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reconciles, for one partition, what each run of an agent says it has sent with what was read. A
 * watermark carries how many of the run's messages are before it in the partition, so whatever of
 * them was not read is lost. What was read between two watermarks belongs to the minute of the
 * second; what comes behind the last one to the run's end.
 *
 * <p>The figures are held until {@link #takeParts}. What was not taken yet, and the runs' own
 * figures, are state to be saved with {@link #drain} and given back with {@link #restore}. For one
 * thread.
 */
public final class RunFigures {
    private static final int VERSION = 1;
    private static final int KIND_RUN = 'r';
    private static final int KIND_PART = 'p';

    private record RunKey(String node, long run) {}

    private record PartKey(String node, long run, long minuteMs) {}

    private static final class Run {
        private final RunKey key;

        /** The first record read was not the run's first: what was before is not this one's. */
        private final boolean joinedLate;

        private MessageSums all = MessageSums.NONE;

        /** What of it has become part of a minute. */
        private MessageSums told = MessageSums.NONE;

        private boolean heardWatermark;

        /** Ended without a last word, as it seems: it may go on. */
        private boolean crashed;

        private long minuteMs = Long.MIN_VALUE;
        private RunTotals totals = RunTotals.NONE;
        private long latestUs = Long.MIN_VALUE;
        private boolean changed;

        Run(RunKey key, boolean joinedLate) {
            this.key = key;
            this.joinedLate = joinedLate;
        }
    }

    private final int maxRuns;
    private final Map<RunKey, Run> runs = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<RunKey> changedRuns = new HashSet<>();
    private final Map<PartKey, CountMessage.RunPart> unsent = new HashMap<>();
    private final Set<PartKey> changedParts = new HashSet<>();

    /** Records of one run mostly come in a row. */
    private @Nullable Run last;

    /**
     * @param maxRuns runs remembered; of more the one not heard of for the longest is forgotten
     */
    public RunFigures(int maxRuns) {
        this.maxRuns = maxRuns;
    }

    /** A message was read that was not read before. */
    public void message(DnsPacket packet) {
        Run run = run(packet);
        MessageSums all = run.all;
        run.all = new MessageSums(all.read() + 1, all.lost(), all.unread(), all.redelivered());
        run.latestUs = Math.max(run.latestUs, packet.getTimestampUs());
        touch(run);
    }

    /** A record came again. */
    public void redelivered(DnsPacket packet) {
        Run run = runs.get(new RunKey(packet.getNode(), packet.getRun()));
        MessageSums one = new MessageSums(0, 0, 0, 1);
        if (run == null) {
            long timeUs = packet.getFinal$() ? Long.MIN_VALUE : packet.getTimestampUs();
            add(
                    new CountMessage.RunPart(
                            packet.getNode(),
                            packet.getRun(),
                            CountMessage.RunPart.END,
                            one,
                            null,
                            CountMessage.RunPart.GOES_ON,
                            timeUs));
        } else {
            run.all = run.all.plus(one);
            touch(run);
        }
    }

    /** A watermark was read that was not read before. */
    public void watermark(DnsPacket packet) {
        Run run = run(packet);
        MessageSums all = run.all;
        long unread = all.unread();
        if (run.joinedLate && !run.heardWatermark) {
            unread = Math.max(0, packet.getPartitionSent() - all.read());
        }
        long lost = packet.getPartitionSent() - unread - all.read();
        run.all = new MessageSums(all.read(), lost, unread, all.redelivered());
        run.heardWatermark = true;
        RunTotals totals = RunTotals.of(packet);
        if (packet.getFinal$()) {
            tell(run, CountMessage.RunPart.END, totals, CountMessage.RunPart.ENDED);
            forget(run);
            return;
        }
        run.latestUs = Math.max(run.latestUs, packet.getTimestampUs());
        long minute = Windows.startOf(Math.floorDiv(packet.getTimestampUs(), 1000L));
        boolean somethingNew =
                minute != run.minuteMs
                        || !run.all.equals(run.told)
                        || !totals.tellsTheSameAs(run.totals);
        run.minuteMs = minute;
        run.totals = totals;
        touch(run);
        if (somethingNew) {
            tell(run, minute, totals, CountMessage.RunPart.GOES_ON);
        }
    }

    /** A node fell silent: its runs have ended without a last word. */
    public void nodeLost(String node) {
        for (Run run : List.copyOf(runs.values())) {
            if (run.key.node.equals(node) && !run.crashed) {
                crashed(run);
            }
        }
    }

    private void crashed(Run run) {
        run.crashed = true;
        tell(run, CountMessage.RunPart.END, null, CountMessage.RunPart.CRASHED);
        touch(run);
    }

    private Run run(DnsPacket packet) {
        Run run = last;
        if (run != null
                && run.key.run == packet.getRun()
                && run.key.node.equals(packet.getNode())) {
            return run;
        }
        RunKey key = new RunKey(packet.getNode(), packet.getRun());
        run = runs.get(key);
        if (run == null) {
            nodeLost(key.node);
            run = new Run(key, packet.getSequence() > 0);
            runs.put(key, run);
            if (runs.size() > maxRuns) {
                Run oldest = runs.values().iterator().next();
                crashed(oldest);
                forget(oldest);
            }
        }
        last = run;
        return run;
    }

    private void forget(Run run) {
        runs.remove(run.key);
        changedRuns.add(run.key);
        last = null;
    }

    private void touch(Run run) {
        if (!run.changed) {
            run.changed = true;
            changedRuns.add(run.key);
        }
    }

    private void tell(Run run, long minuteMs, @Nullable RunTotals totals, int ending) {
        add(
                new CountMessage.RunPart(
                        run.key.node,
                        run.key.run,
                        minuteMs,
                        run.all.minus(run.told),
                        totals,
                        ending,
                        run.latestUs));
        run.told = run.all;
    }

    private void add(CountMessage.RunPart part) {
        PartKey key = new PartKey(part.node(), part.run(), part.minuteMs());
        unsent.merge(key, part, CountMessage.RunPart::plus);
        changedParts.add(key);
    }

    /** Parts not taken yet. */
    public int unsent() {
        return unsent.size();
    }

    /** What was added since the last call, to be sent. */
    public List<CountMessage.RunPart> takeParts() {
        List<CountMessage.RunPart> parts = new ArrayList<>(unsent.values());
        changedParts.addAll(unsent.keySet());
        unsent.clear();
        return parts;
    }

    /** Writes what changed since the last drain. */
    public void drain(StateWriter writer) {
        for (PartKey key : changedParts) {
            CountMessage.RunPart part = unsent.get(key);
            byte[] name =
                    new ByteWriter()
                            .u8(KIND_PART)
                            .text(key.node)
                            .i64(key.run)
                            .i64(key.minuteMs)
                            .toBytes();
            if (part == null) {
                writer.delete(name);
            } else {
                writer.put(name, part.encode());
            }
        }
        changedParts.clear();
        for (RunKey key : changedRuns) {
            Run run = runs.get(key);
            byte[] name = new ByteWriter().u8(KIND_RUN).text(key.node).i64(key.run).toBytes();
            if (run == null) {
                writer.delete(name);
            } else {
                writer.put(name, encode(run));
                run.changed = false;
            }
        }
        changedRuns.clear();
    }

    private static byte[] encode(Run run) {
        ByteWriter out = new ByteWriter().u8(VERSION);
        out.u8(run.joinedLate ? 1 : 0).u8(run.heardWatermark ? 1 : 0).u8(run.crashed ? 1 : 0);
        out.i64(run.minuteMs).i64(run.latestUs);
        run.all.write(out);
        run.told.write(out);
        RunTotals.write(run.totals, out);
        return out.toBytes();
    }

    /**
     * Takes back what a drain wrote.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    public void restore(byte[] key, byte[] value) {
        ByteReader name = new ByteReader(key);
        if (name.u8() == KIND_PART) {
            if (CountMessage.decode(value) instanceof CountMessage.RunPart part) {
                unsent.put(new PartKey(name.text(), name.i64(), name.i64()), part);
            }
            return;
        }
        ByteReader in = new ByteReader(value);
        in.version(VERSION, "figures of a run");
        Run run = new Run(new RunKey(name.text(), name.i64()), in.u8() != 0);
        run.heardWatermark = in.u8() != 0;
        run.crashed = in.u8() != 0;
        run.minuteMs = in.i64();
        run.latestUs = in.i64();
        run.all = MessageSums.read(in);
        run.told = MessageSums.read(in);
        RunTotals totals = RunTotals.read(in);
        run.totals = totals == null ? RunTotals.NONE : totals;
        runs.put(run.key, run);
    }
}
