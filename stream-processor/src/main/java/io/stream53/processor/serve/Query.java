package io.stream53.processor.serve;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, each checked where it is read. */
final class Query {
    private static final int MAX_LENGTH = 4_096;
    private static final int MAX_VALUE = 512;

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the part of a URL behind the question mark.
     *
     * @throws ApiException for a parameter that is not known, empty, too long or there twice
     */
    static Query parse(@Nullable String raw, Collection<String> known) {
        Map<String, String> values = new TreeMap<>();
        if (raw == null || raw.isEmpty()) {
            return new Query(values);
        }
        if (raw.length() > MAX_LENGTH) {
            throw ApiException.badRequest("The query has more than " + MAX_LENGTH + " characters.");
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (!known.contains(name)) {
                throw ApiException.badRequest(
                        "There is no parameter '%s' here; there are %s."
                                .formatted(shortened(name), String.join(", ", known)));
            }
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (value.isEmpty() || value.length() > MAX_VALUE) {
                throw ApiException.badRequest(
                        "The parameter %s must have 1 to %d characters."
                                .formatted(name, MAX_VALUE));
            }
            if (values.put(name, value) != null) {
                throw ApiException.badRequest("The parameter %s is there twice.".formatted(name));
            }
        }
        return new Query(values);
    }

    /**
     * Text in a URL, in which a plus sign is a space.
     *
     * @throws ApiException when a percent sign is not followed by two digits
     */
    static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The URL is not encoded as URLs are.");
        }
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    /** These and another one, which takes the place of one with its name. */
    Query with(String name, String value) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(name, value);
        return new Query(more);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** One of these. */
    String oneOf(String name, Collection<String> allowed, String otherwise) {
        String value = values.getOrDefault(name, otherwise);
        if (!allowed.contains(value)) {
            throw ApiException.badRequest(
                    "The parameter %s must be one of %s."
                            .formatted(name, String.join(", ", allowed)));
        }
        return value;
    }

    int number(String name, int otherwise, int least, int most) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw ApiException.badRequest(
                "The parameter %s must be a number from %d to %d.".formatted(name, least, most));
    }

    Optional<Boolean> flag(String name) {
        return has(name)
                ? Optional.of(oneOf(name, Set.of("true", "false"), "").equals("true"))
                : Optional.empty();
    }

    /** A time as ISO 8601 has it, in milliseconds since the epoch. */
    long time(String name, long otherwise) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return Instant.parse(value).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw ApiException.badRequest(
                    "The parameter %s must be a time such as 2026-11-22T16:08:00Z."
                            .formatted(name));
        }
    }

    /** As it stands in a URL. */
    String encoded() {
        return values.entrySet().stream()
                .map(
                        value ->
                                value.getKey()
                                        + '='
                                        + URLEncoder.encode(
                                                value.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
