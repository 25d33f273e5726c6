package io.stream53.connect;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/** Durations as settings of stream53 have them: 500ms, 10s, 5m, 12h, 30d. */
final class Durations {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @param key whose value it is, for the message of the {@link ConfigException}
     */
    static Duration of(String key, String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new ConfigException(
                    key
                            + " has "
                            + text
                            + ", which is no duration such as 500ms, 10s, 5m, 12h or 30d.");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
