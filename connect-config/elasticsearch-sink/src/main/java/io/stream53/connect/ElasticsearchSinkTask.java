package io.stream53.connect;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
            @Nullable ErrantRecordReporter reporter) {}

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
        run =
                new Run(
                        settings,
                        new RecordMapper(settings),
                        client,
                        queue,
                        workers,
                        counters,
                        context.errantRecordReporter());
        counters.register();
        workers.start();
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
            Operation operation = current.mapper().map(record);
            if (operation == null) {
                current.counters().ignored.incrementAndGet();
            } else {
                current.queue().add(operation);
            }
        } catch (DataException e) {
            report(current, record, e);
        }
    }

    /** Reports what the engine rejected, and fails when the workers did. */
    private void keepUp(Run current) {
        for (BulkWorkers.Rejection rejection = current.workers().nextRejection();
                rejection != null;
                rejection = current.workers().nextRejection()) {
            Operation operation = rejection.operation();
            if (!current.queue().settled(operation)) {
                report(current, operation.origin(), new DataException(rejection.reason()));
                current.queue().settle(operation);
            }
        }
        current.workers().requireWorking();
        current.counters().buffered.set(current.queue().unsettled());
        logCounters(current);
    }

    private void report(Run current, SinkRecord record, DataException fault) {
        current.counters().rejected.incrementAndGet();
        if (current.reporter() != null) {
            // Connect waits for the report to be written before it commits the offset.
            var _ = current.reporter().report(record, fault);
        }
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
