package io.stream53.connect;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Avro data as Kafka Connect data and back, for the Avro types that stream53's schemas use: record,
 * string, long, int, boolean, double, bytes, array, map of long, union of null and one type, and
 * {@code timestamp-millis}. Any other is a {@link DataException} that names type and field.
 *
 * <p>Generic and specific records are both understood. Schemas are translated once and kept, the
 * last 1,000 each way. Safe for use by several threads.
 */
public final class AvroData {
    private static final int CACHED_SCHEMAS = 1_000;

    private final Cache<org.apache.avro.Schema, Schema> connectSchemas =
            new SynchronizedCache<>(new LRUCache<>(CACHED_SCHEMAS));
    private final Cache<Schema, org.apache.avro.Schema> avroSchemas =
            new SynchronizedCache<>(new LRUCache<>(CACHED_SCHEMAS));

    /** The Connect schema of an Avro schema; the same instance for the same schema. */
    public Schema toConnectSchema(org.apache.avro.Schema avro) {
        Schema known = connectSchemas.get(avro);
        if (known == null) {
            known = AvroSchemas.toConnect(avro);
            connectSchemas.put(avro, known);
        }
        return known;
    }

    /** The Avro schema of a Connect schema; the same instance for the same schema. */
    public org.apache.avro.Schema toAvroSchema(Schema connect) {
        org.apache.avro.Schema known = avroSchemas.get(connect);
        if (known == null) {
            known = AvroSchemas.toAvro(connect);
            avroSchemas.put(connect, known);
        }
        return known;
    }

    /** A record, generic or specific, as a struct. */
    public Struct toStruct(IndexedRecord record) {
        return struct(toConnectSchema(record.getSchema()), record);
    }

    /** A value that carries its own Avro schema as Connect data. */
    public SchemaAndValue toConnect(GenericContainer value) {
        return toConnect(value.getSchema(), value);
    }

    /** A value of the given Avro schema as Connect data. */
    public SchemaAndValue toConnect(org.apache.avro.Schema avro, @Nullable Object value) {
        Schema schema = toConnectSchema(avro);
        return new SchemaAndValue(schema, toConnectValue(schema, value));
    }

    /** A Connect value as an Avro value: a {@code GenericRecord} for a struct. */
    public @Nullable Object toAvro(Schema schema, @Nullable Object value) {
        return toAvroValue(schema, toAvroSchema(schema), value);
    }

    private static @Nullable Object toConnectValue(Schema schema, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (schema.type()) {
            case STRUCT -> struct(schema, (IndexedRecord) value);
            case STRING -> value.toString();
            case ARRAY -> list(schema.valueSchema(), (Collection<?>) value);
            case MAP -> longs((Map<?, ?>) value);
            case BYTES ->
                    value instanceof ByteBuffer buffer
                            ? buffer.duplicate()
                            : ByteBuffer.wrap((byte[]) value);
            case INT64 -> Timestamp.LOGICAL_NAME.equals(schema.name()) ? date(value) : value;
            default -> value;
        };
    }

    private static Struct struct(Schema schema, IndexedRecord record) {
        Struct struct = new Struct(schema);
        for (Field field : schema.fields()) {
            // Fields keep their order, so a Connect field's index is the Avro position.
            struct.put(field, toConnectValue(field.schema(), record.get(field.index())));
        }
        return struct;
    }

    private static List<@Nullable Object> list(Schema element, Collection<?> values) {
        List<@Nullable Object> list = new ArrayList<>(values.size());
        for (Object value : values) {
            list.add(toConnectValue(element, value));
        }
        return list;
    }

    private static Map<String, Object> longs(Map<?, ?> values) {
        Map<String, Object> longs = new HashMap<>();
        values.forEach((key, value) -> longs.put(key.toString(), value));
        return longs;
    }

    private static Date date(Object value) {
        return Date.from(
                value instanceof Instant instant ? instant : Instant.ofEpochMilli((Long) value));
    }

    private static @Nullable Object toAvroValue(
            Schema schema, org.apache.avro.Schema avro, @Nullable Object value) {
        if (value == null) {
            if (!schema.isOptional()) {
                throw new DataException("A required value of type " + schema.type() + " is null.");
            }
            return null;
        }
        org.apache.avro.Schema type = withoutNull(avro);
        return switch (schema.type()) {
            case STRUCT -> record(type, (Struct) value);
            case ARRAY -> {
                GenericData.Array<@Nullable Object> array =
                        new GenericData.Array<>(((Collection<?>) value).size(), type);
                for (Object element : (Collection<?>) value) {
                    array.add(toAvroValue(schema.valueSchema(), type.getElementType(), element));
                }
                yield array;
            }
            case BYTES -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
            case INT64 -> value instanceof Date date ? date.toInstant().toEpochMilli() : value;
            default -> value;
        };
    }

    private static GenericData.Record record(org.apache.avro.Schema avro, Struct struct) {
        GenericData.Record record = new GenericData.Record(avro);
        for (Field field : struct.schema().fields()) {
            record.put(
                    field.index(),
                    toAvroValue(
                            field.schema(),
                            avro.getFields().get(field.index()).schema(),
                            struct.getWithoutDefault(field.name())));
        }
        return record;
    }

    private static org.apache.avro.Schema withoutNull(org.apache.avro.Schema avro) {
        return avro.isUnion()
                ? avro.getTypes().stream()
                        .filter(member -> member.getType() != org.apache.avro.Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow()
                : avro;
    }

    /** The bytes that remain in a buffer, which stays as it was. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
