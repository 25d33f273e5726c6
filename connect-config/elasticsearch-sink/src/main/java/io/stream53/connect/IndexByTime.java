package io.stream53.connect;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * A transform for other people's connectors, which take a record's topic for the index: renames it
 * by a pattern and the event's time in the value, in UTC, as the sink of this package does by
 * itself. Records without value, which have no time, keep their topic.
 *
 * <p>{@code index.pattern}, such as {@code {topic}-{yyyy.MM}}, or a list of {@code topic:pattern}
 * with commas between; {@code field}, the field that holds the time, {@code timestamp} unless set.
 *
 * @param <R> kind of record
 */
public final class IndexByTime<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {
    private static final String PATTERN = "index.pattern";
    private static final String FIELD = "field";

    private static final ConfigDef DEFINITION =
            new ConfigDef()
                    .define(
                            PATTERN,
                            ConfigDef.Type.LIST,
                            ConfigDef.NO_DEFAULT_VALUE,
                            IndexPatterns::check,
                            ConfigDef.Importance.HIGH,
                            "New topic: text, {topic} and date patterns in braces; or several as"
                                    + " topic:pattern.")
                    .define(
                            FIELD,
                            ConfigDef.Type.STRING,
                            "timestamp",
                            new ConfigDef.NonEmptyString(),
                            ConfigDef.Importance.MEDIUM,
                            "Field of the value with the event's time.");

    private IndexPatterns patterns = IndexPatterns.of(List.of("{topic}"));
    private TimeField time = new TimeField("timestamp");

    @Override
    public String version() {
        return ElasticsearchSinkConnector.version(IndexByTime.class);
    }

    @Override
    public void configure(Map<String, ?> properties) {
        AbstractConfig config = new AbstractConfig(DEFINITION, properties, false);
        patterns = IndexPatterns.of(config.getList(PATTERN));
        time = new TimeField(config.getString(FIELD));
    }

    @Override
    public R apply(R record) {
        if (record.value() == null) {
            return record;
        }
        IndexPattern pattern = patterns.of(record.topic());
        @Nullable Instant when = pattern.usesTime() ? time.of(record.value()) : null;
        return record.newRecord(
                pattern.name(record.topic(), when),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                record.headers());
    }

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
