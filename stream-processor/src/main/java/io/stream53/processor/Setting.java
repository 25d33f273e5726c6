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
            "Folder that Kafka Streams may use; state is on the heap and in Kafka, so nothing is lost with it."),
    HTTP(
            "http",
            "127.0.0.1:9153",
            "Where /api, /health, /ready, /metrics and /ledger are served; port 0 takes a free one."),
    HTTP_ADVERTISED(
            "http.advertised",
            "",
            "host:port at which other instances reach this one's HTTP; port 0 stands for the one that http took. Empty: this instance answers for what it has alone."),
    HTTP_ALLOW_ORIGIN(
            "http.allow-origin",
            "",
            "Origin of web pages that may read answers, or * for any; empty for none."),
    HTTP_FORWARD_TIMEOUT(
            "http.forward-timeout", "3s", "How long other instances' answers are waited for."),
    HTTP_LIVE_CLIENTS("http.live-clients", "20", "Clients of /api/live at once."),
    HTTP_KEEP_MINUTES(
            "http.keep-minutes",
            "60",
            "Windows of a minute that /api has of a partition: those that were added to last."),
    HTTP_KEEP_HOURS("http.keep-hours", "24", "Windows of an hour likewise."),
    HTTP_KEEP_COUNTS(
            "http.keep-counts",
            "100000",
            "Counts that /api has at once in this instance; each takes about 600 bytes of heap."),
    HTTP_KEEP_ALERTS("http.keep-alerts", "1000", "Alerts that /api has of a partition."),
    GEOIP("geoip", "", "MMDB files with locations and networks of addresses, separated by commas."),
    RESOLVERS_FILE(
            "resolvers.file",
            "",
            "List of public resolvers in place of the bundled one, a line 'name network' each (docs/labels.md); read at the start."),
    TOPIC_RAW("topic.raw", "dns.raw", "Topic that agents write to."),
    TOPIC_ENRICHED("topic.enriched", "dns.enriched", "Topic for transactions."),
    TOPIC_TLD_COUNTS("topic.tld-counts", "dns.tld-counts", "Topic for counts."),
    TOPIC_LEDGER("topic.ledger", "dns.ledger", "Topic for what became of each node's messages."),
    TOPIC_ALERTS("topic.alerts", "dns.alerts", "Topic for attacks."),
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
    COUNT_DIMENSIONS(
            "count.dimensions",
            "all,tld,node,qtype,rcode,transport,country,asn,registered_domain",
            "What transactions are counted by, separated by commas; tld always is, since the ledger is proved by it."),
    COUNT_MAX_KEYS(
            "count.max-keys",
            "10000",
            "Keys counted in an hour, dimension and partition; what exceeds them counts as other."),
    ALERTS_ENABLED("alerts.enabled", "true", "Whether attacks are looked for."),
    ALERTS_OFF("alerts.off", "", "Rules that are switched off, by name, separated by commas."),
    ALERTS_IGNORE(
            "alerts.ignore",
            "",
            "Registered domains and addresses of clients and servers that no alert is about, separated by commas."),
    ALERTS_OPEN_AFTER(
            "alerts.open-after",
            "2",
            "Slots of 10 s in a row that break a rule before an alert opens."),
    ALERTS_CLOSE_AFTER(
            "alerts.close-after",
            "3",
            "Slots in a row that do not break the rule before the alert closes."),
    ALERTS_RANDOM_SUBDOMAIN_NAMES(
            "alerts.random-subdomain.names",
            "300",
            "Different names in a slot that do not exist or cannot be resolved, below one domain."),
    ALERTS_RANDOM_SUBDOMAIN_SHARE(
            "alerts.random-subdomain.share",
            "0.4",
            "Share of such queries among all of the domain."),
    ALERTS_RANDOM_SUBDOMAIN_DISTINCT(
            "alerts.random-subdomain.distinct", "0.7", "Different names for each such query."),
    ALERTS_NXDOMAIN_FLOOD_RESPONSES(
            "alerts.nxdomain-flood.responses", "1000", "NXDOMAIN responses of a server in a slot."),
    ALERTS_NXDOMAIN_FLOOD_SHARE(
            "alerts.nxdomain-flood.share",
            "0.5",
            "Share of them among the server's answers; in a server's first minute halfway between it and 1."),
    ALERTS_NXDOMAIN_FLOOD_GROWTH(
            "alerts.nxdomain-flood.growth",
            "4",
            "How many times the server's usual number of NXDOMAIN responses."),
    ALERTS_AMPLIFICATION_SIZE(
            "alerts.amplification.size",
            "1000",
            "Bytes from which a response over UDP is large, for amplification and reflection."),
    ALERTS_AMPLIFICATION_RATIO(
            "alerts.amplification.ratio",
            "8",
            "How many times its query's bytes such a response must have."),
    ALERTS_AMPLIFICATION_RESPONSES(
            "alerts.amplification.responses", "500", "Large responses of a domain in a slot."),
    ALERTS_AMPLIFICATION_SHARE(
            "alerts.amplification.share",
            "0.5",
            "Share of large responses among all of the domain."),
    ALERTS_AMPLIFICATION_REPEATS(
            "alerts.amplification.repeats",
            "10",
            "Large responses in a slot for each client that gets any."),
    ALERTS_REFLECTION_RESPONSES(
            "alerts.reflection.responses", "300", "Large responses to a client in a slot."),
    ALERTS_REFLECTION_SHARE(
            "alerts.reflection.share", "0.5", "Share of large responses among all to the client."),
    ALERTS_REFLECTION_REPEATS(
            "alerts.reflection.repeats",
            "10",
            "Large responses in a slot for each name and type that the client asks for."),
    ALERTS_TUNNELLING_LENGTH(
            "alerts.tunnelling.length",
            "40",
            "Characters before the registered domain from which a name is long."),
    ALERTS_TUNNELLING_NAMES(
            "alerts.tunnelling.names", "50", "Different long names below a domain in a slot."),
    ALERTS_TUNNELLING_SHARE(
            "alerts.tunnelling.share",
            "0.3",
            "Share of queries with long names among all of the domain."),
    ALERTS_TUNNELLING_ENTROPY(
            "alerts.tunnelling.entropy",
            "3.5",
            "Shannon entropy of the letters of the long names, bits a letter."),
    ALERTS_TUNNELLING_NAMES_PER_CLIENT(
            "alerts.tunnelling.names-per-client",
            "10",
            "Different long names in a slot for each client that asks for any."),
    ALERTS_SPOOFED_RESPONSES_MISMATCHED(
            "alerts.spoofed-responses.mismatched",
            "50",
            "MISMATCHED responses to a client in a slot."),
    ALERTS_SERVER_SILENT_QUERIES(
            "alerts.server-silent.queries",
            "100",
            "Queries to a server in a slot, answered or not."),
    ALERTS_SERVER_SILENT_SHARE(
            "alerts.server-silent.share", "0.9", "Share of unanswered queries among them."),
    ALERTS_SERVER_SILENT_MEMORY(
            "alerts.server-silent.memory",
            "1h",
            "How long ago the server must have answered at last."),
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
    INSTANCE_ID(
            "instance-id",
            "",
            "Name of this instance within the group, as long as it is the only one of it: started again within 30 s it takes up its partitions, and none move. For group-protocol classic."),
    REPLICATION_FACTOR(
            "replication-factor", "-1", "Of internal topics; -1 takes the brokers' default."),
    VALUE_DESERIALIZER(
            "value.deserializer",
            "io.stream53.serde.AvroDeserializer",
            "Class that reads topic.raw, in Confluent's wire format; kafka.* settings are handed to it."),
    VALUE_SERIALIZER(
            "value.serializer",
            "io.stream53.serde.AvroSerializer",
            "Class that writes all topics but topic.dead-letters; kafka.* settings are handed to it.");

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
