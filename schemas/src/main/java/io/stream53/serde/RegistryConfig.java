package io.stream53.serde;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the registry. The keys are Confluent's, so that one configuration serves both
 * serializers; keys that are not listed belong to others (Kafka's clients) and are passed over. A
 * key may also be written behind {@code schema.registry.}, as Confluent's older ones were.
 *
 * @param endpoints in the order of preference
 * @param tls keys as in {@code SslConfigs}, without the prefix; empty for the JVM's defaults
 */
record RegistryConfig(
        List<Endpoint> endpoints,
        Map<String, Object> tls,
        @Nullable String proxyHost,
        int proxyPort,
        Duration connectTimeout,
        Duration readTimeout,
        int maxRetries,
        Duration retryWait,
        Duration maxRetryWait,
        int cacheSize,
        int missingCacheSize,
        Duration missingIdTtl,
        Duration latestTtl) {

    /** One registry; {@code base} holds no user information and no final slash. */
    record Endpoint(URI base, @Nullable String authorization) {
        @Override
        public String toString() {
            return base.toString();
        }
    }

    private static final String PREFIX = "schema.registry.";
    private static final String TLS_PREFIX = PREFIX + "ssl.";

    private static final ConfigDef DEFINITION =
            new ConfigDef()
                    .define(
                            PREFIX + "url",
                            ConfigDef.Type.LIST,
                            HIGH,
                            "Addresses of the registry, the first that answers serves.")
                    .define(
                            "basic.auth.credentials.source",
                            ConfigDef.Type.STRING,
                            "URL",
                            MEDIUM,
                            "URL: user:password@ in the address. USER_INFO: basic.auth.user.info.")
                    .define(
                            "basic.auth.user.info",
                            ConfigDef.Type.PASSWORD,
                            null,
                            MEDIUM,
                            "user:password for USER_INFO.")
                    .define(
                            "bearer.auth.credentials.source",
                            ConfigDef.Type.STRING,
                            "STATIC_TOKEN",
                            LOW,
                            "Only STATIC_TOKEN: bearer.auth.token.")
                    .define(
                            "bearer.auth.token",
                            ConfigDef.Type.PASSWORD,
                            null,
                            MEDIUM,
                            "Token; wins over basic authentication.")
                    .define(
                            "proxy.host",
                            ConfigDef.Type.STRING,
                            null,
                            LOW,
                            "HTTP proxy on the way to the registry.")
                    .define("proxy.port", ConfigDef.Type.INT, -1, LOW, "Port of the proxy.")
                    .define(
                            "http.connect.timeout.ms",
                            ConfigDef.Type.INT,
                            10_000,
                            atLeast(1),
                            LOW,
                            "Longest wait for a connection.")
                    .define(
                            "http.read.timeout.ms",
                            ConfigDef.Type.INT,
                            30_000,
                            atLeast(1),
                            LOW,
                            "Longest wait for an answer.")
                    .define(
                            "max.retries",
                            ConfigDef.Type.INT,
                            3,
                            atLeast(0),
                            LOW,
                            "Attempts after the first, each over all addresses; for 408, 429, 5xx and broken connections.")
                    .define(
                            "retries.wait.ms",
                            ConfigDef.Type.INT,
                            1_000,
                            atLeast(0),
                            LOW,
                            "Wait before the first retry; doubles with each, with jitter.")
                    .define(
                            "retries.max.wait.ms",
                            ConfigDef.Type.INT,
                            20_000,
                            atLeast(0),
                            LOW,
                            "Longest wait before a retry.")
                    .define(
                            "max.schemas.per.subject",
                            ConfigDef.Type.INT,
                            1_000,
                            atLeast(1),
                            LOW,
                            "Schemas and ids kept in memory.")
                    .define(
                            "missing.cache.size",
                            ConfigDef.Type.INT,
                            10_000,
                            atLeast(1),
                            LOW,
                            "Unknown ids kept in memory.")
                    .define(
                            "missing.id.cache.ttl.sec",
                            ConfigDef.Type.LONG,
                            10,
                            atLeast(0),
                            LOW,
                            "Seconds for which an unknown id is not asked for again.")
                    .define(
                            "latest.cache.ttl.sec",
                            ConfigDef.Type.LONG,
                            -1,
                            LOW,
                            "Seconds after which a subject's latest schema is asked for again; -1: never.");

    /**
     * Reads the keys it knows.
     *
     * @throws ConfigException with a sentence that says what to change
     */
    static RegistryConfig from(Map<String, ?> configs) {
        AbstractConfig values = new AbstractConfig(DEFINITION, withoutPrefix(configs), false);
        List<String> urls = values.getList(PREFIX + "url");
        if (urls.isEmpty()) {
            throw new ConfigException(
                    "Set schema.registry.url to the registry's address, such as http://localhost:8081.");
        }
        return new RegistryConfig(
                urls.stream().map(url -> endpoint(url, values)).toList(),
                tls(configs),
                values.getString("proxy.host"),
                values.getInt("proxy.port"),
                millis(values, "http.connect.timeout.ms"),
                millis(values, "http.read.timeout.ms"),
                values.getInt("max.retries"),
                millis(values, "retries.wait.ms"),
                millis(values, "retries.max.wait.ms"),
                values.getInt("max.schemas.per.subject"),
                values.getInt("missing.cache.size"),
                Duration.ofSeconds(values.getLong("missing.id.cache.ttl.sec")),
                Duration.ofSeconds(values.getLong("latest.cache.ttl.sec")));
    }

    private static Map<String, Object> withoutPrefix(Map<String, ?> configs) {
        Map<String, Object> known = new HashMap<>();
        for (String name : DEFINITION.names()) {
            Object value = configs.get(name);
            if (value == null) {
                value = configs.get(PREFIX + name);
            }
            if (value != null) {
                known.put(name, value);
            }
        }
        return known;
    }

    private static Map<String, Object> tls(Map<String, ?> configs) {
        Map<String, Object> tls = new HashMap<>();
        configs.forEach(
                (key, value) -> {
                    if (key.startsWith(TLS_PREFIX)) {
                        tls.put(key.substring(PREFIX.length()), value);
                    }
                });
        return Map.copyOf(tls);
    }

    private static Endpoint endpoint(String url, AbstractConfig values) {
        URI uri;
        try {
            uri = URI.create(url.strip().replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            // The cause would repeat the address, and a password with it.
            throw badUrl();
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
            throw badUrl();
        }
        String withoutUser = uri.toString();
        if (uri.getRawUserInfo() != null) {
            withoutUser = withoutUser.replace(uri.getRawUserInfo() + "@", "");
        }
        return new Endpoint(URI.create(withoutUser), authorization(uri, values));
    }

    private static ConfigException badUrl() {
        return new ConfigException(
                "An address in schema.registry.url is not of the form http://host:port or https://host:port.");
    }

    private static @Nullable String authorization(URI uri, AbstractConfig values) {
        if (!"STATIC_TOKEN".equals(values.getString("bearer.auth.credentials.source"))) {
            throw new ConfigException(
                    "bearer.auth.credentials.source can only be STATIC_TOKEN: put the token in bearer.auth.token.");
        }
        Password token = values.getPassword("bearer.auth.token");
        if (token != null) {
            return "Bearer " + token.value();
        }
        return switch (values.getString("basic.auth.credentials.source")) {
            case "URL" -> uri.getUserInfo() == null ? null : basic(uri.getUserInfo());
            case "USER_INFO" -> {
                Password user = values.getPassword("basic.auth.user.info");
                if (user != null) {
                    yield basic(user.value());
                }
                throw new ConfigException(
                        "Set basic.auth.user.info to user:password, or basic.auth.credentials.source to URL.");
            }
            default ->
                    throw new ConfigException(
                            "basic.auth.credentials.source can only be URL or USER_INFO.");
        };
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static Duration millis(AbstractConfig values, String key) {
        return Duration.ofMillis(values.getInt(key));
    }

    /** Addresses only: nothing else is needed in a log, and secrets must not be there. */
    @Override
    public String toString() {
        return endpoints.toString();
    }
}
