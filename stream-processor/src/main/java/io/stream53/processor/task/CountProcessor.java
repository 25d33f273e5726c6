package io.stream53.processor.task;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.Dimension;
import io.stream53.processor.count.MergeKeys;
import io.stream53.processor.count.RunFigures;
import io.stream53.processor.count.TaskCounts;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Third step: adds this task's transactions up, and now and then sends the sums to the mergers of
 * their keys, and behind them how far the task has come. Shares the store and the figures of {@link
 * MatchProcessor}, which is initialised before it.
 */
public final class CountProcessor implements Processor<Object, Object, String, CountMessage> {
    /**
     * With more times than that, each passing windows of its own, progress goes with the counts.
     */
    private static final int MAX_TIMES_AT_ONCE = 32;

    /**
     * What the tasks of an instance share.
     *
     * @param interval wall-clock time between two sends
     * @param closeDelay how far a watermark must have passed a window's end to close it
     * @param maxKeys keys in an hour and dimension; what exceeds them counts as {@code other}
     * @param dimensions what is counted by
     */
    public record Settings(
            Duration interval,
            Duration closeDelay,
            int maxKeys,
            Set<Dimension> dimensions,
            AlertSettings alerts,
            String store) {}

    private final Settings settings;
    private @Nullable Task task;

    public CountProcessor(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<String, CountMessage> context) {
        task = new Task(context);
    }

    @Override
    public void process(Record<Object, Object> record) {
        if (task == null) {
            throw new IllegalStateException("process before init");
        }
        switch (record.value()) {
            case Step.Enriched(DnsTransaction transaction) -> task.count(transaction);
            case Step.Progress progress -> task.advance(progress);
            default -> throw new IllegalStateException("not for counting: " + record.value());
        }
    }

    private final class Task {
        private final ProcessorContext<String, CountMessage> context;
        private final TaskFigures figures;
        private final TaskCounts counts;
        private final MergeKeys mergeKeys = new MergeKeys();
        private final RunFigures runs;
        private final SignalPart signals;
        private Step.@Nullable Progress progress;
        private Step.@Nullable Progress sent;

        Task(ProcessorContext<String, CountMessage> context) {
            this.context = context;
            DrainedStore store = context.getStateStore(settings.store());
            figures = store.part('c', TaskFigures.class);
            counts = new TaskCounts(settings.maxKeys(), settings.dimensions());
            store.attach('t', DrainedStore.Part.of(counts::restore, counts::drain));
            runs = store.part('r', RunFiguresPart.class).figures();
            int partition = context.taskId().partition();
            signals =
                    store.attach(
                            'a',
                            new SignalPart(
                                    settings.alerts(),
                                    partition,
                                    settings.closeDelay(),
                                    message -> forward(SignalPart.key(message), message)));
            figures.unsent(() -> counts.unsent() + runs.unsent());
            context.schedule(
                    settings.interval(),
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> send(Long.MAX_VALUE));
        }

        void count(DnsTransaction transaction) {
            figures.add(ProcessorCounter.COUNTED_QUERIES, counts.add(transaction));
            signals.add(transaction);
            if (counts.isFull()) {
                sendPartials(Long.MAX_VALUE);
            }
        }

        /** Sends at once what a window's closing waits for, unless clocks differ all too much. */
        @SuppressWarnings("ReferenceEquality") // The same times as before are the same object.
        void advance(Step.Progress now) {
            progress = now;
            signals.advance(now, figures);
            if (sent == null
                    || now.watermarkUs() == NodeWatermarks.ENDED
                    || now.times() != sent.times()
                            && now.times().size() <= MAX_TIMES_AT_ONCE
                            && !now.times().isAsFarAs(sent.times())) {
                send(now.idle() ? Long.MAX_VALUE : now.times().closedByMs(settings.closeDelay()));
            }
        }

        /**
         * Sends what there is, and behind it how far this task has come.
         *
         * @param beforeMs of counts those of minutes that end by then; others are still added to
         */
        private void send(long beforeMs) {
            sendPartials(beforeMs);
            signals.send(progress, context.currentSystemTimeMs(), figures);
            for (CountMessage.RunPart part : runs.takeParts()) {
                figures.touched();
                forward(part.recordKey(), part);
            }
            if (progress != null && !progress.equals(sent)) {
                figures.touched();
                int partition = context.taskId().partition();
                forward(
                        "progress|" + partition,
                        new CountMessage.Progress(
                                partition,
                                progress.watermarkUs(),
                                progress.idle(),
                                progress.times()));
                sent = progress;
            }
        }

        private void sendPartials(long beforeMs) {
            if (counts.unsent() > 0) {
                figures.touched();
                for (CountMessage.Partial partial : counts.takePartials(beforeMs)) {
                    forward(mergeKeys.of(partial), partial);
                }
            }
        }

        private void forward(String key, CountMessage message) {
            context.forward(
                    new Record<>(key, message, context.currentSystemTimeMs(), new RecordHeaders()));
        }
    }
}
