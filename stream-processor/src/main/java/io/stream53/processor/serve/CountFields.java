package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.schema.TldCount;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.Schema;

/** The fields of counts: which can be sorted by, and how. */
final class CountFields {
    private static final Set<String> ALWAYS =
            Set.of("timestamp", "window_end", "dimension", "key", "final");

    private CountFields() {}

    /** Names of the figures that counts can be sorted by. */
    static List<String> numbers() {
        return TldCount.SCHEMA$.getFields().stream()
                .filter(CountFields::isNumber)
                .map(Schema.Field::name)
                .toList();
    }

    static boolean isNumber(Schema.Field field) {
        Schema schema = field.schema();
        if (schema.getType() == Schema.Type.UNION) {
            schema = schema.getTypes().getLast();
        }
        return schema.getType() == Schema.Type.LONG
                || schema.getType() == Schema.Type.INT
                || schema.getType() == Schema.Type.DOUBLE;
    }

    /** What tells a count from others, and some of its figures. */
    static ObjectNode some(TldCount count, Predicate<String> figures) {
        ObjectNode item = RecordJson.of(count);
        item.properties()
                .removeIf(
                        field -> !ALWAYS.contains(field.getKey()) && !figures.test(field.getKey()));
        return item;
    }

    /** Of equal figures the newer first, and then by key: the same on every instance. */
    static Comparator<TldCount> recordOrder(String sort) {
        int position = TldCount.SCHEMA$.getField(field(sort)).pos();
        Comparator<TldCount> by = Comparator.comparingDouble(count -> number(count.get(position)));
        return directed(by, sort)
                .thenComparing(TldCount::getTimestamp, Comparator.reverseOrder())
                .thenComparing(TldCount::getKey);
    }

    /** The same order. */
    static Comparator<ObjectNode> jsonOrder(String sort) {
        String field = field(sort);
        Comparator<ObjectNode> by =
                field.equals("timestamp") || field.equals("window_end")
                        ? Comparator.comparing(item -> item.path(field).asText())
                        : Comparator.comparingDouble(item -> number(item.path(field)));
        return directed(by, sort)
                .thenComparing(item -> item.path("timestamp").asText(), Comparator.reverseOrder())
                .thenComparing(item -> item.path("key").asText());
    }

    private static <T> Comparator<T> directed(Comparator<T> by, String sort) {
        return sort.startsWith("-") ? by.reversed() : by;
    }

    private static String field(String sort) {
        return sort.startsWith("-") ? sort.substring(1) : sort;
    }

    private static double number(Object value) {
        return switch (value) {
            case null -> -1;
            case Instant time -> time.toEpochMilli();
            case Number number -> number.doubleValue();
            case JsonNode json -> json.isNumber() ? json.doubleValue() : -1;
            default -> -1;
        };
    }
}
