package io.stream53.connect;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records to the bulk workers and keeps up with what became of them, without ever waiting for
 * the engine in {@code put}: a full buffer pauses the partitions, so the consumer keeps polling and
 * its group keeps the task however long the engine is away.
 *
 * <p>Offsets are committed up to the first record that is neither indexed nor reported.
 */
public final class ElasticsearchSinkTask extends SinkTask {
    private static final Logger log = LoggerFactory.getLogger(ElasticsearchSinkTask.class);

    /** How soon Connect calls again while something is under way. */
    private static final long CALL_AGAIN_MS = 100;

    /** Dead letters that take longer are settled at a later commit. */
    private static final Duration DEAD_LETTER_PATIENCE = Duration.ofSeconds(1);

    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    /** Set by {@link #start}; Connect makes a task before it gives it its configuration. */
    private @Nullable Run run;

    /** What lives from start to stop. */
    private record Run(
            SinkSettings settings,
            RecordMapper mapper,
            BulkClient client,
            BulkQueue queue,
            BulkWorkers workers,
            SinkCounters counters,
            @Nullable AlertWatch alerts,
            @Nullable ErrantRecordReporter reporter) {}

    /** A rejected write whose record is on its way to the dead-letter queue. */
    private record Reported(Operation operation, Future<Void> written) {}

    private final Deque<Reported> reported = new ArrayDeque<>();
    private boolean paused;
    private long loggedAt = System.nanoTime();
    private String logged = "";

    @Override
    public String version() {
        return ElasticsearchSinkConnector.VERSION;
    }

    @Override
    public void start(Map<String, String> properties) {
        SinkSettings settings = SinkSettings.ofTask(properties);
        BulkClient client = new BulkClient(settings);
        BulkQueue queue =
                new BulkQueue(settings.batchSize(), settings.bulkBytes(), settings.linger());
        SinkCounters counters = new SinkCounters(settings.connector(), settings.task());
        BulkWorkers workers = new BulkWorkers(settings, queue, client::send, counters);
        AlertWatch alerts =
                settings.selection().asksForAlerts() ? AlertWatch.of(settings, counters) : null;
        run =
                new Run(
                        settings,
                        new RecordMapper(settings, counters),
                        client,
                        queue,
                        workers,
                        counters,
                        alerts,
                        context.errantRecordReporter());
        counters.register();
        workers.start();
        if (alerts != null) {
            alerts.start();
        }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        Run current = running();
        keepUp(current);
        for (SinkRecord record : records) {
            add(current, record);
        }
        throttle(current);
    }

    private void add(Run current, SinkRecord record) {
        current.counters().received.incrementAndGet();
        try {
            int weight = weight(current, record);
            Operation operation =
                    weight == Selection.NONE ? null : current.mapper().map(record, weight);
            if (weight == Selection.NONE) {
                current.counters().notSelected.incrementAndGet();
            } else if (operation == null) {
                current.counters().ignored.incrementAndGet();
            } else {
                current.queue().add(operation);
            }
        } catch (DataException e) {
            // Connect waits for it before it commits the offset.
            Future<Void> _ = report(current, record, e);
        }
    }

    /** How many transactions the record's document stands for; 1 for what is no transaction. */
    private static int weight(Run current, SinkRecord record) {
        Selection selection = current.settings().selection();
        RecordValue value = selection.isEverything() ? null : RecordValue.of(record);
        if (value == null || !value.isTransaction()) {
            return 1;
        }
        AlertWatch alerts = current.alerts();
        return selection.weight(value, alerts == null ? OpenAlerts.NONE : alerts.open());
    }

    /** Reports what the engine rejected, and fails when the workers did. */
    private void keepUp(Run current) {
        for (BulkWorkers.Rejection rejection = current.workers().nextRejection();
                rejection != null;
                rejection = current.workers().nextRejection()) {
            Operation operation = rejection.operation();
            if (!current.queue().settled(operation)) {
                DataException fault = new DataException(rejection.reason());
                Future<Void> written = report(current, operation.origin(), fault);
                reported.add(new Reported(operation, written));
            }
        }
        settleReported(current, Duration.ZERO);
        current.workers().requireWorking();
        current.counters().buffered.set(current.queue().unsettled());
        logCounters(current);
    }

    /**
     * Settles rejected writes whose records the dead-letter queue has. Connect waits for what was
     * reported before it asks for offsets, and so not for what is reported while it asks.
     */
    private void settleReported(Run current, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        for (Reported first = reported.peek(); first != null; first = reported.peek()) {
            try {
                long remaining = Math.max(0, end - System.nanoTime());
                var _ = first.written().get(remaining, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException e) {
                throw new ConnectException(
                        "The dead-letter queue does not take a record: " + e.getCause(), e);
            }
            reported.remove();
            current.queue().settle(first.operation());
        }
    }

    /** Done when the dead-letter queue has the record, at once without such a queue. */
    private static Future<Void> report(Run current, SinkRecord record, DataException fault) {
        current.counters().rejected.incrementAndGet();
        Future<Void> written =
                current.reporter() == null
                        ? CompletableFuture.completedFuture(null)
                        : current.reporter().report(record, fault);
        String where =
                record.originalTopic()
                        + "-"
                        + record.originalKafkaPartition()
                        + "@"
                        + record.originalKafkaOffset();
        switch (current.settings().onMalformed()) {
            case IGNORE -> log.debug("Record {} cannot be indexed: {}", where, fault.getMessage());
            case WARN -> log.warn("Record {} cannot be indexed: {}", where, fault.getMessage());
            case FAIL ->
                    throw new ConnectException(
                            "Record "
                                    + where
                                    + " cannot be indexed; mend it, or set"
                                    + " behavior.on.malformed.documents to warn and a dead-letter"
                                    + " queue: "
                                    + fault.getMessage(),
                            fault);
        }
        return written;
    }

    private void throttle(Run current) {
        int unsettled = current.queue().unsettled();
        int limit = current.settings().maxBuffered();
        if (unsettled >= limit || (paused && unsettled > limit / 2)) {
            pause();
        } else if (paused) {
            context.resume(assignment());
            paused = false;
        }
        if (unsettled > 0) {
            context.timeout(CALL_AGAIN_MS);
        }
    }

    /** Also pauses partitions that were assigned since. */
    private void pause() {
        context.pause(assignment());
        paused = true;
    }

    private TopicPartition[] assignment() {
        Set<TopicPartition> assignment = context.assignment();
        return assignment.toArray(TopicPartition[]::new);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(
            Map<TopicPartition, OffsetAndMetadata> delivered) {
        Run current = running();
        keepUp(current);
        settleReported(current, DEAD_LETTER_PATIENCE);
        Map<TopicPartition, OffsetAndMetadata> settled = new HashMap<>();
        delivered.forEach(
                (partition, end) -> {
                    long offset = current.queue().committable(partition, end.offset());
                    settled.put(
                            partition,
                            offset == end.offset() ? end : new OffsetAndMetadata(offset));
                });
        return settled;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        Run current = run;
        if (current == null) {
            return;
        }
        try {
            int discarded = current.queue().discard(partitions, current.settings().flushTimeout());
            current.counters().discarded.addAndGet(discarded);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        Run current = run;
        run = null;
        if (current == null) {
            return;
        }
        log.info("Sink stopped: {}.", current.counters());
        current.queue().close();
        current.client().close();
        if (current.alerts() != null) {
            current.alerts().close();
        }
        try {
            current.workers().join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        current.counters().close();
    }

    private void logCounters(Run current) {
        if (System.nanoTime() - loggedAt < LOG_INTERVAL.toNanos()) {
            return;
        }
        loggedAt = System.nanoTime();
        String now = current.counters().toString();
        if (!now.equals(logged)) {
            log.info("Sink: {}.", now);
            logged = now;
        }
    }

    private Run running() {
        Run current = run;
        if (current == null) {
            throw new ConnectException("The task is not started.");
        }
        return current;
    }
}
