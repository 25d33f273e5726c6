package io.stream53.connect;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.stream53.connect.JsonShape.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record's value as the JSON document that is indexed, in UTF-8 on one line.
 *
 * <p>Null fields and empty arrays are left out; the top-level field {@code timestamp} is written as
 * {@code @timestamp}; times are ISO-8601 in UTC with milliseconds ({@code
 * 2026-11-22T16:08:00.123Z}), bytes base64 (RFC 4648, 4), longs exact integers. A transaction gets
 * {@code related.ip} and {@code related.hosts} ({@link Related}). Safe for use by several threads.
 */
public final class DocumentWriter {
    private static final DateTimeFormatter ISO_SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    /** A second and its text; those after another mostly are of the same. */
    private record Second(long epoch, String text) {}

    private static volatile Second lastSecond = new Second(0, "1970-01-01T00:00:00");

    private static final int TYPICAL_BYTES = 2_048;
    private static final int KEPT_SCHEMAS = 1_000;

    private final JsonFactory json =
            new JsonFactoryBuilder()
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .rootValueSeparator("\n")
                    .build();
    private final AvroData avro = new AvroData();
    private final Cache<Schema, Layout> layouts =
            new SynchronizedCache<>(new LRUCache<>(KEPT_SCHEMAS));
    private volatile @Nullable Layout last;

    /** The members of a schema's documents. */
    private record Layout(Schema schema, List<Member> members) {
        static Layout of(Schema schema) {
            return new Layout(
                    schema,
                    schema.fields().stream()
                            .map(field -> Member.of(field, documentName(field)))
                            .toList());
        }

        private static String documentName(Field field) {
            return field.name().equals("timestamp") ? "@timestamp" : field.name();
        }
    }

    /**
     * The document of an Avro record, generic or specific.
     *
     * @throws DataException when it holds what JSON cannot: a number that is not finite, a type
     *     that {@link AvroData} does not know
     */
    public byte[] write(IndexedRecord record) {
        return write(new RecordValue(avro.toConnectSchema(record.getSchema()), record));
    }

    /** The document of a value. */
    byte[] write(RecordValue document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator generator = generator(out)) {
            write(generator, document, 0);
        } catch (IOException e) {
            throw new DataException("The value cannot be written as JSON: " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    /** Writes values with a newline between two. */
    JsonGenerator generator(OutputStream out) throws IOException {
        return json.createGenerator(out, JsonEncoding.UTF8);
    }

    /**
     * Writes the document of a value.
     *
     * @param weight how many transactions the document stands for, which a transaction's document
     *     has as {@code index_sampling_rate}; 0 to leave that out
     */
    void write(JsonGenerator generator, RecordValue document, int weight) throws IOException {
        generator.writeStartObject();
        for (Member member : layout(document.schema()).members()) {
            member.write(generator, document.value());
        }
        if (document.isTransaction()) {
            writeRelated(generator, Related.of(document));
            if (weight > 0) {
                generator.writeNumberField("index_sampling_rate", weight);
            }
        }
        generator.writeEndObject();
    }

    @SuppressWarnings("ReferenceEquality") // Converters give the same instance; equals is slow.
    private Layout layout(Schema schema) {
        Layout layout = last;
        if (layout != null && layout.schema() == schema) {
            return layout;
        }
        Layout known = layouts.get(schema);
        if (known == null) {
            known = Layout.of(schema);
            layouts.put(schema, known);
        }
        last = known;
        return known;
    }

    private static void writeRelated(JsonGenerator json, Related related) throws IOException {
        if (!related.isEmpty()) {
            json.writeObjectFieldStart("related");
            writeTexts(json, "ip", related.addresses());
            writeTexts(json, "hosts", related.hosts());
            json.writeEndObject();
        }
    }

    private static void writeTexts(JsonGenerator json, String name, Collection<String> texts)
            throws IOException {
        if (!texts.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        }
    }

    /** The time as documents have it, for example {@code 2026-11-22T16:08:00.123Z}. */
    static String isoMillis(Instant time) {
        Second second = lastSecond;
        if (second.epoch() != time.getEpochSecond()) {
            second = new Second(time.getEpochSecond(), ISO_SECONDS.format(time));
            lastSecond = second;
        }
        int millis = time.getNano() / 1_000_000;
        return second.text() + (millis < 10 ? ".00" : millis < 100 ? ".0" : ".") + millis + 'Z';
    }
}
