package io.stream53.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Writes our generated records whose schema has logical types. Avro generates no coder for such a
 * record, and interprets its schema for each one anew: here that is done once. Records inside
 * without logical types use their generated coders. Any thread.
 */
final class CompiledWriter<T> implements DatumWriter<T> {
    /** Writes one value. */
    @FunctionalInterface
    private interface Step {
        void write(@Nullable Object value, Encoder out) throws IOException;
    }

    private final Step step;

    private CompiledWriter(Step step) {
        this.step = step;
    }

    /** Null where the schema has something that our records have not: then Avro has to write. */
    static <T> @Nullable CompiledWriter<T> of(Schema schema) {
        Step step = step(schema);
        return step == null ? null : new CompiledWriter<>(step);
    }

    @Override
    public void setSchema(Schema schema) {
        throw new UnsupportedOperationException("The schema is fixed");
    }

    @Override
    public void write(T datum, Encoder out) throws IOException {
        step.write(datum, out);
    }

    private static @Nullable Step step(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case UNION -> nullable(schema);
            case ARRAY -> array(schema);
            case STRING -> (value, out) -> out.writeString((String) present(value));
            case BYTES -> (value, out) -> out.writeBytes((ByteBuffer) present(value));
            case INT -> (value, out) -> out.writeInt((Integer) present(value));
            case LONG -> number(schema);
            case DOUBLE -> (value, out) -> out.writeDouble((Double) present(value));
            case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) present(value));
            case MAP, ENUM, FIXED, FLOAT, NULL -> null;
        };
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("a field that must have a value is null");
        }
        return value;
    }

    private static @Nullable Step number(Schema schema) {
        if (schema.getLogicalType() == null) {
            return (value, out) -> out.writeLong((Long) present(value));
        }
        return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                ? (value, out) -> out.writeLong(((Instant) present(value)).toEpochMilli())
                : null;
    }

    private static @Nullable Step record(Schema schema) {
        if (!hasLogicalType(schema, new ArrayList<>())) {
            return (value, out) -> ((SpecificRecordBase) present(value)).customEncode(out);
        }
        List<Step> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            Step step = step(field.schema());
            if (step == null) {
                return null;
            }
            fields.add(step);
        }
        Step[] steps = fields.toArray(new Step[0]);
        return (value, out) -> {
            SpecificRecordBase record = (SpecificRecordBase) present(value);
            for (int i = 0; i < steps.length; i++) {
                steps[i].write(record.get(i), out);
            }
        };
    }

    private static @Nullable Step nullable(Schema schema) {
        List<Schema> types = schema.getTypes();
        int none = types.getFirst().getType() == Schema.Type.NULL ? 0 : 1;
        if (types.size() != 2 || types.get(none).getType() != Schema.Type.NULL) {
            return null;
        }
        Step some = step(types.get(1 - none));
        return some == null
                ? null
                : (value, out) -> {
                    out.writeIndex(value == null ? none : 1 - none);
                    if (value != null) {
                        some.write(value, out);
                    }
                };
    }

    private static @Nullable Step array(Schema schema) {
        Step item = step(schema.getElementType());
        return item == null
                ? null
                : (value, out) -> {
                    List<?> items = (List<?>) present(value);
                    out.writeArrayStart();
                    out.setItemCount(items.size());
                    for (Object one : items) {
                        out.startItem();
                        item.write(one, out);
                    }
                    out.writeArrayEnd();
                };
    }

    /** Avro generates coders for records that have none, at any depth. */
    private static boolean hasLogicalType(Schema schema, List<String> seen) {
        if (schema.getLogicalType() != null) {
            return true;
        }
        return switch (schema.getType()) {
            case RECORD -> {
                if (seen.contains(schema.getFullName())) {
                    yield false;
                }
                seen.add(schema.getFullName());
                yield schema.getFields().stream()
                        .anyMatch(field -> hasLogicalType(field.schema(), seen));
            }
            case UNION -> schema.getTypes().stream().anyMatch(type -> hasLogicalType(type, seen));
            case ARRAY -> hasLogicalType(schema.getElementType(), seen);
            case MAP -> hasLogicalType(schema.getValueType(), seen);
            case ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> false;
        };
    }
}
