package io.stream53.processor;

import io.stream53.processor.match.MatchSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor's settings with their types; {@link Setting} explains each.
 *
 * @param kafka passed on to Kafka's clients and to the serializers
 * @param streams passed on to Kafka Streams
 */
record ProcessorConfig(
        String bootstrap,
        String registry,
        String applicationId,
        Path stateDir,
        InetSocketAddress http,
        List<Path> geoip,
        TopicNames topics,
        MatchSettings match,
        Duration nodeLost,
        Duration countInterval,
        Duration countGrace,
        String guarantee,
        Duration commitInterval,
        int threads,
        String groupProtocol,
        int replicationFactor,
        String valueDeserializer,
        String valueSerializer,
        Map<String, String> kafka,
        Map<String, String> streams) {

    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h)");

    /** Names of the topics. */
    record TopicNames(
            String raw, String enriched, String tldCounts, String ledger, String deadLetters) {
        List<String> all() {
            return List.of(raw, enriched, tldCounts, ledger, deadLetters);
        }
    }

    /**
     * Reads the texts.
     *
     * @throws ConfigurationException naming the first setting whose value cannot be used
     */
    static ProcessorConfig of(Settings settings) {
        return new ProcessorConfig(
                text(settings, Setting.BOOTSTRAP),
                text(settings, Setting.REGISTRY),
                text(settings, Setting.APPLICATION_ID),
                Path.of(text(settings, Setting.STATE_DIR)),
                address(settings, Setting.HTTP),
                paths(settings, Setting.GEOIP),
                new TopicNames(
                        text(settings, Setting.TOPIC_RAW),
                        text(settings, Setting.TOPIC_ENRICHED),
                        text(settings, Setting.TOPIC_TLD_COUNTS),
                        text(settings, Setting.TOPIC_LEDGER),
                        text(settings, Setting.TOPIC_DEAD_LETTERS)),
                match(settings),
                duration(settings, Setting.MATCH_NODE_LOST),
                duration(settings, Setting.COUNT_INTERVAL),
                duration(settings, Setting.COUNT_GRACE),
                oneOf(settings, Setting.GUARANTEE, "exactly_once_v2", "at_least_once"),
                duration(settings, Setting.COMMIT_INTERVAL),
                number(settings, Setting.THREADS, 1),
                oneOf(settings, Setting.GROUP_PROTOCOL, "classic", "streams"),
                number(settings, Setting.REPLICATION_FACTOR, -1),
                text(settings, Setting.VALUE_DESERIALIZER),
                text(settings, Setting.VALUE_SERIALIZER),
                Map.copyOf(settings.kafka()),
                Map.copyOf(settings.streams()));
    }

    /** What the serializers are configured with. */
    Map<String, Object> serdeConfig() {
        Map<String, Object> config = new HashMap<>(kafka);
        config.putIfAbsent("schema.registry.url", registry);
        return config;
    }

    private static MatchSettings match(Settings settings) {
        return new MatchSettings(
                duration(settings, Setting.MATCH_TIMEOUT),
                duration(settings, Setting.MATCH_SKEW),
                number(settings, Setting.MATCH_MAX_PENDING, 1),
                number(settings, Setting.MATCH_MAX_PENDING_PER_KEY, 1),
                number(settings, Setting.MATCH_MAX_EARLY, 1),
                number(settings, Setting.MATCH_MAX_REMEMBERED, 1));
    }

    private static String text(Settings settings, Setting setting) {
        String value = settings.get(setting).strip();
        if (value.isEmpty()) {
            throw unusable(setting, value, "a value");
        }
        return value;
    }

    private static String oneOf(Settings settings, Setting setting, String... choices) {
        String value = text(settings, setting);
        if (!Arrays.asList(choices).contains(value)) {
            throw unusable(setting, value, String.join(" or ", choices));
        }
        return value;
    }

    private static int number(Settings settings, Setting setting, int least) {
        String value = text(settings, setting);
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw unusable(setting, value, "a whole number of at least " + least);
    }

    private static Duration duration(Settings settings, Setting setting) {
        String value = text(settings, setting);
        Matcher parts = DURATION.matcher(value);
        if (!parts.matches() || parts.group(1).length() > 9) {
            throw unusable(setting, value, "a duration such as 500ms, 5s, 10m or 1h");
        }
        long amount = Long.parseLong(parts.group(1));
        Duration duration =
                switch (parts.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    default -> Duration.ofHours(amount);
                };
        if (duration.isZero()) {
            throw unusable(setting, value, "more than nothing");
        }
        return duration;
    }

    private static InetSocketAddress address(Settings settings, Setting setting) {
        String value = text(settings, setting);
        int colon = value.lastIndexOf(':');
        try {
            int port = Integer.parseInt(value.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535) {
                return new InetSocketAddress(value.substring(0, colon), port);
            }
        } catch (NumberFormatException notAPort) {
            // Said below.
        }
        throw unusable(setting, value, "host:port");
    }

    private static List<Path> paths(Settings settings, Setting setting) {
        return Arrays.stream(settings.get(setting).split(",", -1))
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static ConfigurationException unusable(Setting setting, String value, String expected) {
        return new ConfigurationException(
                "The setting %s is '%s', but must be %s."
                        .formatted(setting.key(), value, expected));
    }
}
