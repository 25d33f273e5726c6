package io.stream53.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records as people write them: no names of union branches, bytes as base64, times as ISO-8601.
 * Nulls are left out, and a field that is left out has its default.
 */
final class PlainJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PlainJson() {}

    /** Generic data of a schema. */
    static @Nullable Object data(JsonNode json, Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record(json, schema);
            case UNION -> json.isNull() ? null : data(json, schema.getTypes().get(1));
            case ARRAY -> array(json, schema);
            case MAP -> map(json, schema);
            case STRING -> json.textValue();
            case BYTES -> bytes(json);
            case BOOLEAN -> json.booleanValue();
            case INT -> json.intValue();
            case LONG ->
                    isTime(schema)
                            ? Instant.parse(json.textValue()).toEpochMilli()
                            : json.longValue();
            case DOUBLE -> json.doubleValue();
            case NULL, ENUM, FIXED, FLOAT -> throw new IllegalArgumentException(schema.toString());
        };
    }

    private static GenericData.Record record(JsonNode json, Schema schema) {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            JsonNode value = json.get(field.name());
            record.put(
                    field.pos(),
                    value == null
                            ? GenericData.get().getDefaultValue(field)
                            : data(value, field.schema()));
        }
        return record;
    }

    private static List<@Nullable Object> array(JsonNode json, Schema schema) {
        List<@Nullable Object> items = new ArrayList<>();
        json.forEach(item -> items.add(data(item, schema.getElementType())));
        return items;
    }

    private static Map<String, @Nullable Object> map(JsonNode json, Schema schema) {
        Map<String, @Nullable Object> entries = new HashMap<>();
        json.properties()
                .forEach(e -> entries.put(e.getKey(), data(e.getValue(), schema.getValueType())));
        return entries;
    }

    private static ByteBuffer bytes(JsonNode json) {
        try {
            return ByteBuffer.wrap(json.binaryValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JSON of generic or specific data; null for null. */
    static @Nullable JsonNode json(@Nullable Object data, Schema schema) {
        if (data == null) {
            return null;
        }
        return switch (schema.getType()) {
            case RECORD -> recordJson((IndexedRecord) data, schema);
            case UNION -> json(data, schema.getTypes().get(1));
            case ARRAY -> arrayJson((List<?>) data, schema);
            case MAP -> mapJson((Map<?, ?>) data, schema);
            case STRING -> JSON.textNode(data.toString());
            case BYTES -> bytesJson((ByteBuffer) data);
            case BOOLEAN -> JSON.booleanNode((Boolean) data);
            case INT -> JSON.numberNode((Integer) data);
            case LONG -> isTime(schema) ? time(data) : JSON.numberNode((Long) data);
            case DOUBLE -> JSON.numberNode((Double) data);
            case NULL, ENUM, FIXED, FLOAT -> throw new IllegalArgumentException(schema.toString());
        };
    }

    private static ObjectNode recordJson(IndexedRecord record, Schema schema) {
        ObjectNode json = JSON.objectNode();
        for (Schema.Field field : schema.getFields()) {
            JsonNode value = json(record.get(field.pos()), field.schema());
            if (value != null) {
                json.set(field.name(), value);
            }
        }
        return json;
    }

    private static ArrayNode arrayJson(List<?> items, Schema schema) {
        ArrayNode json = JSON.arrayNode();
        items.forEach(item -> json.add(json(item, schema.getElementType())));
        return json;
    }

    private static ObjectNode mapJson(Map<?, ?> entries, Schema schema) {
        ObjectNode json = JSON.objectNode();
        entries.forEach(
                (key, value) -> json.set(key.toString(), json(value, schema.getValueType())));
        return json;
    }

    private static JsonNode bytesJson(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return JSON.textNode(java.util.Base64.getEncoder().encodeToString(bytes));
    }

    private static JsonNode time(Object data) {
        Instant time =
                data instanceof Instant instant ? instant : Instant.ofEpochMilli((Long) data);
        return JSON.textNode(time.toString());
    }

    private static boolean isTime(Schema schema) {
        return schema.getLogicalType() != null;
    }
}
