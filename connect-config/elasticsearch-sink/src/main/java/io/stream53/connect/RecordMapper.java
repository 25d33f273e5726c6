package io.stream53.connect;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stream53.connect.SinkSettings.OnNullValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Decides which document a record writes; knows no engine. */
final class RecordMapper {
    /** Engines refuse the whole request when one id in it is longer. */
    static final int MAX_ID_BYTES = 512;

    private final SinkSettings settings;
    private final IndexNames names;
    private final SinkCounters counters;
    private final DocumentWriter documents = new DocumentWriter();
    private final JsonFactory json = new JsonFactory();

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
        if (!(record.value() instanceof Struct document)) {
            throw new DataException(
                    "The value is no record with a schema but a "
                            + record.value().getClass().getSimpleName()
                            + "; set value.converter to one that reads Avro.");
        }
        IndexNames.Named named = names.of(record);
        byte[] json =
                settings.selection().isEverything()
                        ? documents.write(document)
                        : documents.writeSelected(document, weight);
        if (named.outside()) {
            counters.outside.incrementAndGet();
        }
        Operation.Target target = new Operation.Target(named.index(), id);
        return new Operation(record, target, lines("index", record, target, json));
    }

    private @Nullable Operation tombstone(SinkRecord record, String id, IndexPattern pattern) {
        OnNullValue behavior = settings.onNullValue();
        return switch (behavior) {
            case IGNORE -> null;
            case DELETE -> {
                Operation.Target target =
                        new Operation.Target(pattern.name(record.topic(), null), id);
                yield new Operation(record, target, lines("delete", record, target, null));
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

    private byte[] lines(
            String action, SinkRecord record, Operation.Target target, byte @Nullable [] document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        try (JsonGenerator generator = json.createGenerator(out, JsonEncoding.UTF8)) {
            generator.writeStartObject();
            generator.writeObjectFieldStart(action);
            generator.writeStringField("_index", target.index());
            generator.writeStringField("_id", target.id());
            generator.writeNumberField("version", DocumentVersion.of(record));
            generator.writeStringField("version_type", "external_gte");
            generator.writeEndObject();
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.write('\n');
        if (document != null) {
            out.writeBytes(document);
            out.write('\n');
        }
        return out.toByteArray();
    }
}
