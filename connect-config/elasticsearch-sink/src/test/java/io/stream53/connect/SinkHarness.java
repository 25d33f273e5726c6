package io.stream53.connect;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** A started task before a fake engine, and records for it. */
final class SinkHarness implements AutoCloseable {
    static final TopicPartition PARTITION = new TopicPartition("dns.enriched", 0);
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123Z");

    private static final Schema SCHEMA =
            SchemaBuilder.struct()
                    .name("Sample")
                    .field("timestamp", Timestamp.SCHEMA)
                    .field("text", Schema.STRING_SCHEMA)
                    .build();

    final FakeEngine engine;
    final FakeContext context;
    final ElasticsearchSinkTask task = new ElasticsearchSinkTask();
    private long nextOffset;

    SinkHarness(FakeEngine engine, String... settings) {
        this(engine, true, settings);
    }

    SinkHarness(FakeEngine engine, boolean withReporter, String... settings) {
        this.engine = engine;
        this.context = new FakeContext(withReporter, PARTITION);
        task.initialize(context);
        task.start(settings(engine.url(), settings));
    }

    /** Settings of a fast test task, changed by alternating keys and values. */
    static Map<String, String> settings(String url, String... changes) {
        Map<String, String> settings = new HashMap<>();
        settings.put("name", "test");
        settings.put("topics", "dns.enriched");
        settings.put("connection.url", url);
        settings.put("index.pattern", "dns-enriched-{yyyy.MM.dd}");
        // Tests have events of one day, whenever they run.
        settings.put("index.window.past", "off");
        settings.put("index.window.future", "off");
        settings.put("retry.backoff.ms", "1");
        settings.put("behavior.on.malformed.documents", "warn");
        settings.put("behavior.on.null.values", "ignore");
        for (int i = 0; i < changes.length; i += 2) {
            settings.put(changes[i], changes[i + 1]);
        }
        return settings;
    }

    /** A record of the partition's next offset with an event at noon. */
    SinkRecord record(@Nullable Object key, String text) {
        return record(key, text, NOON);
    }

    SinkRecord record(@Nullable Object key, String text, Instant time) {
        return raw(key, new Struct(SCHEMA).put("timestamp", Date.from(time)).put("text", text));
    }

    SinkRecord raw(@Nullable Object key, @Nullable Object value) {
        return new SinkRecord(
                PARTITION.topic(), PARTITION.partition(), null, key, null, value, nextOffset++);
    }

    void put(SinkRecord... records) {
        task.put(Arrays.asList(records));
    }

    /** Keeps calling put, as Connect does, until something is true. */
    void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5))
                .until(
                        () -> {
                            task.put(List.of());
                            return condition.call();
                        });
    }

    /** The offset that Connect would commit now. */
    long committable() {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(nextOffset)));
        OffsetAndMetadata offset = offsets.get(PARTITION);
        return offset == null ? -1 : offset.offset();
    }

    /** Until every record is settled. */
    void untilSettled() {
        until(() -> committable() == nextOffset);
    }

    @Override
    public void close() {
        task.close(List.of(PARTITION));
        task.stop();
    }
}
