package io.stream53.processor;

import io.stream53.processor.count.Dimension;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.serve.ApiSettings;
import io.stream53.processor.view.ViewLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
        @Nullable InetSocketAddress advertised,
        ApiSettings api,
        ViewLimits views,
        List<Path> geoip,
        Optional<Path> resolvers,
        TopicNames topics,
        MatchSettings match,
        Duration nodeLost,
        Duration countInterval,
        Duration countGrace,
        Set<Dimension> countDimensions,
        int countMaxKeys,
        AlertSettings alerts,
        String guarantee,
        Duration commitInterval,
        int threads,
        String groupProtocol,
        String instanceId,
        int replicationFactor,
        String valueDeserializer,
        String valueSerializer,
        Map<String, String> kafka,
        Map<String, String> streams) {

    private static final Pattern ORIGIN =
            Pattern.compile("|\\*|https?://[A-Za-z0-9.\\[\\]:-]{1,255}");
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h)");

    /** Kafka allows 249 characters, and Streams appends the number of the thread. */
    private static final Pattern INSTANCE_ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    /** Names of the topics. */
    record TopicNames(
            String raw,
            String enriched,
            String tldCounts,
            String ledger,
            String alerts,
            String deadLetters) {
        List<String> all() {
            return List.of(raw, enriched, tldCounts, ledger, alerts, deadLetters);
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
                address(settings, Setting.HTTP, false),
                settings.get(Setting.HTTP_ADVERTISED).isBlank()
                        ? null
                        : address(settings, Setting.HTTP_ADVERTISED, true),
                api(settings),
                views(settings),
                paths(settings, Setting.GEOIP),
                paths(settings, Setting.RESOLVERS_FILE).stream().findFirst(),
                new TopicNames(
                        text(settings, Setting.TOPIC_RAW),
                        text(settings, Setting.TOPIC_ENRICHED),
                        text(settings, Setting.TOPIC_TLD_COUNTS),
                        text(settings, Setting.TOPIC_LEDGER),
                        text(settings, Setting.TOPIC_ALERTS),
                        text(settings, Setting.TOPIC_DEAD_LETTERS)),
                match(settings),
                duration(settings, Setting.MATCH_NODE_LOST),
                duration(settings, Setting.COUNT_INTERVAL),
                duration(settings, Setting.COUNT_GRACE),
                dimensions(settings),
                number(settings, Setting.COUNT_MAX_KEYS, 1),
                AlertConfig.of(settings),
                oneOf(settings, Setting.GUARANTEE, "exactly_once_v2", "at_least_once"),
                duration(settings, Setting.COMMIT_INTERVAL),
                number(settings, Setting.THREADS, 1),
                oneOf(settings, Setting.GROUP_PROTOCOL, "classic", "streams"),
                instanceId(settings),
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

    private static ApiSettings api(Settings settings) {
        String origin = settings.get(Setting.HTTP_ALLOW_ORIGIN).strip();
        if (!ORIGIN.matcher(origin).matches()) {
            throw unusable(
                    Setting.HTTP_ALLOW_ORIGIN,
                    origin,
                    "*, or an origin such as https://example.org");
        }
        return new ApiSettings(
                origin,
                duration(settings, Setting.HTTP_FORWARD_TIMEOUT),
                number(settings, Setting.HTTP_LIVE_CLIENTS, 0));
    }

    private static ViewLimits views(Settings settings) {
        return new ViewLimits(
                number(settings, Setting.HTTP_KEEP_MINUTES, 1),
                number(settings, Setting.HTTP_KEEP_HOURS, 1),
                number(settings, Setting.HTTP_KEEP_COUNTS, 1),
                number(settings, Setting.HTTP_KEEP_ALERTS, 1));
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

    /** Empty for an instance without a name. */
    private static String instanceId(Settings settings) {
        String value = settings.get(Setting.INSTANCE_ID).strip();
        if (!value.isEmpty() && settings.get(Setting.GROUP_PROTOCOL).strip().equals("streams")) {
            throw new ConfigurationException(
                    "The setting instance-id is for group-protocol classic: the protocol streams knows"
                            + " no instances by name.");
        }
        if (!value.isEmpty() && !INSTANCE_ID.matcher(value).matches()) {
            throw unusable(Setting.INSTANCE_ID, value, "up to 200 letters, digits, dots, - and _");
        }
        return value;
    }

    /** The dimensions, in their own order. */
    private static Set<Dimension> dimensions(Settings settings) {
        String value = text(settings, Setting.COUNT_DIMENSIONS);
        Set<Dimension> dimensions = EnumSet.of(Dimension.TLD);
        for (String name : value.split(",", -1)) {
            dimensions.add(
                    Dimension.ofText(name.strip())
                            .orElseThrow(
                                    () ->
                                            unusable(
                                                    Setting.COUNT_DIMENSIONS,
                                                    value,
                                                    "some of "
                                                            + Setting.COUNT_DIMENSIONS
                                                                    .defaultValue())));
        }
        return Collections.unmodifiableSet(dimensions);
    }

    private static String text(Settings settings, Setting setting) {
        String value = settings.get(setting).strip();
        if (value.isEmpty()) {
            throw unusable(setting, value, "a value");
        }
        return value;
    }

    static String oneOf(Settings settings, Setting setting, String... choices) {
        String value = text(settings, setting);
        if (!Arrays.asList(choices).contains(value)) {
            throw unusable(setting, value, String.join(" or ", choices));
        }
        return value;
    }

    static int number(Settings settings, Setting setting, int least) {
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

    static Duration duration(Settings settings, Setting setting) {
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

    /**
     * @param foreign the name is for others to look up, and may be unknown here
     */
    private static InetSocketAddress address(Settings settings, Setting setting, boolean foreign) {
        String value = text(settings, setting);
        int colon = value.lastIndexOf(':');
        try {
            int port = Integer.parseInt(value.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535) {
                String host = value.substring(0, colon);
                return foreign
                        ? InetSocketAddress.createUnresolved(host, port)
                        : new InetSocketAddress(host, port);
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

    static ConfigurationException unusable(Setting setting, String value, String expected) {
        return new ConfigurationException(
                "The setting %s is '%s', but must be %s."
                        .formatted(setting.key(), value, expected));
    }
}
