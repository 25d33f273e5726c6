package io.stream53.connect;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The sink's configuration, checked. {@link SinkConfigDef} defines the keys.
 *
 * @param pathPrefix path before {@code /_bulk}, empty when there is none
 * @param authorization value of the Authorization header
 * @param tls settings of {@code elastic.https.} without the prefix; null for what the JVM trusts
 * @param bulkBytes most bytes in a request, unless one document alone has more
 */
record SinkSettings(
        String connector,
        int task,
        List<HttpHost> hosts,
        String pathPrefix,
        @Nullable String authorization,
        @Nullable Map<String, Object> tls,
        boolean compression,
        Duration connectTimeout,
        Duration readTimeout,
        int batchSize,
        long bulkBytes,
        int inFlight,
        int maxBuffered,
        Duration linger,
        Duration flushTimeout,
        int maxRetries,
        Duration backoff,
        IndexPatterns patterns,
        String timeField,
        IndexWindow window,
        Selection selection,
        String alertsIndex,
        OnMalformed onMalformed,
        OnNullValue onNullValue) {

    /** What happens after a document that cannot be indexed was reported. */
    enum OnMalformed {
        IGNORE,
        WARN,
        FAIL
    }

    /** What a tombstone does. */
    enum OnNullValue {
        IGNORE,
        DELETE,
        FAIL
    }

    /**
     * Reads and checks a connector's properties.
     *
     * @throws ConfigException with one sentence that says what to change
     */
    static SinkSettings of(Map<String, String> properties) {
        SinkConfigDef.requireKnownKeys(properties.keySet());
        return ofTask(properties);
    }

    /** Reads a task's properties, to which Connect adds keys of its own such as task.class. */
    static SinkSettings ofTask(Map<String, String> properties) {
        AbstractConfig config = new AbstractConfig(SinkConfigDef.DEFINITION, properties, false);
        SinkConfigDef.requireSupportedValues(config);
        Hosts hosts = Hosts.of(config.getList(SinkConfigDef.CONNECTION_URL));
        boolean tls = config.getString(SinkConfigDef.SECURITY_PROTOCOL).equalsIgnoreCase("SSL");
        if (tls && hosts.hosts().stream().anyMatch(host -> host.getSchemeName().equals("http"))) {
            throw new ConfigException(
                    "elastic.security.protocol is SSL, so every connection.url must begin with"
                            + " https://.");
        }
        SinkSettings settings =
                new SinkSettings(
                        properties.getOrDefault("name", "elasticsearch-sink"),
                        Integer.parseInt(properties.getOrDefault(SinkConfigDef.TASK, "0")),
                        hosts.hosts(),
                        hosts.path(),
                        Authorization.of(config),
                        tls ? config.originalsWithPrefix(SinkConfigDef.TLS_PREFIX) : null,
                        config.getBoolean(SinkConfigDef.COMPRESSION),
                        millis(config, SinkConfigDef.CONNECTION_TIMEOUT),
                        millis(config, SinkConfigDef.READ_TIMEOUT),
                        config.getInt(SinkConfigDef.BATCH_SIZE),
                        bulkBytes(config.getInt(SinkConfigDef.BULK_SIZE)),
                        config.getInt(SinkConfigDef.IN_FLIGHT),
                        config.getInt(SinkConfigDef.MAX_BUFFERED),
                        millis(config, SinkConfigDef.LINGER),
                        millis(config, SinkConfigDef.FLUSH_TIMEOUT),
                        config.getInt(SinkConfigDef.MAX_RETRIES),
                        millis(config, SinkConfigDef.RETRY_BACKOFF),
                        IndexPatterns.of(config.getList(SinkConfigDef.INDEX_PATTERN)),
                        config.getString(SinkConfigDef.TIME_FIELD),
                        IndexWindow.of(config),
                        Selection.of(config.getList(SinkConfigDef.SELECT)),
                        config.getString(SinkConfigDef.ALERTS_INDEX),
                        OnMalformed.valueOf(upper(config, SinkConfigDef.ON_MALFORMED)),
                        OnNullValue.valueOf(upper(config, SinkConfigDef.ON_NULL)));
        settings.requireIndexForDeletes();
        requireStructsForTransforms(properties);
        settings.requirePatternFor(properties.get("topics"));
        return settings;
    }

    private void requireIndexForDeletes() {
        if (onNullValue == OnNullValue.DELETE && patterns.useTime()) {
            throw new ConfigException(
                    "behavior.on.null.values cannot be delete when index.pattern has a time in it,"
                            + " for a record without value has none; set it to ignore or fail.");
        }
    }

    /** Connect's transforms know its own structs only, and fail for every record otherwise. */
    private static void requireStructsForTransforms(Map<String, String> properties) {
        String key = "value.converter." + AvroConverter.AVRO_RECORDS;
        if (Boolean.parseBoolean(properties.get(key))
                && !properties.getOrDefault("transforms", "").isBlank()) {
            throw new ConfigException(
                    "transforms cannot read what "
                            + key
                            + "=true hands over; set it to false, or leave the transforms out.");
        }
    }

    private void requirePatternFor(@Nullable String topics) {
        if (topics != null) {
            for (String topic : topics.split(",", -1)) {
                IndexPattern _ = patterns.of(topic.trim());
            }
        }
    }

    private static String upper(AbstractConfig config, String key) {
        return config.getString(key).toUpperCase(Locale.ROOT);
    }

    private static Duration millis(AbstractConfig config, String key) {
        return Duration.ofMillis(config.getLong(key));
    }

    private static long bulkBytes(int configured) {
        return configured < 0 ? Long.MAX_VALUE : configured;
    }

    /** Never shows the credentials. */
    @Override
    public String toString() {
        return "SinkSettings[connector=" + connector + ", hosts=" + hosts + "]";
    }

    static @Nullable String secret(AbstractConfig config, String key) {
        Password password = config.getPassword(key);
        return password == null || password.value().isEmpty() ? null : password.value();
    }
}
