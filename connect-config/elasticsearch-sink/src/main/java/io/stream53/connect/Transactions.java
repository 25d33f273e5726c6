package io.stream53.connect;

import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Reads values of the topic dns.enriched, whichever version of their schema wrote them. */
final class Transactions {
    /** Full name of the Avro record, which Avro converters give to Connect's schema. */
    private static final String NAME = "io.stream53.schema.DnsTransaction";

    private Transactions() {}

    /** Whether a value is a transaction. */
    static boolean is(Struct value) {
        return NAME.equals(value.schema().name());
    }

    /** A text at a path of fields; null where a step or the text is missing. */
    static @Nullable String text(Struct transaction, String... path) {
        return at(transaction, path) instanceof String text ? text : null;
    }

    /** A number at a path of fields; null where a step or the number is missing. */
    static @Nullable Long number(Struct transaction, String... path) {
        return at(transaction, path) instanceof Number number ? (Long) number.longValue() : null;
    }

    /** The list at a path of fields; empty where a step or the list is missing. */
    static List<?> list(Struct transaction, String... path) {
        return at(transaction, path) instanceof List<?> list ? list : List.of();
    }

    private static @Nullable Object at(Struct transaction, String... path) {
        @Nullable Object value = transaction;
        for (String step : path) {
            value = value instanceof Struct struct ? child(struct, step) : null;
        }
        return value;
    }

    private static @Nullable Object child(Struct struct, String name) {
        Field field = struct.schema().field(name);
        return field == null ? null : struct.get(field);
    }
}
