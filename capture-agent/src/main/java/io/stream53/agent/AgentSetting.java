package io.stream53.agent;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/**
 * The agent's settings: key, default and meaning in one place. A command line option is its key
 * with dashes for dots ({@code --schema-id}), an environment variable the key in upper case with
 * underscores ({@code STREAM53_AGENT_SCHEMA_ID}). The command line wins over the environment, that
 * over the file.
 */
public enum AgentSetting {
    PCAP(
            "pcap",
            "",
            "Capture file to read, in pcap's classic format, plain or gzip; - is standard input."
                    + " Several: with commas, or the option repeated."),
    INTERFACE("interface", "", "Network interface to capture on."),
    SOURCE("source", "libpcap", "How to capture on an interface: libpcap or pcap4j."),
    PORT("port", "53", "Port that carries DNS. Several likewise."),
    NODE("node", "", "Name of this vantage point; the host's name by default."),
    SITE("site", "", "Stands in for the node where queries and responses pass different taps."),
    ADDRESS(
            "address",
            "",
            "The node's own address, which tells inbound from outbound. Several likewise."),
    MESSAGE("message", "all", "Whose bytes to carry: none, responses or all."),
    DURATION("duration", "", "End a live capture after this time, for example 30s, 5m or PT30S."),
    CAPTURE_BUFFER_MIB("capture.buffer.mib", "16", "The kernel's capture buffer in MiB."),
    CAPTURE_PROMISCUOUS("capture.promiscuous", "true", "See frames meant for other hosts too."),
    MATCH_TIMEOUT("match.timeout", "5s", "How long the processor waits for a response."),
    MATCH_SKEW("match.skew", "200ms", "How far messages may be out of their order in time."),
    BOOTSTRAP("bootstrap", "localhost:9092", "Kafka's bootstrap servers."),
    TOPIC("topic", "dns.raw", "Topic to publish to; it must exist."),
    REGISTRY("registry", "", "URL of the schema registry, or several with commas."),
    SCHEMA_ID("schema.id", "", "Fixed id of DnsPacket's schema; no registry is asked then."),
    SCHEMA_CACHE("schema.cache", "", "Folder that keeps the schema's id between starts."),
    VALUE_SERIALIZER(
            "value.serializer",
            "",
            "Class of a Kafka Serializer<DnsPacket>; by default the agent's own bytes, in"
                    + " Confluent's wire format."),
    LEDGER("ledger", "", "File that holds this run's ledger as JSON, written each second."),
    SHUTDOWN_TIMEOUT("shutdown.timeout", "30s", "How long to wait for Kafka when told to end.");

    /** Keys with these prefixes go to Kafka, the serializer and the registry client. */
    public static final String KAFKA_PREFIX = "kafka.";

    public static final String REGISTRY_PREFIX = "schema.registry.";

    private final String key;
    private final String defaultText;
    private final String meaning;

    AgentSetting(String key, String defaultText, String meaning) {
        this.key = key;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** The key in a properties file. */
    public String key() {
        return key;
    }

    /** The value where none is given; empty where there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** Whether it may have several values: repeated options, or commas in a text. */
    boolean isList() {
        return this == PCAP || this == PORT || this == ADDRESS;
    }

    /** One sentence for people. */
    public String meaning() {
        return meaning;
    }

    /** The name of the environment variable. */
    public String variable() {
        return "STREAM53_AGENT_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The setting whose key is nearest to a wrong one, for the error message. */
    static AgentSetting nearest(String wrong) {
        return Arrays.stream(values())
                .min(Comparator.comparingInt(setting -> distance(setting.key, wrong)))
                .orElseThrow();
    }

    /** Levenshtein distance: insertions, deletions and replacements that make one the other. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
