package io.stream53.connect;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * A transform for other people's connectors, which take a record's topic for the index: renames it
 * by a pattern and the event's time in the value, in UTC, as the sink of this package does by
 * itself. Records without value, which have no time, keep their topic.
 *
 * <p>{@code index.pattern}, such as {@code {topic}-{yyyy.MM}}, or a list of {@code topic:pattern}
 * with commas between; {@code field}, the field that holds the time, {@code timestamp} unless set;
 * {@code index.window.past} and {@code index.window.future}, which the sink has too.
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

    static {
        IndexWindow.define(DEFINITION);
    }

    private IndexNames names =
            names(IndexPatterns.of(List.of("{topic}")), "timestamp", IndexWindow.ALL);

    @Override
    public String version() {
        return ElasticsearchSinkConnector.version(IndexByTime.class);
    }

    @Override
    public void configure(Map<String, ?> properties) {
        AbstractConfig config = new AbstractConfig(DEFINITION, properties, false);
        names =
                names(
                        IndexPatterns.of(config.getList(PATTERN)),
                        config.getString(FIELD),
                        IndexWindow.of(config));
    }

    private static IndexNames names(IndexPatterns patterns, String field, IndexWindow window) {
        return new IndexNames(patterns, new TimeField(field), window, InstantSource.system());
    }

    @Override
    public R apply(R record) {
        if (record.value() == null) {
            return record;
        }
        return record.newRecord(
                names.of(record).index(),
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
