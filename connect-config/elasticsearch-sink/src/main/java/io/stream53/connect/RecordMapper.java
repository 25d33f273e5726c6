package io.stream53.connect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stream53.connect.Operation.Action;
import io.stream53.connect.SinkSettings.OnNullValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Decides which document a record writes; knows no engine. For one thread. */
final class RecordMapper {
    /** Engines refuse the whole request when one id in it is longer. */
    static final int MAX_ID_BYTES = 512;

    private final SinkSettings settings;
    private final IndexNames names;
    private final SinkCounters counters;
    private final DocumentWriter documents = new DocumentWriter();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

    RecordMapper(SinkSettings settings, SinkCounters counters) {
        this.settings = settings;
        this.counters = counters;
        this.names =
                new IndexNames(
                        settings.patterns(),
                        new TimeField(settings.timeField()),
                        settings.window(),
                        InstantSource.system());
    }

    /**
     * The write that a record asks for; null for a tombstone that is to be ignored.
     *
     * @param weight how many transactions the document stands for
     * @throws DataException when the record itself is at fault
     * @throws ConnectException for a tombstone that is to stop the task
     */
    @Nullable Operation map(SinkRecord record, int weight) {
        String id = id(record.key());
        if (record.value() == null) {
            return tombstone(record, id, names.pattern(record.topic()));
        }
        RecordValue document = RecordValue.of(record);
        if (document == null) {
            throw new DataException(
                    "The value is no record with a schema but a "
                            + record.value().getClass().getSimpleName()
                            + "; set value.converter to one that reads Avro.");
        }
        IndexNames.Named named = names.of(record);
        Operation.Target target = new Operation.Target(named.index(), id);
        int rate = settings.selection().isEverything() ? 0 : weight;
        byte[] lines = lines(Action.INDEX, record, target, document, rate);
        if (named.outside()) {
            counters.outside.incrementAndGet();
        }
        return new Operation(record, target, Action.INDEX, lines);
    }

    private @Nullable Operation tombstone(SinkRecord record, String id, IndexPattern pattern) {
        OnNullValue behavior = settings.onNullValue();
        return switch (behavior) {
            case IGNORE -> null;
            case DELETE -> {
                Operation.Target target =
                        new Operation.Target(pattern.name(record.topic(), null), id);
                yield new Operation(
                        record,
                        target,
                        Action.DELETE,
                        lines(Action.DELETE, record, target, null, 0));
            }
            case FAIL ->
                    throw new ConnectException(
                            "The record with key "
                                    + id
                                    + " has no value; set behavior.on.null.values to ignore or"
                                    + " delete.");
        };
    }

    private static String id(@Nullable Object key) {
        String id =
                switch (key) {
                    case String text -> text;
                    case Number number -> number.toString();
                    case null, default ->
                            throw new DataException(
                                    "The key is "
                                            + (key == null ? "null" : "no string")
                                            + ", but it is the document's id; set key.converter to"
                                            + " org.apache.kafka.connect.storage.StringConverter.");
                };
        int length = id.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_ID_BYTES) {
            throw new DataException(
                    "The key has "
                            + length
                            + " bytes; a document's id has 1 to "
                            + MAX_ID_BYTES
                            + ".");
        }
        return id;
    }

    /**
     * The lines of a bulk request: the action and, but for a delete, the document.
     *
     * @param rate for the document's {@code index_sampling_rate}; 0 without
     */
    private byte[] lines(
            Action action,
            SinkRecord record,
            Operation.Target target,
            @Nullable RecordValue document,
            int rate) {
        buffer.reset();
        try (JsonGenerator generator = documents.generator(buffer)) {
            generator.writeStartObject();
            generator.writeFieldName(action.key());
            generator.writeStartObject();
            generator.writeStringField("_index", target.index());
            generator.writeStringField("_id", target.id());
            generator.writeNumberField("version", DocumentVersion.of(record));
            generator.writeStringField("version_type", "external_gte");
            generator.writeEndObject();
            generator.writeEndObject();
            if (document != null) {
                documents.write(generator, document, rate);
            }
            generator.writeRaw('\n');
        } catch (IOException e) {
            throw new DataException("The value cannot be written as JSON: " + e.getMessage(), e);
        }
        return buffer.toByteArray();
    }
}
