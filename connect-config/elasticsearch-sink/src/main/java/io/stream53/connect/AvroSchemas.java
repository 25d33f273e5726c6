package io.stream53.connect;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * One translation of an Avro schema into a Connect schema, or back; an instance serves one schema.
 *
 * <p>Records become structs of the same full name and doc, {@code timestamp-millis} becomes
 * Connect's {@link Timestamp}, {@code ["null", X]} an optional X. Defaults survive except those of
 * records and maps; the doc of a field that holds a record does not, for Connect has one doc for
 * both.
 */
final class AvroSchemas {
    /** Translated records by full name, so that a type used twice is one instance. */
    private final Map<String, Schema> required = new HashMap<>();

    private final Map<String, Schema> optional = new HashMap<>();
    private final Map<String, org.apache.avro.Schema> records = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final Deque<String> open = new ArrayDeque<>();

    /** Connect's view of an Avro schema; a {@link DataException} names what has no equivalent. */
    static Schema toConnect(org.apache.avro.Schema schema) {
        return new AvroSchemas().toConnect(schema, false, null, null);
    }

    /**
     * The Avro schema of a Connect schema; a {@link DataException} names what has no equivalent.
     */
    static org.apache.avro.Schema toAvro(Schema schema) {
        return new AvroSchemas().toAvroType(schema);
    }

    private Schema toConnect(
            org.apache.avro.Schema avro,
            boolean nullable,
            @Nullable String doc,
            @Nullable Object defaultValue) {
        if (avro.getType() == org.apache.avro.Schema.Type.UNION) {
            return toConnect(memberOf(avro), true, doc, defaultValue);
        }
        if (avro.getType() == org.apache.avro.Schema.Type.RECORD) {
            return struct(avro, nullable);
        }
        SchemaBuilder builder = builder(avro).doc(doc);
        if (nullable) {
            builder.optional();
        }
        if (defaultValue != null) {
            builder.defaultValue(defaultOf(avro, defaultValue));
        }
        return builder.build();
    }

    private org.apache.avro.Schema memberOf(org.apache.avro.Schema union) {
        List<org.apache.avro.Schema> members =
                union.getTypes().stream()
                        .filter(member -> member.getType() != org.apache.avro.Schema.Type.NULL)
                        .toList();
        if (members.size() != 1 || union.getTypes().size() != 2) {
            throw unsupported("a union other than null and one type");
        }
        return members.get(0);
    }

    private Schema struct(org.apache.avro.Schema avro, boolean nullable) {
        Map<String, Schema> known = nullable ? optional : required;
        Schema translated = known.get(avro.getFullName());
        if (translated == null) {
            translated = newStruct(avro, nullable);
            known.put(avro.getFullName(), translated);
        }
        return translated;
    }

    private Schema newStruct(org.apache.avro.Schema avro, boolean nullable) {
        if (open.contains(avro.getFullName())) {
            throw unsupported("the record " + avro.getFullName() + ", which contains itself");
        }
        open.addLast(avro.getFullName());
        SchemaBuilder builder = SchemaBuilder.struct().name(avro.getFullName()).doc(avro.getDoc());
        if (nullable) {
            builder.optional();
        }
        for (org.apache.avro.Schema.Field field : avro.getFields()) {
            path.addLast(field.name());
            builder.field(
                    field.name(), toConnect(field.schema(), false, field.doc(), nonNull(field)));
            path.removeLast();
        }
        open.removeLast();
        return builder.build();
    }

    private static @Nullable Object nonNull(org.apache.avro.Schema.Field field) {
        Object value = field.hasDefaultValue() ? field.defaultVal() : null;
        return JsonProperties.NULL_VALUE.equals(value) ? null : value;
    }

    private SchemaBuilder builder(org.apache.avro.Schema avro) {
        if (avro.getLogicalType() != null || avro.getProp("logicalType") != null) {
            if (avro.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
                return Timestamp.builder();
            }
            throw unsupported("the logical type " + avro.getProp("logicalType"));
        }
        return switch (avro.getType()) {
            case STRING -> SchemaBuilder.string();
            case LONG -> SchemaBuilder.int64();
            case INT -> SchemaBuilder.int32();
            case BOOLEAN -> SchemaBuilder.bool();
            case DOUBLE -> SchemaBuilder.float64();
            case BYTES -> SchemaBuilder.bytes();
            case ARRAY -> SchemaBuilder.array(toConnect(avro.getElementType(), false, null, null));
            case MAP -> mapOfLong(avro);
            case RECORD, UNION, ENUM, FIXED, FLOAT, NULL ->
                    throw unsupported("the type " + avro.getType().getName());
        };
    }

    private SchemaBuilder mapOfLong(org.apache.avro.Schema avro) {
        org.apache.avro.Schema values = avro.getValueType();
        if (values.getType() != org.apache.avro.Schema.Type.LONG
                || values.getProp("logicalType") != null) {
            throw unsupported("a map whose values are not plain longs");
        }
        return SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA);
    }

    private static Object defaultOf(org.apache.avro.Schema avro, Object value) {
        return switch (avro.getType()) {
            case LONG ->
                    avro.getLogicalType() == null
                            ? ((Number) value).longValue()
                            : Date.from(Instant.ofEpochMilli(((Number) value).longValue()));
            case BYTES -> ByteBuffer.wrap((byte[]) value);
            default -> value;
        };
    }

    private DataException unsupported(String what) {
        String where = path.isEmpty() ? "The top level" : "Field " + String.join(".", path);
        return new DataException(
                where
                        + " has "
                        + what
                        + "; this converter knows record, string, long, int, boolean, double,"
                        + " bytes, array, map of long, union with null and timestamp-millis.");
    }

    private org.apache.avro.Schema toAvroType(Schema connect) {
        org.apache.avro.Schema type = plainAvroType(connect);
        return connect.isOptional()
                ? org.apache.avro.Schema.createUnion(
                        org.apache.avro.Schema.create(org.apache.avro.Schema.Type.NULL), type)
                : type;
    }

    private org.apache.avro.Schema plainAvroType(Schema connect) {
        if (Timestamp.LOGICAL_NAME.equals(connect.name())) {
            return LogicalTypes.timestampMillis()
                    .addToSchema(org.apache.avro.Schema.create(org.apache.avro.Schema.Type.LONG));
        }
        return switch (connect.type()) {
            case STRING -> org.apache.avro.Schema.create(org.apache.avro.Schema.Type.STRING);
            case INT64 -> org.apache.avro.Schema.create(org.apache.avro.Schema.Type.LONG);
            case INT32 -> org.apache.avro.Schema.create(org.apache.avro.Schema.Type.INT);
            case BOOLEAN -> org.apache.avro.Schema.create(org.apache.avro.Schema.Type.BOOLEAN);
            case FLOAT64 -> org.apache.avro.Schema.create(org.apache.avro.Schema.Type.DOUBLE);
            case BYTES -> org.apache.avro.Schema.create(org.apache.avro.Schema.Type.BYTES);
            case ARRAY -> org.apache.avro.Schema.createArray(toAvroType(connect.valueSchema()));
            case MAP -> avroMapOfLong(connect);
            case STRUCT -> record(connect);
            case INT8, INT16, FLOAT32 -> throw unsupported("the Connect type " + connect.type());
        };
    }

    private org.apache.avro.Schema avroMapOfLong(Schema connect) {
        if (connect.keySchema().type() != Schema.Type.STRING
                || connect.valueSchema().type() != Schema.Type.INT64) {
            throw unsupported("a map that is not from strings to longs");
        }
        return org.apache.avro.Schema.createMap(
                org.apache.avro.Schema.create(org.apache.avro.Schema.Type.LONG));
    }

    private org.apache.avro.Schema record(Schema connect) {
        if (connect.name() == null) {
            throw unsupported("a struct without a name");
        }
        org.apache.avro.Schema known = records.get(connect.name());
        if (known != null) {
            return known;
        }
        List<org.apache.avro.Schema.Field> fields = new ArrayList<>();
        for (Field field : connect.fields()) {
            path.addLast(field.name());
            fields.add(avroField(field));
            path.removeLast();
        }
        org.apache.avro.Schema record =
                org.apache.avro.Schema.createRecord(
                        connect.name(), connect.doc(), null, false, fields);
        records.put(connect.name(), record);
        return record;
    }

    private org.apache.avro.Schema.Field avroField(Field field) {
        Schema connect = field.schema();
        String doc = connect.type() == Schema.Type.STRUCT ? null : connect.doc();
        Object value = connect.defaultValue();
        org.apache.avro.Schema type = toAvroType(connect);
        if (value == null) {
            return connect.isOptional()
                    ? new org.apache.avro.Schema.Field(
                            field.name(), type, doc, JsonProperties.NULL_VALUE)
                    : new org.apache.avro.Schema.Field(field.name(), type, doc);
        }
        // A union's default belongs to its first member.
        org.apache.avro.Schema ordered =
                connect.isOptional()
                        ? org.apache.avro.Schema.createUnion(
                                type.getTypes().get(1), type.getTypes().get(0))
                        : type;
        return new org.apache.avro.Schema.Field(field.name(), ordered, doc, avroDefault(value));
    }

    private static Object avroDefault(Object value) {
        return switch (value) {
            case Date date -> date.toInstant().toEpochMilli();
            case ByteBuffer buffer -> AvroData.bytes(buffer);
            default -> value;
        };
    }
}
