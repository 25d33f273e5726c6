package io.stream53.connect;

import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event's time out of a record's value: a field, or a path of fields with dots between,
 * that holds Connect's Timestamp or a long of milliseconds since 1970-01-01 UTC.
 */
final class TimeField {
    private final String name;
    private final String[] path;

    TimeField(String name) {
        this.name = name;
        this.path = name.split("\\.", -1);
    }

    /** The time; a {@link DataException} says what is there instead. */
    Instant of(ConnectRecord<?> record) {
        RecordValue value = RecordValue.of(record);
        Object found = value == null ? step(record.value()) : value.at(path);
        return switch (found) {
            case Date date -> date.toInstant();
            case Instant instant -> instant;
            case Long millis -> Instant.ofEpochMilli(millis);
            case null -> throw new DataException("The value has no field " + name + ".");
            default ->
                    throw new DataException(
                            "The field "
                                    + name
                                    + " holds neither a Timestamp nor a long of milliseconds.");
        };
    }

    /** Of values without a schema, which are maps in maps. */
    private @Nullable Object step(@Nullable Object value) {
        Object found = value;
        for (String step : path) {
            found = found instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return found;
    }
}
