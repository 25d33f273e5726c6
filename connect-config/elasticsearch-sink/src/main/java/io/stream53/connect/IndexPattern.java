package io.stream53.connect;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How an index gets its name: text with {@code {topic}} for the topic in lower case and one or more
 * date patterns of {@link DateTimeFormatter} in braces, which are filled with the event's time in
 * UTC: {@code dns-enriched-{yyyy.MM.dd}}.
 */
final class IndexPattern {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
    private static final Instant SAMPLE = Instant.EPOCH;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MAX_NAME_BYTES = 255;

    private final String pattern;
    private final List<Part> parts;

    private final boolean usesTime;

    /** The name does not change within an hour, so the last one serves again. */
    private final boolean hourly;

    private volatile @Nullable Last last;

    /** A name that was good, and for what. */
    private record Last(String topic, long hour, String name) {}

    private sealed interface Part {}

    private record Text(String text) implements Part {}

    private record Topic() implements Part {}

    private record Time(DateTimeFormatter format) implements Part {}

    private IndexPattern(String pattern, List<Part> parts) {
        this.pattern = pattern;
        this.parts = List.copyOf(parts);
        this.usesTime = parts.stream().anyMatch(Time.class::isInstance);
        this.hourly = fill("", SAMPLE).equals(fill("", SAMPLE.plus(HOUR).minusNanos(1)));
    }

    /** Reads a pattern; one that cannot give index names is a {@link ConfigException}. */
    static IndexPattern of(String pattern) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(pattern);
        int end = 0;
        while (matcher.find()) {
            parts.add(new Text(pattern.substring(end, matcher.start())));
            parts.add(placeholder(pattern, matcher.group(1)));
            end = matcher.end();
        }
        parts.add(new Text(pattern.substring(end)));
        IndexPattern parsed = new IndexPattern(pattern, parts);
        String problem = parsed.problemOf(parsed.fill("topic", SAMPLE));
        if (problem != null) {
            throw new ConfigException(
                    "The index pattern " + pattern + " gives names that " + problem + ".");
        }
        return parsed;
    }

    private static Part placeholder(String pattern, String content) {
        if (content.equals("topic")) {
            return new Topic();
        }
        try {
            return new Time(
                    DateTimeFormatter.ofPattern(content, Locale.ROOT).withZone(ZoneOffset.UTC));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "The index pattern "
                            + pattern
                            + " has {"
                            + content
                            + "}, which is neither {topic} nor a date pattern such as"
                            + " {yyyy.MM.dd}.");
        }
    }

    /** Whether a name depends on the event's time. */
    boolean usesTime() {
        return usesTime;
    }

    /**
     * The index of a record.
     *
     * @param time the event's; needed when {@link #usesTime()}
     * @throws DataException when the name would not be one that engines accept
     */
    String name(String topic, @Nullable Instant time) {
        Instant event = time == null ? SAMPLE : time;
        long hour = Math.floorDiv(event.getEpochSecond(), HOUR.toSeconds());
        Last known = last;
        if (known != null && known.hour() == hour && known.topic().equals(topic)) {
            return known.name();
        }
        String name = checked(topic, event);
        if (hourly) {
            last = new Last(topic, hour, name);
        }
        return name;
    }

    private String checked(String topic, Instant time) {
        String name = fill(topic, time);
        String problem = problemOf(name);
        if (problem != null) {
            throw new DataException("The index name " + name + " " + problem + ".");
        }
        return name;
    }

    /**
     * The index of a topic's events whose time is not believed: the name up to its first date, and
     * {@code outside}, as in {@code dns-enriched-outside}.
     */
    String outside(String topic) {
        StringBuilder name = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Time) {
                break;
            }
            name.append(fill(part, topic, SAMPLE));
        }
        return name.append("outside").toString();
    }

    private String fill(String topic, Instant time) {
        StringBuilder name = new StringBuilder();
        for (Part part : parts) {
            name.append(fill(part, topic, time));
        }
        return name.toString();
    }

    private String fill(Part part, String topic, Instant time) {
        return switch (part) {
            case Text(String text) -> text;
            case Topic() -> topic.toLowerCase(Locale.ROOT);
            case Time(DateTimeFormatter format) -> format(format, time);
        };
    }

    private String format(DateTimeFormatter format, Instant time) {
        try {
            return format.format(time);
        } catch (DateTimeException e) {
            throw new DataException(
                    "The time " + time + " does not fit the index pattern " + pattern + ".", e);
        }
    }

    private @Nullable String problemOf(String name) {
        if (name.isEmpty()) {
            return "are empty";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            return "are longer than " + MAX_NAME_BYTES + " bytes";
        }
        if ("-_+.".indexOf(name.charAt(0)) >= 0) {
            return "begin with one of - _ + .";
        }
        boolean clean =
                name.chars().allMatch(c -> c > ' ' && "\\/*?\"<>|,#:{}".indexOf(c) < 0)
                        && name.equals(name.toLowerCase(Locale.ROOT));
        return clean ? null : "have upper-case letters or characters that no index name may have";
    }

    @Override
    public String toString() {
        return pattern;
    }
}
