package io.stream53.connect;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The events that get an index by their time: those not longer ago than {@code past} and not
 * further ahead than {@code future}. One bad clock would otherwise make an index for each day it
 * can think of, and engines have a limit of shards.
 *
 * @param past null for any
 * @param future null for any
 */
record IndexWindow(@Nullable Duration past, @Nullable Duration future) {
    static final String PAST = "index.window.past";
    static final String FUTURE = "index.window.future";
    private static final String OFF = "off";

    static final IndexWindow ALL = new IndexWindow(null, null);

    /** Defines the two keys, for the sink and for the transform. */
    static void define(ConfigDef definition) {
        definition
                .define(
                        PAST,
                        ConfigDef.Type.STRING,
                        "30d",
                        IndexWindow::check,
                        ConfigDef.Importance.MEDIUM,
                        "Events longer ago than this, seen from the time that the record has in"
                                + " Kafka, go to the index that has `outside` in place of its date:"
                                + " `dns-enriched-outside`. So a bad clock cannot make a thousand"
                                + " indices. Such as 12h or 30d; `off` for old captures. Not a key"
                                + " of Confluent's.")
                .define(
                        FUTURE,
                        ConfigDef.Type.STRING,
                        "1d",
                        IndexWindow::check,
                        ConfigDef.Importance.MEDIUM,
                        "The same for events further ahead than this. Not a key of Confluent's.");
    }

    /** Reads the two keys. */
    static IndexWindow of(AbstractConfig config) {
        return new IndexWindow(
                parse(PAST, config.getString(PAST)), parse(FUTURE, config.getString(FUTURE)));
    }

    private static void check(String key, Object value) {
        Duration _ = parse(key, value.toString());
    }

    private static @Nullable Duration parse(String key, String text) {
        if (text.equalsIgnoreCase(OFF)) {
            return null;
        }
        try {
            return Durations.of(key, text);
        } catch (ConfigException e) {
            throw new ConfigException(e.getMessage() + " Or off.");
        }
    }

    /** Whether an event is inside, seen at some time. */
    boolean holds(Instant event, Instant seen) {
        return (past == null || !event.isBefore(seen.minus(past)))
                && (future == null || !event.isAfter(seen.plus(future)));
    }
}
