package io.stream53.connect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.avro.util.Utf8;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How values of a schema are written as JSON, worked out once for the schema, whose names and types
 * are the same in each record. Null fields and empty arrays are left out.
 */
@FunctionalInterface
interface JsonShape {
    /**
     * Writes a value, of Connect's types or of Avro's for the same schema.
     *
     * @throws DataException when JSON has nothing for it
     */
    void write(JsonGenerator json, Object value) throws IOException;

    /** The shape of a schema's values. */
    static JsonShape of(Schema schema) {
        return switch (schema.type()) {
            case STRING -> JsonShape::writeText;
            case INT64 ->
                    Timestamp.LOGICAL_NAME.equals(schema.name())
                            ? JsonShape::writeTime
                            : JsonShape::writeInteger;
            case INT8, INT16, INT32 -> JsonShape::writeInteger;
            case FLOAT32, FLOAT64 -> JsonShape::writeFinite;
            case BOOLEAN -> (json, value) -> json.writeBoolean((Boolean) value);
            case BYTES -> JsonShape::writeBytes;
            case ARRAY -> new Elements(of(schema.valueSchema()));
            case MAP -> new Entries(of(schema.valueSchema()));
            case STRUCT ->
                    new Fields(
                            schema.fields().stream()
                                    .map(field -> Member.of(field, field.name()))
                                    .toList());
        };
    }

    /** A field of an object: where its value is found, under which name it is written. */
    record Member(Field field, SerializedString name, JsonShape shape) {
        static Member of(Field field, String name) {
            return new Member(field, new SerializedString(name), JsonShape.of(field.schema()));
        }

        /**
         * Writes the field of a struct or Avro record, unless it is null or an empty array.
         *
         * @param parent what has the field
         */
        void write(JsonGenerator json, Object parent) throws IOException {
            Object value = RecordValue.get(parent, field);
            if (value == null || (shape instanceof Elements && ((Collection<?>) value).isEmpty())) {
                return;
            }
            json.writeFieldName(name);
            shape.write(json, value);
        }
    }

    /** A struct or Avro record as an object. */
    record Fields(List<Member> members) implements JsonShape {
        @Override
        public void write(JsonGenerator json, Object parent) throws IOException {
            json.writeStartObject();
            for (Member member : members) {
                member.write(json, parent);
            }
            json.writeEndObject();
        }
    }

    /** An array. */
    record Elements(JsonShape element) implements JsonShape {
        @Override
        public void write(JsonGenerator json, Object list) throws IOException {
            json.writeStartArray();
            for (Object value : (Collection<?>) list) {
                writeNullable(json, element, value);
            }
            json.writeEndArray();
        }
    }

    /** A map as an object. */
    record Entries(JsonShape value) implements JsonShape {
        @Override
        public void write(JsonGenerator json, Object map) throws IOException {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
                if (!(entry.getKey() instanceof CharSequence name)) {
                    throw new DataException("A map has a key that is not a string.");
                }
                if (entry.getValue() != null) {
                    json.writeFieldName(name.toString());
                    value.write(json, entry.getValue());
                }
            }
            json.writeEndObject();
        }
    }

    private static void writeNullable(JsonGenerator json, JsonShape shape, @Nullable Object value)
            throws IOException {
        if (value == null) {
            json.writeNull();
        } else {
            shape.write(json, value);
        }
    }

    private static void writeText(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Utf8 text && isAscii(text)) {
            json.writeUTF8String(text.getBytes(), 0, text.getByteLength());
        } else {
            json.writeString(value.toString());
        }
    }

    /** The generator believes bytes to be well formed, which only these are for certain. */
    private static boolean isAscii(Utf8 text) {
        byte[] bytes = text.getBytes();
        int all = 0;
        for (int i = 0; i < text.getByteLength(); i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    private static void writeInteger(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else {
            writeTime(json, value);
        }
    }

    private static void writeTime(JsonGenerator json, Object value) throws IOException {
        Instant time =
                switch (value) {
                    case Long millis -> Instant.ofEpochMilli(millis);
                    case Date date -> date.toInstant();
                    case Instant instant -> instant;
                    default -> throw noJson(value);
                };
        json.writeString(DocumentWriter.isoMillis(time));
    }

    private static void writeFinite(JsonGenerator json, Object value) throws IOException {
        double number =
                value instanceof Float single
                        // The shortest decimal, not the digits that a wider type would show.
                        ? Double.parseDouble(single.toString())
                        : ((Number) value).doubleValue();
        if (!Double.isFinite(number)) {
            throw new DataException("The number " + number + " has no JSON.");
        }
        json.writeNumber(number);
    }

    private static void writeBytes(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case ByteBuffer bytes -> json.writeBinary(AvroData.bytes(bytes));
            case byte[] bytes -> json.writeBinary(bytes);
            default -> throw noJson(value);
        }
    }

    private static DataException noJson(Object value) {
        return new DataException("A " + value.getClass().getName() + " has no JSON.");
    }
}
