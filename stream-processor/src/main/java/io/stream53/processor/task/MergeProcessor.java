package io.stream53.processor.task;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.LedgerMerger;
import io.stream53.processor.count.WindowMerger;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.processor.view.MergeView;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Last step: merges the tasks' partial counts and emits them, as they grow and as final when their
 * window closes: counts to the child {@value #COUNTS}, keyed as dns.tld-counts is, and what became
 * of the nodes' messages to the child {@value #LEDGER}, keyed as dns.ledger is; and alerts to the
 * child {@value #ALERTS}, keyed as dns.alerts is.
 */
public final class MergeProcessor
        implements Processor<String, CountMessage, String, SpecificRecord> {
    public static final String COUNTS = "tld-counts";
    public static final String LEDGER = "ledger";
    public static final String ALERTS = "alerts";

    private static final Logger LOG = LoggerFactory.getLogger(MergeProcessor.class);
    private static final Duration TICK = Duration.ofSeconds(1);

    /**
     * What the tasks of an instance share.
     *
     * @param interval wall-clock time between two emissions of counts that are not final yet
     * @param closeDelay as {@link CountProcessor.Settings} has it
     */
    public record Settings(
            Duration interval,
            Duration closeDelay,
            AlertSettings alerts,
            LedgerBoard board,
            String store) {}

    private final Settings settings;
    private @Nullable Task task;

    public MergeProcessor(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
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
            settings.board().views().close(task.view);
            task = null;
        }
    }

    private final class Task {
        private final ProcessorContext<String, SpecificRecord> context;
        private final TaskFigures figures;
        private final WindowMerger merger;
        private final LedgerMerger ledger;
        private final AlertPart alerts;
        private final MergeView view;

        Task(ProcessorContext<String, SpecificRecord> context) {
            this.context = context;
            DrainedStore store = context.getStateStore(settings.store());
            figures =
                    store.attach(
                            'c',
                            new TaskFigures(
                                    settings.store() + ' ' + context.taskId(), settings.board()));
            merger = new WindowMerger(settings.closeDelay(), WindowMerger.DEFAULT_KEPT_WINDOWS);
            store.attach('w', DrainedStore.Part.of(merger::restore, merger::drain));
            store.attach('h', DrainedStore.Part.of(merger::restoreHours, merger::drainHours));
            ledger = new LedgerMerger(LedgerMerger.DEFAULT_KEPT_MINUTES);
            store.attach('l', DrainedStore.Part.of(ledger::restore, ledger::drain));
            alerts =
                    store.attach(
                            'a',
                            new AlertPart(
                                    settings.alerts(),
                                    alert -> forward(alert.getId(), alert, ALERTS)));
            figures.windows(
                    () -> merger.openWindows() + ledger.openMinutes() + alerts.openSlots(),
                    merger::finalSums);
            figures.open();
            view = settings.board().views().merge(context.taskId().partition());
            merger.look(view::restore);
            ledger.look(view::restore);
            alerts.open().forEach(alert -> view.show(alert.getId(), alert));
            context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::emitFinals);
            context.schedule(
                    settings.interval(),
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> {
                        emit(merger.takeUpdates());
                        emitLedger(ledger.takeUpdates());
                    });
        }

        void accept(CountMessage message) {
            figures.touched();
            if (alerts.accept(message)) {
                return;
            }
            if (message instanceof CountMessage.RunPart part) {
                if (!ledger.accept(part)) {
                    LOG.warn(
                            "Figures of node {} came too late for its ledger: {}",
                            part.node(),
                            part);
                }
                return;
            }
            uncounted(merger.accept(message));
        }

        private void uncounted(long refused) {
            if (refused > 0) {
                figures.add(ProcessorCounter.UNCOUNTED_QUERIES, refused);
                figures.add(ProcessorCounter.COUNTED_QUERIES, -refused);
            }
        }

        private void emitFinals(long now) {
            figures.idle();
            emit(merger.takeFinals());
            uncounted(merger.takeGivenUp());
            emitLedger(ledger.takeFinals(merger::hasPassed));
            alerts.emit(now);
        }

        /** Every count that is emitted passes here: minutes and hours, final or not. */
        private void emit(List<TldCount> counts) {
            for (TldCount count : counts) {
                forward(CountMessage.recordKey(count), count, COUNTS);
            }
        }

        private void emitLedger(List<NodeLedger> records) {
            for (NodeLedger record : records) {
                forward(LedgerMerger.recordKey(record), record, LEDGER);
            }
        }

        private void forward(String key, SpecificRecord value, String child) {
            figures.touched();
            context.forward(
                    new Record<>(key, value, context.currentSystemTimeMs(), new RecordHeaders()),
                    child);
            view.show(key, value);
        }
    }
}
