package io.stream53.processor.task;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.WindowMerger;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.TldCount;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Last step: merges the tasks' partial counts and emits them, keyed as dns.tld-counts is: as they
 * grow, and as final when their window closes.
 */
public final class MergeProcessor implements Processor<String, CountMessage, String, TldCount> {
    private static final Duration TICK = Duration.ofSeconds(1);

    /**
     * What the tasks of an instance share.
     *
     * @param interval wall-clock time between two emissions of counts that are not final yet
     * @param closeDelay as {@link CountProcessor.Settings} has it
     */
    public record Settings(
            Duration interval, Duration closeDelay, LedgerBoard board, String store) {}

    private final Settings settings;
    private @Nullable Task task;

    public MergeProcessor(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<String, TldCount> context) {
        task = new Task(context);
    }

    @Override
    public void process(Record<String, CountMessage> record) {
        if (task == null) {
            throw new IllegalStateException("process before init");
        }
        task.accept(record.value());
    }

    @Override
    public void close() {
        if (task != null) {
            task.figures.close();
            task = null;
        }
    }

    private final class Task {
        private final ProcessorContext<String, TldCount> context;
        private final TaskFigures figures;
        private final WindowMerger merger;

        Task(ProcessorContext<String, TldCount> context) {
            this.context = context;
            DrainedStore store = context.getStateStore(settings.store());
            figures =
                    store.attach(
                            'c',
                            new TaskFigures(
                                    settings.store() + ' ' + context.taskId(), settings.board()));
            merger = new WindowMerger(settings.closeDelay(), WindowMerger.DEFAULT_KEPT_WINDOWS);
            store.attach('w', new MergerPart(merger));
            figures.windows(merger::openWindows, merger::finalSums);
            figures.open();
            context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> emitFinals());
            context.schedule(
                    settings.interval(),
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> emit(merger.takeUpdates()));
        }

        void accept(CountMessage message) {
            figures.touched();
            long refused = merger.accept(message);
            if (refused > 0) {
                figures.add(ProcessorCounter.UNCOUNTED_QUERIES, refused);
                figures.add(ProcessorCounter.COUNTED_QUERIES, -refused);
            }
        }

        private void emitFinals() {
            figures.idle();
            emit(merger.takeFinals());
        }

        private void emit(List<TldCount> counts) {
            for (TldCount count : counts) {
                figures.touched();
                context.forward(
                        new Record<>(
                                CountMessage.recordKey(count),
                                count,
                                context.currentSystemTimeMs(),
                                new RecordHeaders()));
            }
        }
    }

    private record MergerPart(WindowMerger merger) implements DrainedStore.Part {
        @Override
        public void restore(byte[] key, byte[] value) {
            merger.restore(key, value);
        }

        @Override
        public void drain(StateWriter writer) {
            merger.drain(writer);
        }
    }
}
