package io.stream53.processor.task;

import io.stream53.ledger.DropReason;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.count.RunFigures;
import io.stream53.processor.match.Cause;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.match.Status;
import io.stream53.processor.match.Transaction;
import io.stream53.processor.view.SourceView;
import io.stream53.schema.DnsPacket;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First step: decodes records of dns.raw, drops those that were read before, and joins queries with
 * their responses. Transactions and progress go to the child {@value #NEXT}, undecodable records to
 * the child {@value #DEAD_LETTERS}.
 */
public final class MatchProcessor implements Processor<byte[], byte[], Object, Object> {
    public static final String NEXT = "enrich";
    public static final String DEAD_LETTERS = "dead-letters";

    /** Runs of agents remembered for each partition. */
    private static final int MAX_RUNS = 10_000;

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(MatchProcessor.class);

    /** Whether the consumer has read all that there is in a partition of dns.raw. */
    @FunctionalInterface
    public interface LagView {
        boolean isCaughtUp(int partition);
    }

    /**
     * What the tasks of an instance share.
     *
     * @param closeDelay how far a watermark must have passed a window's end to close it
     * @param nodeLost a node silent for so long, while there is nothing left to read, is given up
     */
    public record Settings(
            MatchSettings match,
            Duration closeDelay,
            Duration nodeLost,
            LagView lag,
            LedgerBoard board,
            String store) {}

    private final Settings settings;
    private final PacketDecoder decoder;
    private @Nullable Task task;

    public MatchProcessor(Settings settings, PacketDecoder decoder) {
        this.settings = settings;
        this.decoder = decoder;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        task = new Task(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        task().read(record);
    }

    @Override
    public void close() {
        if (task != null) {
            task.figures.close();
            settings.board().views().close(task.view);
            task = null;
        }
    }

    private Task task() {
        if (task == null) {
            throw new IllegalStateException("process before init");
        }
        return task;
    }

    /**
     * All that lives as long as the task does: {@code init} may be called again after a failure.
     */
    private final class Task {
        private final ProcessorContext<Object, Object> context;

        /** Agents write a watermark each second to a partition that waits for one. */
        private static final long SILENT_MS = 30_000;

        private final int partition;
        private final TaskFigures figures;
        private final RunSequences sequences;
        private final RunFigures runs;
        private final NodeWatermarks nodes;
        private final SilenceClock silence;
        private final Burials burials = new Burials(LOG::warn);
        private final SourceView view;
        private final Matcher matcher;
        private Step.@Nullable Progress progress;

        Task(ProcessorContext<Object, Object> context) {
            this.context = context;
            partition = context.taskId().partition();
            DrainedStore store = context.getStateStore(settings.store());
            figures =
                    store.attach(
                            'c',
                            new TaskFigures(
                                    settings.store() + ' ' + context.taskId(), settings.board()));
            sequences = store.attach('s', new RunSequences(MAX_RUNS));
            runs = store.attach('r', new RunFiguresPart(new RunFigures(MAX_RUNS))).figures();
            nodes = store.attach('w', new NodeWatermarks(settings.closeDelay()));
            matcher =
                    new Matcher(
                            settings.match(), this::forward, figures.counters(), decoder::again);
            // The packets behind pending queries are decoded again after a restart.
            store.attach(
                    'm',
                    DrainedStore.Part.of(
                            (key, value) -> matcher.restore(key, value, decoder::again),
                            matcher::drain));
            figures.pending(matcher::pending);
            figures.open();
            view = settings.board().views().source(partition);
            long now = context.currentSystemTimeMs();
            nodes.heardAll(now);
            nodes.backlog(!settings.lag().isCaughtUp(partition));
            silence = new SilenceClock(settings.nodeLost(), now);
            context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
        }

        void read(Record<byte[], byte[]> record) {
            PacketDecoder.Decoded decoded = decoder.decode(record.key(), record.value());
            figures.touched();
            DnsPacket packet = decoded.packet();
            if (packet == null) {
                bury(record, decoded.problem());
                return;
            }
            long missing = sequences.accept(packet.getRun(), packet.getSequence());
            if (missing == RunSequences.REDELIVERED) {
                figures.add(ProcessorCounter.REDELIVERED, 1);
                runs.redelivered(packet);
                return;
            }
            figures.add(ProcessorCounter.LOST, missing);
            if (packet.getKind().equals(PacketDecoder.WATERMARK)) {
                runs.watermark(packet);
                view.watermark(packet, context.currentSystemTimeMs());
                advance(packet);
            } else {
                runs.message(packet);
                nodes.heard(
                        packet.getNode(),
                        packet.getRun(),
                        packet.getTimestampUs(),
                        context.currentSystemTimeMs());
                nodes.forgetTooMany().forEach(this::lost);
                matcher.message(record.key(), packet, record.value());
                announce();
            }
        }

        private void bury(Record<byte[], byte[]> record, PacketDecoder.Problem problem) {
            figures.add(ProcessorCounter.UNDECODABLE, 1);
            var from = context.recordMetadata().orElseThrow();
            burials.note(from, problem.sentence(), context.currentSystemTimeMs());
            Record<byte[], byte[]> letter = DeadLetter.of(record, from, problem);
            context.forward(letter.withKey((Object) letter.key()), DEAD_LETTERS);
        }

        private void advance(DnsPacket packet) {
            String node = packet.getNode();
            long watermark = packet.getFinal$() ? NodeWatermarks.ENDED : packet.getTimestampUs();
            long losses = losses(packet);
            long now = context.currentSystemTimeMs();
            if (nodes.advance(node, packet.getRun(), watermark, losses, now)) {
                matcher.advance(node, packet.getRun(), watermark, packet.getSamplingRate());
                report();
            }
            nodes.forgetTooMany().forEach(this::lost);
        }

        /**
         * Mergers wait for those that have reported: better at once than at the first watermark.
         */
        private void announce() {
            if (progress == null
                    || progress.watermarkUs() == NodeWatermarks.ENDED
                    || progress.times().equals(NodeTimes.UNKNOWN)
                    || progress.times().equals(NodeTimes.NONE)) {
                report();
            }
        }

        private void tick(long nowMs) {
            figures.idle();
            boolean caughtUp = settings.lag().isCaughtUp(partition);
            boolean counts = silence.counts(nowMs, caughtUp);
            nodes.backlog(!caughtUp);
            if (nodes.isEmpty()) {
                reportNothing(caughtUp);
            }
            if (!counts) {
                nodes.heardAll(nowMs);
                if (progress != null && progress.times().backlog() == caughtUp) {
                    report();
                }
                return;
            }
            for (String node : nodes.silentSince(nowMs - settings.nodeLost().toMillis())) {
                LOG.warn(
                        "Nothing was heard of node {} for {}: its pending queries are unanswered.",
                        node,
                        settings.nodeLost());
                nodes.lost(node);
                lost(node);
            }
            boolean idle = matcher.pending() == 0 && !nodes.ended();
            nodes.rest();
            nodes.silence(nowMs - SILENT_MS);
            reportIdle(
                    new Step.Progress(
                            idle ? nodes.largest() : nodes.smallest(),
                            idle,
                            nodes.times(),
                            nodes.exactTimes()));
        }

        private void lost(String node) {
            figures.touched();
            runs.nodeLost(node);
            matcher.nodeLost(node);
            report();
        }

        /**
         * Before the first record: mergers wait for a task that has yet to read what there is, and
         * not for one whose partition is empty.
         */
        private void reportNothing(boolean caughtUp) {
            if (!caughtUp) {
                reportIdle(new Step.Progress(NodeWatermarks.NONE, false, NodeTimes.UNKNOWN));
            } else if (progress != null) {
                reportIdle(new Step.Progress(NodeWatermarks.NONE, true, NodeTimes.NONE));
            }
        }

        private void report() {
            forwardProgress(
                    new Step.Progress(nodes.smallest(), false, nodes.times(), nodes.exactTimes()));
        }

        /**
         * Only a task that has read all there is can be idle: what it has yet to read may belong to
         * windows that are open.
         */
        private void reportIdle(Step.Progress now) {
            if (!now.equals(progress)) {
                forwardProgress(now);
            }
        }

        private void forwardProgress(Step.Progress now) {
            progress = now;
            forward(new byte[0], now);
        }

        private void forward(Transaction transaction) {
            boolean captureLoss =
                    transaction.status() == Status.UNANSWERED && mayBeLost(transaction);
            forward(transaction.key(), new Step.Matched(transaction, captureLoss));
        }

        /** What a lost node captured at last, nobody knows. */
        private boolean mayBeLost(Transaction unanswered) {
            DnsPacket query = unanswered.first();
            return unanswered.cause() == Cause.NODE_LOST
                    || nodes.mayHaveLost(query.getNode(), query.getRun(), query.getTimestampUs());
        }

        private void forward(byte[] key, Step step) {
            context.forward(
                    new Record<>(key, step, context.currentSystemTimeMs(), new RecordHeaders()),
                    NEXT);
        }
    }

    /** Candidates that the run has lost; what it left out on purpose is no loss. */
    private static long losses(DnsPacket watermark) {
        long losses = 0;
        for (Map.Entry<String, Long> reason : watermark.getLosses().entrySet()) {
            losses += DropReason.isLoss(reason.getKey()) ? reason.getValue() : 0;
        }
        return losses;
    }
}
