package io.stream53.serde;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads generic records of the schema that wrote them, as Avro's own reader does, which walks the
 * schema again for each array and makes two objects for each field: here that is done once. For any
 * thread, with a {@link CheckedDecoder}, since it believes the counts it is told.
 */
final class CompiledReader<T> implements DatumReader<T> {
    /** Reads one value. */
    @FunctionalInterface
    private interface Step {
        @Nullable Object read(Decoder in) throws IOException;
    }

    private final Step step;

    private CompiledReader(Step step) {
        this.step = step;
    }

    /** Null where the schema has something that our records have not: then Avro has to read. */
    static <T> @Nullable CompiledReader<T> of(Schema schema) {
        Step step = step(schema, new HashSet<>());
        return step == null ? null : new CompiledReader<>(step);
    }

    @Override
    public void setSchema(Schema schema) {
        throw new UnsupportedOperationException("The schema is fixed");
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // T is what the schema is of, null among it.
    public T read(@Nullable T reuse, Decoder in) throws IOException {
        return (T) step.read(in);
    }

    /**
     * @param open the records around it, which it must not contain
     */
    private static @Nullable Step step(Schema schema, Set<String> open) {
        if (schema.getLogicalType() != null
                && GenericData.get().getConversionFor(schema.getLogicalType()) != null) {
            return null;
        }
        return switch (schema.getType()) {
            case RECORD -> record(schema, open);
            case UNION -> nullable(schema, open);
            case ARRAY -> array(schema, open);
            case MAP -> map(schema, open);
            case STRING -> text(schema);
            case BYTES -> in -> in.readBytes(null);
            case INT -> Decoder::readInt;
            case LONG -> Decoder::readLong;
            case DOUBLE -> Decoder::readDouble;
            case BOOLEAN -> Decoder::readBoolean;
            case ENUM, FIXED, FLOAT, NULL -> null;
        };
    }

    private static Step text(Schema schema) {
        return "String".equals(schema.getProp(GenericData.STRING_PROP))
                ? Decoder::readString
                : in -> in.readString(null);
    }

    private static @Nullable Step record(Schema schema, Set<String> open) {
        if (!open.add(schema.getFullName())) {
            return null;
        }
        List<Step> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            Step step = step(field.schema(), open);
            if (step == null) {
                return null;
            }
            fields.add(step);
        }
        open.remove(schema.getFullName());
        Step[] steps = fields.toArray(new Step[0]);
        return in -> {
            GenericData.Record record = new GenericData.Record(schema);
            for (int i = 0; i < steps.length; i++) {
                record.put(i, steps[i].read(in));
            }
            return record;
        };
    }

    private static @Nullable Step nullable(Schema schema, Set<String> open) {
        List<Schema> types = schema.getTypes();
        int none = types.getFirst().getType() == Schema.Type.NULL ? 0 : 1;
        if (types.size() != 2 || types.get(none).getType() != Schema.Type.NULL) {
            return null;
        }
        Step some = step(types.get(1 - none), open);
        return some == null
                ? null
                : in -> {
                    int index = in.readIndex();
                    if (index == none) {
                        return null;
                    }
                    if (index != 1 - none) {
                        throw new IOException("A union of two has no member " + index);
                    }
                    return some.read(in);
                };
    }

    private static @Nullable Step array(Schema schema, Set<String> open) {
        Step item = step(schema.getElementType(), open);
        return item == null
                ? null
                : in -> {
                    long count = in.readArrayStart();
                    List<@Nullable Object> items =
                            new GenericData.Array<>(Math.toIntExact(count), schema);
                    for (; count > 0; count = in.arrayNext()) {
                        for (long i = 0; i < count; i++) {
                            items.add(item.read(in));
                        }
                    }
                    return items;
                };
    }

    private static @Nullable Step map(Schema schema, Set<String> open) {
        Step value = step(schema.getValueType(), open);
        Step key = text(schema);
        return value == null
                ? null
                : in -> {
                    Map<@Nullable Object, @Nullable Object> entries = new HashMap<>();
                    for (long count = in.readMapStart(); count > 0; count = in.mapNext()) {
                        for (long i = 0; i < count; i++) {
                            entries.put(key.read(in), value.read(in));
                        }
                    }
                    return entries;
                };
    }
}
