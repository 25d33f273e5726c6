package io.stream53.standalone;

import java.time.Instant;

/** Where a tail begins. */
sealed interface TailStart {
    /** With what is written from now on. */
    record Latest() implements TailStart {}

    /** With the oldest that the topic holds. */
    record Earliest() implements TailStart {}

    /** With what was written to the topic since a time. */
    record Since(Instant time) implements TailStart {}

    /** Of an option's text: latest, earliest, or how long ago. */
    static TailStart of(String text, Instant now) {
        return switch (text) {
            case "latest" -> new Latest();
            case "earliest" -> new Earliest();
            default -> new Since(now.minus(TailSettings.duration("--from", text)));
        };
    }
}
