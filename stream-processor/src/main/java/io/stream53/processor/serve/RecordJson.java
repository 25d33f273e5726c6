package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro records as JSON with the names of their schema: times are ISO 8601 in UTC with milliseconds;
 * nulls and bytes (which are sketches) are left out.
 */
final class RecordJson {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final DateTimeFormatter ISO_MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private RecordJson() {}

    static ObjectNode of(IndexedRecord record) {
        ObjectNode json = JSON.objectNode();
        for (Schema.Field field : record.getSchema().getFields()) {
            JsonNode value = value(record.get(field.pos()));
            if (value != null) {
                json.set(field.name(), value);
            }
        }
        return json;
    }

    static String time(long epochMs) {
        return ISO_MILLIS.format(Instant.ofEpochMilli(epochMs));
    }

    private static @Nullable JsonNode value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case IndexedRecord record -> of(record);
            case CharSequence text -> JSON.textNode(text.toString());
            case Long number -> JSON.numberNode(number);
            case Integer number -> JSON.numberNode(number);
            case Double number -> Double.isFinite(number) ? JSON.numberNode(number) : null;
            case Boolean flag -> JSON.booleanNode(flag);
            case Instant time -> JSON.textNode(time(time.toEpochMilli()));
            case Collection<?> items -> array(items);
            case Map<?, ?> entries -> object(entries);
            default -> null;
        };
    }

    private static ArrayNode array(Collection<?> items) {
        ArrayNode json = JSON.arrayNode();
        for (Object item : items) {
            JsonNode value = value(item);
            if (value != null) {
                json.add(value);
            }
        }
        return json;
    }

    private static ObjectNode object(Map<?, ?> entries) {
        ObjectNode json = JSON.objectNode();
        entries.forEach(
                (name, entry) -> {
                    JsonNode value = value(entry);
                    if (value != null) {
                        json.set(String.valueOf(name), value);
                    }
                });
        return json;
    }
}
