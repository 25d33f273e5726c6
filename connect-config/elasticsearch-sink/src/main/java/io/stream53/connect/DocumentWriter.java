package io.stream53.connect;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a struct as the JSON document that is indexed, in UTF-8 on one line.
 *
 * <p>Null fields and empty arrays are left out; the top-level field {@code timestamp} is written as
 * {@code @timestamp}; times are ISO-8601 in UTC with milliseconds ({@code
 * 2026-11-22T16:08:00.123Z}), bytes base64 (RFC 4648, 4), longs exact integers. A transaction gets
 * {@code related.ip} and {@code related.hosts} ({@link Related}). Safe for use by several threads.
 */
public final class DocumentWriter {
    private static final DateTimeFormatter ISO_MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int TYPICAL_BYTES = 1_024;

    private final JsonFactory json =
            JsonFactory.builder()
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();

    /**
     * The document of a struct.
     *
     * @throws DataException when it holds what JSON cannot: a number that is not finite, a map with
     *     keys other than strings
     */
    public byte[] write(Struct document) {
        return write(document, 0);
    }

    /**
     * The same of a record that was selected; a transaction's document gets {@code
     * index_sampling_rate}.
     *
     * @param weight how many transactions the document stands for
     */
    byte[] writeSelected(Struct document, int weight) {
        return write(document, weight);
    }

    /** Without {@code index_sampling_rate} when the weight is 0. */
    private byte[] write(Struct document, int weight) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator generator = json.createGenerator(out, JsonEncoding.UTF8)) {
            generator.writeStartObject();
            for (Field field : document.schema().fields()) {
                String name = field.name().equals("timestamp") ? "@timestamp" : field.name();
                writeField(generator, name, document.getWithoutDefault(field.name()));
            }
            if (Transactions.is(document)) {
                writeRelated(generator, Related.of(document));
                if (weight > 0) {
                    generator.writeNumberField("index_sampling_rate", weight);
                }
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new DataException("The value cannot be written as JSON: " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    private static void writeRelated(JsonGenerator json, Related related) throws IOException {
        if (!related.isEmpty()) {
            json.writeObjectFieldStart("related");
            writeField(json, "ip", related.addresses());
            writeField(json, "hosts", related.hosts());
            json.writeEndObject();
        }
    }

    private static void writeField(JsonGenerator json, String name, @Nullable Object value)
            throws IOException {
        if (value == null || (value instanceof Collection<?> list && list.isEmpty())) {
            return;
        }
        json.writeFieldName(name);
        writeValue(json, value);
    }

    private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case String text -> json.writeString(text);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Short number -> json.writeNumber(number);
            case Byte number -> json.writeNumber(number.shortValue());
            case Boolean bool -> json.writeBoolean(bool);
            case Double number -> writeFinite(json, number);
            case Float number -> writeFinite(json, Double.parseDouble(number.toString()));
            case Date date -> json.writeString(isoMillis(date.toInstant()));
            case ByteBuffer bytes -> json.writeBinary(AvroData.bytes(bytes));
            case byte[] bytes -> json.writeBinary(bytes);
            case Struct struct -> writeStruct(json, struct);
            case Collection<?> list -> writeArray(json, list);
            case Map<?, ?> map -> writeMap(json, map);
            default -> throw new DataException("A " + value.getClass().getName() + " has no JSON.");
        }
    }

    private static void writeStruct(JsonGenerator json, Struct struct) throws IOException {
        json.writeStartObject();
        for (Field field : struct.schema().fields()) {
            writeField(json, field.name(), struct.getWithoutDefault(field.name()));
        }
        json.writeEndObject();
    }

    private static void writeArray(JsonGenerator json, Collection<?> list) throws IOException {
        json.writeStartArray();
        for (Object element : list) {
            writeValue(json, element);
        }
        json.writeEndArray();
    }

    private static void writeMap(JsonGenerator json, Map<?, ?> map) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                throw new DataException("A map has a key that is not a string.");
            }
            writeField(json, name, entry.getValue());
        }
        json.writeEndObject();
    }

    private static void writeFinite(JsonGenerator json, double number) throws IOException {
        if (!Double.isFinite(number)) {
            throw new DataException("The number " + number + " has no JSON.");
        }
        json.writeNumber(number);
    }

    /** The time as documents have it, for example {@code 2026-11-22T16:08:00.123Z}. */
    static String isoMillis(Instant time) {
        return ISO_MILLIS.format(time);
    }
}
