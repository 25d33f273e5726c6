package io.stream53.connect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * A topic's records, made as they are asked for, and what has to become of each. Every tenth is a
 * further version of one of a few documents; the others have ids of their own. Events are of two
 * days.
 */
final class Load {
    /** Index template of the documents; strict, so that some do not fit. */
    static final String TEMPLATE =
            """
            {"index_patterns": ["dns-*"], "template": {
              "settings": {"number_of_shards": 1, "number_of_replicas": 0},
              "mappings": {"dynamic": "strict", "properties": {
                "@timestamp": {"type": "date"}, "key": {"type": "keyword"},
                "n": {"type": "long"}, "text": {"type": "text", "index": false}}}}}
            """;

    private static final int PARTITIONS = 3;
    private static final int MANY_VERSIONS = 20;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final long APPENDED = Instant.parse("2026-11-22T12:00:01Z").toEpochMilli();
    private static final String LONG_ID = "x".repeat(600);

    private static final Schema GOOD = schema(Schema.INT64_SCHEMA);
    private static final Schema MALFORMED = schema(Schema.STRING_SCHEMA);

    /** Where a document is, and its last version; a fault instead, where it must be rejected. */
    record Expected(String index, String id, long n, boolean faulty) {}

    private final String topic;
    private final String text;
    private final Map<TopicPartition, List<SinkRecord>> records = new HashMap<>();
    private final Map<SinkRecord, Expected> expected = new HashMap<>();
    private final Map<String, Expected> last = new TreeMap<>();
    private long n;

    /**
     * @param textLength characters of text in each document
     */
    Load(String topic, int textLength) {
        this.topic = topic;
        this.text = "t".repeat(textLength);
        for (int i = 0; i < PARTITIONS; i++) {
            records.put(new TopicPartition(topic, i), new ArrayList<>());
        }
    }

    private static Schema schema(Schema number) {
        return SchemaBuilder.struct()
                .field("timestamp", Timestamp.SCHEMA)
                .field("key", Schema.STRING_SCHEMA)
                .field("n", number)
                .field("text", Schema.STRING_SCHEMA)
                .build();
    }

    Iterable<TopicPartition> partitions() {
        return records.keySet();
    }

    /** The records of a partition; a record's place is its offset. */
    List<SinkRecord> of(TopicPartition partition) {
        return records.getOrDefault(partition, List.of());
    }

    Expected expected(SinkRecord record) {
        return Objects.requireNonNull(expected.get(record));
    }

    /** What has to be in the end, by index and id. */
    Map<String, Expected> last() {
        return last;
    }

    /** Adds records of which all can be indexed. */
    void add(int count) {
        for (int i = 0; i < count; i++) {
            long number = n++;
            add(number % 10 == 0 ? "v" + number / 10 % MANY_VERSIONS : "id-" + number, number);
        }
    }

    private void add(String id, long number) {
        append(id, value(GOOD, id, number, text), false);
    }

    /** Adds a record whose value does not fit the mapping. */
    void addMalformed() {
        String id = "malformed-" + n++;
        append(id, value(MALFORMED, id, "no number", text), true);
    }

    /** Adds a record whose document is larger than the engine takes. */
    void addOversized(int length) {
        String id = "oversized-" + n;
        append(id, value(GOOD, id, n++, "o".repeat(length)), true);
    }

    /** Adds a record whose id is longer than engines take. */
    void addLongId() {
        String id = LONG_ID + n;
        append(id, value(GOOD, id, n++, text), true);
    }

    /** Adds a tombstone, which is to be ignored. */
    void addTombstone() {
        append("tombstone-" + n++, null, false);
    }

    private static Struct value(Schema schema, String id, Object number, String text) {
        return new Struct(schema)
                .put("timestamp", Date.from(NOON.plusSeconds(day(id) * 86_400L)))
                .put("key", id)
                .put("n", number)
                .put("text", text);
    }

    private static int day(String id) {
        return Math.floorMod(id.hashCode(), 2);
    }

    private void append(String id, @Nullable Struct value, boolean faulty) {
        TopicPartition partition =
                new TopicPartition(topic, Math.floorMod(id.hashCode() / 2, PARTITIONS));
        List<SinkRecord> log = of(partition);
        SinkRecord record =
                new SinkRecord(
                        topic,
                        partition.partition(),
                        null,
                        id,
                        null,
                        value,
                        log.size(),
                        APPENDED + log.size() / 10,
                        TimestampType.LOG_APPEND_TIME);
        log.add(record);
        Expected becomes = new Expected(topic + "-2026.11." + (22 + day(id)), id, n - 1, faulty);
        expected.put(record, becomes);
        if (value != null) {
            last.put(becomes.index() + "/" + id, becomes);
        }
    }
}
