package io.stream53.connect;

import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Names the index of a record with a value, for the sink and for the transform. */
final class IndexNames {
    private final IndexPatterns patterns;
    private final TimeField time;
    private final IndexWindow window;
    private final InstantSource clock;

    /**
     * An index.
     *
     * @param outside the event's time is outside of the window, and so not in the name
     */
    record Named(String index, boolean outside) {}

    /**
     * @param clock asked only about records that have no time of their own in Kafka
     */
    IndexNames(IndexPatterns patterns, TimeField time, IndexWindow window, InstantSource clock) {
        this.patterns = patterns;
        this.time = time;
        this.window = window;
        this.clock = clock;
    }

    IndexPattern pattern(String topic) {
        return patterns.of(topic);
    }

    /**
     * The index of a record.
     *
     * <p>Now is the record's time in Kafka, which its topic's broker gave it, so that a record that
     * is delivered again goes to the same index again, however late.
     *
     * @throws DataException when the value has no usable time
     */
    Named of(ConnectRecord<?> record) {
        IndexPattern pattern = patterns.of(record.topic());
        if (!pattern.usesTime()) {
            return new Named(pattern.name(record.topic(), null), false);
        }
        Instant event = time.of(record);
        return window.holds(event, seen(record.timestamp()))
                ? new Named(pattern.name(record.topic(), event), false)
                : new Named(pattern.outside(record.topic()), true);
    }

    private Instant seen(@Nullable Long millis) {
        return millis == null || millis < 0 ? clock.instant() : Instant.ofEpochMilli(millis);
    }
}
