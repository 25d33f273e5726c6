package io.stream53.connect;

import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record, whichever version of its schema wrote it.
 *
 * @param schema what Connect knows it by; its fields have the positions of the Avro record's
 * @param value a {@link Struct}, or the {@link IndexedRecord} that {@link AvroConverter} left as it
 *     is
 */
record RecordValue(Schema schema, Object value) {
    /** Full name of the Avro record, which Avro converters give to Connect's schema. */
    private static final String TRANSACTION = "io.stream53.schema.DnsTransaction";

    /** The value of a record of Connect's; null when it has none with a schema. */
    static @Nullable RecordValue of(ConnectRecord<?> record) {
        return switch (record.value()) {
            case Struct struct -> new RecordValue(struct.schema(), struct);
            case IndexedRecord avro when record.valueSchema() != null ->
                    new RecordValue(record.valueSchema(), avro);
            case null, default -> null;
        };
    }

    boolean isTransaction() {
        return TRANSACTION.equals(schema.name());
    }

    /** A text at a path of fields; null where a step or the text is missing. */
    @Nullable String text(String... path) {
        return at(path) instanceof CharSequence text ? text.toString() : null;
    }

    /** A number at a path of fields; null where a step or the number is missing. */
    @Nullable Long number(String... path) {
        return at(path) instanceof Number number ? (Long) number.longValue() : null;
    }

    /** The list at a path of fields; empty where a step or the list is missing. */
    List<?> list(String... path) {
        return at(path) instanceof List<?> list ? list : List.of();
    }

    /** What is at a path of fields; null where a step or the value is missing. */
    @Nullable Object at(String... path) {
        Schema parent = schema;
        @Nullable Object found = value;
        for (String step : path) {
            boolean hasFields = found instanceof Struct || found instanceof IndexedRecord;
            Field field = hasFields ? parent.field(step) : null;
            if (found == null || field == null) {
                return null;
            }
            found = get(found, field);
            parent = field.schema();
        }
        return found;
    }

    /**
     * The value of a field, without regard to its default.
     *
     * @param parent a struct or an Avro record
     */
    static @Nullable Object get(Object parent, Field field) {
        return parent instanceof IndexedRecord avro
                ? avro.get(field.index())
                : ((Struct) parent).getWithoutDefault(field.name());
    }
}
