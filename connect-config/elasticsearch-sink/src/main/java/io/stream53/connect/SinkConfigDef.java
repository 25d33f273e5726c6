package io.stream53.connect;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;

/**
 * The connector's keys. Those that Confluent's Elasticsearch connector has too mean the same here;
 * where a default differs the doc says so. {@code docs/connect.md} is made from this definition.
 */
final class SinkConfigDef {
    static final String CONNECTION_URL = "connection.url";
    static final String USERNAME = "connection.username";
    static final String PASSWORD = "connection.password";
    static final String API_KEY = "api.key";
    static final String COMPRESSION = "connection.compression";
    static final String CONNECTION_TIMEOUT = "connection.timeout.ms";
    static final String READ_TIMEOUT = "read.timeout.ms";
    static final String SECURITY_PROTOCOL = "elastic.security.protocol";
    static final String TLS_PREFIX = "elastic.https.";
    static final String BATCH_SIZE = "batch.size";
    static final String BULK_SIZE = "bulk.size.bytes";
    static final String IN_FLIGHT = "max.in.flight.requests";
    static final String MAX_BUFFERED = "max.buffered.records";
    static final String LINGER = "linger.ms";
    static final String FLUSH_TIMEOUT = "flush.timeout.ms";
    static final String MAX_RETRIES = "max.retries";
    static final String RETRY_BACKOFF = "retry.backoff.ms";
    static final String INDEX_PATTERN = "index.pattern";
    static final String TIME_FIELD = "index.time.field";
    static final String SELECT = "index.select";
    static final String ALERTS_INDEX = "index.select.alerts";
    static final String KEY_IGNORE = "key.ignore";
    static final String SCHEMA_IGNORE = "schema.ignore";
    static final String WRITE_METHOD = "write.method";
    static final String ON_MALFORMED = "behavior.on.malformed.documents";
    static final String ON_NULL = "behavior.on.null.values";

    /** Set by the connector for its tasks; no setting of the user's. */
    static final String TASK = "stream53.task";

    static final ConfigDef DEFINITION = definition();

    /** Connect's own keys of a sink connector, and prefixes of such keys. */
    private static final Set<String> CONNECT_KEYS =
            Set.of(
                    "name",
                    "connector.class",
                    "connector.plugin.version",
                    "tasks.max",
                    "tasks.max.enforce",
                    "topics",
                    "topics.regex",
                    "key.converter",
                    "value.converter",
                    "header.converter",
                    "config.action.reload",
                    "transforms",
                    "predicates");

    private static final List<String> CONNECT_PREFIXES =
            List.of(
                    "key.converter.",
                    "value.converter.",
                    "header.converter.",
                    "transforms.",
                    "predicates.",
                    "errors.",
                    "consumer.override.",
                    "producer.override.",
                    "admin.override.");

    private SinkConfigDef() {}

    /** A key that neither Connect nor this connector knows is a {@link ConfigException}. */
    static void requireKnownKeys(Collection<String> keys) {
        Set<String> unknown = unknown(keys);
        if (!unknown.isEmpty()) {
            throw new ConfigException(unknownKey(unknown.iterator().next()));
        }
    }

    static Set<String> unknown(Collection<String> keys) {
        Set<String> unknown = new TreeSet<>(keys);
        unknown.removeAll(DEFINITION.names());
        unknown.removeAll(CONNECT_KEYS);
        unknown.removeIf(key -> CONNECT_PREFIXES.stream().anyMatch(key::startsWith));
        return unknown;
    }

    static String unknownKey(String key) {
        return "This connector has no setting "
                + key
                + " (it knows a part of those of Confluent's, listed in docs/connect.md); remove"
                + " it.";
    }

    /** Settings that exist to be recognized, with the one value that is true of this connector. */
    static void requireSupportedValues(AbstractConfig config) {
        if (config.getBoolean(KEY_IGNORE)) {
            throw new ConfigException(
                    "key.ignore cannot be true: the record's key is the document's id.");
        }
        if (!config.getBoolean(SCHEMA_IGNORE)) {
            throw new ConfigException(
                    "schema.ignore cannot be false: mappings come from index templates.");
        }
    }

    private static ConfigDef definition() {
        ConfigDef definition = new ConfigDef();
        connection(definition);
        requests(definition);
        documents(definition);
        definition.embed(TLS_PREFIX, "TLS", definition.configKeys().size(), tlsDefinition());
        return definition;
    }

    private static ConfigDef tlsDefinition() {
        ConfigDef tls = new ConfigDef();
        SslConfigs.addClientSslSupport(tls);
        return tls;
    }

    /** Kafka's TLS settings, from those given below {@code elastic.https.} and the defaults. */
    static Map<String, Object> parseTls(Map<String, Object> given) {
        return new HashMap<>(new AbstractConfig(tlsDefinition(), given, false).values());
    }

    private static void connection(ConfigDef definition) {
        definition
                .define(
                        CONNECTION_URL,
                        ConfigDef.Type.LIST,
                        ConfigDef.NO_DEFAULT_VALUE,
                        SinkConfigDef::checkUrls,
                        Importance.HIGH,
                        "URLs of the engine, Elasticsearch or OpenSearch, with commas between.")
                .define(
                        USERNAME,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.MEDIUM,
                        "User name; needs the password too.")
                .define(
                        PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Password of the user.")
                .define(
                        API_KEY,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "API key in its encoded form, instead of user and password. Not a key of"
                                + " Confluent's.")
                .define(
                        SECURITY_PROTOCOL,
                        ConfigDef.Type.STRING,
                        "PLAINTEXT",
                        CaseInsensitiveValidString.in("PLAINTEXT", "SSL"),
                        Importance.MEDIUM,
                        "SSL applies the settings below `elastic.https.`; with PLAINTEXT they are"
                                + " ignored and an https URL is checked against what the JVM trusts.")
                .define(
                        COMPRESSION,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Compress requests with gzip.")
                .define(
                        CONNECTION_TIMEOUT,
                        ConfigDef.Type.LONG,
                        5_000L,
                        Range.between(1, Integer.MAX_VALUE),
                        Importance.LOW,
                        "Milliseconds to wait for a connection; then the request is sent again."
                                + " Confluent's default is 1000.")
                .define(
                        READ_TIMEOUT,
                        ConfigDef.Type.LONG,
                        60_000L,
                        Range.between(1, Integer.MAX_VALUE),
                        Importance.LOW,
                        "Milliseconds to wait for an answer; then the request is sent again, which"
                                + " does no harm because ids are the records' keys. Confluent's"
                                + " default is 3000, too short for a busy engine.");
    }

    private static void requests(ConfigDef definition) {
        definition
                .define(
                        BATCH_SIZE,
                        ConfigDef.Type.INT,
                        2_000,
                        Range.between(1, 1_000_000),
                        Importance.MEDIUM,
                        "Most documents in a bulk request.")
                .define(
                        BULK_SIZE,
                        ConfigDef.Type.INT,
                        5 * 1024 * 1024,
                        Range.atLeast(-1),
                        Importance.LOW,
                        "Most bytes in a bulk request, unless one document alone has more; -1 for"
                                + " no limit. A request that the engine finds too large (413) is"
                                + " split.")
                .define(
                        IN_FLIGHT,
                        ConfigDef.Type.INT,
                        5,
                        Range.between(1, 1_000),
                        Importance.MEDIUM,
                        "Most bulk requests of a task at a time. Writes to one document keep their"
                                + " order all the same.")
                .define(
                        MAX_BUFFERED,
                        ConfigDef.Type.INT,
                        20_000,
                        Range.atLeast(1),
                        Importance.LOW,
                        "Records a task holds before it pauses its partitions; one poll may come on"
                                + " top.")
                .define(
                        LINGER,
                        ConfigDef.Type.LONG,
                        1L,
                        Range.atLeast(0),
                        Importance.LOW,
                        "Milliseconds that a document waits for others to share its request.")
                .define(
                        FLUSH_TIMEOUT,
                        ConfigDef.Type.LONG,
                        180_000L,
                        Range.atLeast(1_000),
                        Importance.LOW,
                        "Milliseconds to wait for requests under way when partitions are handed over"
                                + " or the task stops; must be below the consumer's"
                                + " max.poll.interval.ms.")
                .define(
                        MAX_RETRIES,
                        ConfigDef.Type.INT,
                        Integer.MAX_VALUE,
                        Range.atLeast(0),
                        Importance.LOW,
                        "Times in a row that a request may fail for reasons that pass (429, 5xx, no"
                                + " connection, no answer) before the task fails. The default is"
                                + " without limit: partitions are paused and nothing is lost while"
                                + " the engine is away. Confluent's default is 5.")
                .define(
                        RETRY_BACKOFF,
                        ConfigDef.Type.LONG,
                        100L,
                        Range.atLeast(0),
                        Importance.LOW,
                        "Milliseconds before a request is sent again; doubles with each failure in a"
                                + " row up to ten seconds, less a random part.");
    }

    private static void documents(ConfigDef definition) {
        definition
                .define(
                        INDEX_PATTERN,
                        ConfigDef.Type.LIST,
                        "{topic}",
                        IndexPatterns::check,
                        Importance.HIGH,
                        "Name of the index: text with {topic} and date patterns in braces, filled"
                                + " with the event's time in UTC, as in"
                                + " `dns-enriched-{yyyy.MM.dd}`. Several with commas between, each"
                                + " for one topic: `topic:pattern`. Not a key of Confluent's.")
                .define(
                        TIME_FIELD,
                        ConfigDef.Type.STRING,
                        "timestamp",
                        new ConfigDef.NonEmptyString(),
                        Importance.MEDIUM,
                        "Field of the value that holds the event's time. Not a key of Confluent's.");
        IndexWindow.define(definition);
        selection(definition);
        definition
                .define(
                        KEY_IGNORE,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Only false: the record's key is the document's id.")
                .define(
                        SCHEMA_IGNORE,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.LOW,
                        "Only true: mappings come from index templates. Confluent's default is"
                                + " false.")
                .define(
                        WRITE_METHOD,
                        ConfigDef.Type.STRING,
                        "INSERT",
                        CaseInsensitiveValidString.in("INSERT"),
                        Importance.LOW,
                        "Only INSERT: a document replaces the one with the same id.")
                .define(
                        ON_MALFORMED,
                        ConfigDef.Type.STRING,
                        "fail",
                        CaseInsensitiveValidString.in("ignore", "warn", "fail"),
                        Importance.MEDIUM,
                        "What follows when a record cannot become a document or the engine rejects"
                                + " it. It goes to the dead-letter queue, when one is configured, in"
                                + " any case; then `ignore` goes on, `warn` logs and goes on, `fail`"
                                + " stops the task.")
                .define(
                        ON_NULL,
                        ConfigDef.Type.STRING,
                        "fail",
                        CaseInsensitiveValidString.in("ignore", "delete", "fail"),
                        Importance.MEDIUM,
                        "What a record without value does: nothing, delete the document (only with"
                                + " an index.pattern without time), or stop the task.");
    }

    private static void selection(ConfigDef definition) {
        definition
                .define(
                        SELECT,
                        ConfigDef.Type.LIST,
                        "all",
                        Selection::check,
                        Importance.MEDIUM,
                        "Which transactions are indexed: `all`, or what at least one of these takes,"
                                + " with commas between: `sampled:100` (one in a hundred),"
                                + " `slow:1s`, `failed`, `mismatched`, `alerting`. Other records"
                                + " are always indexed. Not a key of Confluent's.")
                .define(
                        ALERTS_INDEX,
                        ConfigDef.Type.STRING,
                        "dns-alerts-*",
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "For `alerting`: where the engine is asked for open alerts, every 10 s; the"
                                + " user needs the privilege `read` on it. Not a key of"
                                + " Confluent's.");
    }

    private static void checkUrls(String key, Object value) {
        if (value instanceof List<?> urls) {
            Hosts.of(urls.stream().map(Object::toString).toList());
        }
    }
}
