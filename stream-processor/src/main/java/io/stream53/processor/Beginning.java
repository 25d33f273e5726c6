package io.stream53.processor;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.kafka.clients.admin.OffsetSpec;

/**
 * Where to begin reading a topic.
 *
 * @param text as people gave it
 */
record Beginning(String text, OffsetSpec offsets) {
    static final String EARLIEST = "earliest";

    /**
     * Reads it.
     *
     * @throws ConfigurationException when it is none
     */
    static Beginning of(String text) {
        return switch (text) {
            case EARLIEST -> new Beginning(text, OffsetSpec.earliest());
            case "latest" -> new Beginning(text, OffsetSpec.latest());
            default -> new Beginning(text, OffsetSpec.forTimestamp(time(text).toEpochMilli()));
        };
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ConfigurationException(
                    "--to is '%s', but must be earliest, latest or a time such as 2026-11-22T16:00:00Z."
                            .formatted(text));
        }
    }
}
