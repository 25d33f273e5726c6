package io.stream53.connect;

import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event's time out of a record's value: a field, or a path of fields with dots between,
 * that holds Connect's Timestamp or a long of milliseconds since 1970-01-01 UTC.
 */
final class TimeField {
    private final String name;
    private final List<String> path;

    TimeField(String name) {
        this.name = name;
        this.path = Arrays.asList(name.split("\\.", -1));
    }

    /** The time; a {@link DataException} says what is there instead. */
    Instant of(@Nullable Object value) {
        Object found = value;
        for (String step : path) {
            found = child(found, step);
        }
        return switch (found) {
            case Date date -> date.toInstant();
            case Long millis -> Instant.ofEpochMilli(millis);
            case null -> throw new DataException("The value has no field " + name + ".");
            default ->
                    throw new DataException(
                            "The field "
                                    + name
                                    + " holds neither a Timestamp nor a long of milliseconds.");
        };
    }

    private static @Nullable Object child(@Nullable Object parent, String step) {
        return switch (parent) {
            case Struct struct -> {
                Field field = struct.schema().field(step);
                yield field == null ? null : struct.get(field);
            }
            case Map<?, ?> map -> map.get(step);
            case null, default -> null;
        };
    }
}
