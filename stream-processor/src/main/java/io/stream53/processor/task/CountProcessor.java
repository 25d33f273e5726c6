package io.stream53.processor.task;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.RunFigures;
import io.stream53.processor.count.TaskCounts;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
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
    private static final long WINDOW_US = Duration.ofMinutes(1).toNanos() / 1000;

    /**
     * What the tasks of an instance share.
     *
     * @param interval wall-clock time between two sends
     * @param closeDelay how far a watermark must have passed a window's end to close it
     */
    public record Settings(Duration interval, Duration closeDelay, String store) {}

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
        private final RunFigures runs;
        private Step.@Nullable Progress progress;
        private Step.@Nullable Progress sent;

        Task(ProcessorContext<String, CountMessage> context) {
            this.context = context;
            DrainedStore store = context.getStateStore(settings.store());
            figures = store.part('c', TaskFigures.class);
            counts = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);
            store.attach('t', new CountsPart(counts));
            runs = store.part('r', RunFiguresPart.class).figures();
            figures.unsent(() -> counts.unsent() + runs.unsent());
            context.schedule(settings.interval(), PunctuationType.WALL_CLOCK_TIME, now -> send());
        }

        void count(DnsTransaction transaction) {
            figures.add(ProcessorCounter.COUNTED_QUERIES, counts.add(transaction));
            if (counts.isFull()) {
                sendPartials();
            }
        }

        /** Sends at once what a window's closing waits for. */
        void advance(Step.Progress now) {
            progress = now;
            if (sent == null
                    || now.watermarkUs() == NodeWatermarks.ENDED
                    || closable(now) != closable(sent)) {
                send();
            }
        }

        /** Number of the window after the last one that a watermark has passed by the delay. */
        private long closable(Step.Progress at) {
            long delayUs = settings.closeDelay().toNanos() / 1000;
            return at.watermarkUs() == NodeWatermarks.NONE
                    ? Long.MIN_VALUE
                    : Math.floorDiv(at.watermarkUs() - delayUs - 1, WINDOW_US);
        }

        private void send() {
            sendPartials();
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
                                partition, progress.watermarkUs(), progress.idle()));
                sent = progress;
            }
        }

        private void sendPartials() {
            if (counts.unsent() > 0) {
                figures.touched();
                for (CountMessage.Partial partial : counts.takePartials()) {
                    forward(partial.recordKey(), partial);
                }
            }
        }

        private void forward(String key, CountMessage message) {
            context.forward(
                    new Record<>(key, message, context.currentSystemTimeMs(), new RecordHeaders()));
        }
    }

    private record CountsPart(TaskCounts counts) implements DrainedStore.Part {
        @Override
        public void restore(byte[] key, byte[] value) {
            counts.restore(key, value);
        }

        @Override
        public void drain(StateWriter writer) {
            counts.drain(writer);
        }
    }
}
