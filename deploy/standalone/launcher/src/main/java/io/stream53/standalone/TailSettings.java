package io.stream53.standalone;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a tail reads.
 *
 * @param kafka settings of Kafka's client and of the registry's, without their prefix
 */
record TailSettings(String bootstrap, String registry, String topic, Map<String, String> kafka) {
    private static final String KAFKA_PREFIX = "kafka.";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    /**
     * Reads a file of flat properties; what the command line gives is over it.
     *
     * @throws UserError for a file that cannot be read and a key that is none
     */
    static TailSettings of(
            @Nullable Path file,
            @Nullable String bootstrap,
            @Nullable String registry,
            @Nullable String topic) {
        Map<String, String> plain = new HashMap<>();
        Map<String, String> kafka = new HashMap<>();
        if (file != null) {
            read(file).forEach((key, value) -> put(key.toString(), value.toString(), plain, kafka));
        }
        return new TailSettings(
                first(bootstrap, plain.get("bootstrap"), "localhost:9092"),
                first(registry, plain.get("registry"), "http://localhost:8081"),
                first(topic, plain.get("topic.enriched"), "dns.enriched"),
                kafka);
    }

    /** A duration such as 500ms or 2h. */
    static Duration duration(String option, String text) {
        Matcher parts = DURATION.matcher(text.strip());
        if (!parts.matches()) {
            throw new UserError(
                    UserError.USAGE,
                    "%s is '%s', but must be a duration such as 500ms, 5s, 10m, 1h or 2d."
                            .formatted(option, text));
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

    private static void put(
            String key, String value, Map<String, String> plain, Map<String, String> kafka) {
        switch (key) {
            case "bootstrap", "registry", "topic.enriched" -> plain.put(key, value);
            default -> {
                if (!key.startsWith(KAFKA_PREFIX)) {
                    throw new UserError(
                            UserError.USAGE,
                            "There is no setting '%s' for tail: it takes bootstrap, registry, topic.enriched and Kafka's own behind kafka."
                                    .formatted(key));
                }
                kafka.put(key.substring(KAFKA_PREFIX.length()), value);
            }
        }
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError(
                    UserError.USAGE,
                    "The configuration file %s cannot be read: %s.".formatted(file, e));
        }
        return properties;
    }

    private static String first(
            @Nullable String option, @Nullable String inFile, String otherwise) {
        if (option != null) {
            return option;
        }
        return inFile != null ? inFile.strip() : otherwise;
    }
}
