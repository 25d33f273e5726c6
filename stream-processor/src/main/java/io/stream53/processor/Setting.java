package io.stream53.processor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every setting of the processor, once: key, default and one sentence. The reference in
 * docs/configuration-processor.md is made from it.
 */
enum Setting {
    BOOTSTRAP(
            "bootstrap",
            "localhost:9092",
            "Kafka brokers to start from, host:port, separated by commas."),
    REGISTRY(
            "registry",
            "http://localhost:8081",
            "URL of the schema registry; several are separated by commas."),
    APPLICATION_ID(
            "application-id",
            "stream53",
            "Name of the consumer group and prefix of internal topics: instances that share the work share it, a replay has one of its own."),
    STATE_DIR(
            "state-dir",
            "state",
            "Folder for local state; what is lost in it is restored from Kafka."),
    HTTP(
            "http",
            "127.0.0.1:9153",
            "Where /health, /ready, /metrics and /ledger are served; port 0 takes a free one."),
    GEOIP("geoip", "", "MMDB files with locations and networks of addresses, separated by commas."),
    TOPIC_RAW("topic.raw", "dns.raw", "Topic that agents write to."),
    TOPIC_ENRICHED("topic.enriched", "dns.enriched", "Topic for transactions."),
    TOPIC_TLD_COUNTS("topic.tld-counts", "dns.tld-counts", "Topic for counts."),
    TOPIC_LEDGER("topic.ledger", "dns.ledger", "Topic for what became of each node's messages."),
    TOPIC_DEAD_LETTERS(
            "topic.dead-letters", "dns.dead-letters", "Topic for records that are no DnsPackets."),
    MATCH_TIMEOUT(
            "match.timeout", "5s", "How long a query waits for its response; the same in agents."),
    MATCH_SKEW(
            "match.skew",
            "200ms",
            "How much earlier than its query a response may be captured; the same in agents."),
    MATCH_MAX_PENDING(
            "match.max-pending",
            "200000",
            "Queries waiting at once in a partition; each takes about 400 bytes of heap."),
    MATCH_MAX_PENDING_PER_KEY(
            "match.max-pending-per-key",
            "16",
            "Queries waiting at once under one transaction key."),
    MATCH_MAX_EARLY(
            "match.max-early", "20000", "Responses held for their query at once in a partition."),
    MATCH_MAX_REMEMBERED(
            "match.max-remembered",
            "200000",
            "Answered queries, and as many expired ones, remembered in a partition to tell duplicates and late responses."),
    MATCH_NODE_LOST(
            "match.node-lost",
            "10m",
            "Queries of a node that is silent for so long, while nothing is left to read, are unanswered."),
    COUNT_INTERVAL("count.interval", "10s", "How often a task sends its partial counts."),
    COUNT_GRACE(
            "count.grace",
            "10s",
            "How long after match.timeout a window stays open, in event time."),
    GUARANTEE(
            "guarantee",
            "exactly_once_v2",
            "exactly_once_v2, or at_least_once: faster, and a crash may double or miss records."),
    COMMIT_INTERVAL(
            "commit-interval", "500ms", "How often results become visible and progress is kept."),
    THREADS("threads", "1", "Threads that share this instance's partitions."),
    GROUP_PROTOCOL(
            "group-protocol",
            "classic",
            "classic, or streams (KIP-1071), which refuses any later change of the topology."),
    REPLICATION_FACTOR(
            "replication-factor", "-1", "Of internal topics; -1 takes the brokers' default."),
    VALUE_DESERIALIZER(
            "value.deserializer",
            "io.stream53.serde.AvroDeserializer",
            "Class that reads topic.raw, in Confluent's wire format; kafka.* settings are handed to it."),
    VALUE_SERIALIZER(
            "value.serializer",
            "io.stream53.serde.AvroSerializer",
            "Class that writes topic.enriched, topic.tld-counts and topic.ledger; kafka.* settings are handed to it.");

    /** Passed on to Kafka's clients and to the serializers, without the prefix. */
    static final String KAFKA_PREFIX = "kafka.";

    /** Passed on to Kafka Streams, without the prefix. */
    static final String STREAMS_PREFIX = "streams.";

    static final String ENVIRONMENT_PREFIX = "STREAM53_PROCESSOR_";

    private final String key;
    private final String defaultValue;
    private final String meaning;

    Setting(String key, String defaultValue, String meaning) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
    }

    /** Key in a configuration file; {@code --key} on the command line where it has an option. */
    String key() {
        return key;
    }

    String defaultValue() {
        return defaultValue;
    }

    /** One sentence for people. */
    String meaning() {
        return meaning;
    }

    /** Variable of the environment that overrides a file. */
    String environment() {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static Optional<Setting> ofKey(String key) {
        return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** The reference, as rows of a Markdown table. */
    static List<String> table() {
        return Arrays.stream(values())
                .map(
                        setting ->
                                "| `%s` | %s | %s |"
                                        .formatted(
                                                setting.key,
                                                setting.defaultValue.isEmpty()
                                                        ? ""
                                                        : "`" + setting.defaultValue + "`",
                                                setting.meaning))
                .collect(Collectors.toList());
    }
}
