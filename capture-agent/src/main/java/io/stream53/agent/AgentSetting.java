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
    // What to read.
    PCAP(
            "pcap",
            "",
            "Capture file to read, pcap or pcapng, plain or packed with gzip, zstd, xz or LZ4; - is standard input. A file of dnstap frames will do too. Several: with commas, or the option repeated."),
    FOLDER(
            "folder",
            "",
            "Folder to watch for capture files of any such kind: each is read when it is complete."),
    FOLDER_DONE(
            "folder.done",
            "",
            "Folder that files of the watched folder are moved to when they were read; without it they stay, and are remembered."),
    FOLDER_SETTLE(
            "folder.settle",
            "60s",
            "How long a file of the watched folder must be unchanged to be complete; one that a newer file of the same writer follows is complete at once."),
    INTERFACE("interface", "", "Network interface to capture on."),
    SOURCE("source", "libpcap", "How to capture on an interface: libpcap or pcap4j."),
    DURATION("duration", "", "End a live capture after this time, for example 30s, 5m or PT30S."),
    DNSTAP(
            "dnstap",
            "",
            "Socket to listen on for name servers that send dnstap: unix:/path, tcp:address:port or tls:address:port. Several likewise."),
    DNSTAP_FILE(
            "dnstap.file",
            "",
            "File of dnstap frames to read; - is standard input. Several likewise."),
    DNSTAP_IDENTITY(
            "dnstap.identity",
            "true",
            "Whether the identity in dnstap names the node; otherwise it is the agent's."),
    DNSTAP_TLS_CERTIFICATE(
            "dnstap.tls.certificate",
            "",
            "PEM file with the certificate for tls: sockets, and its chain."),
    DNSTAP_TLS_KEY("dnstap.tls.key", "", "PEM file with the private key for it (PKCS #8)."),
    DNSTAP_TLS_CLIENT_AUTHORITY(
            "dnstap.tls.client.authority",
            "",
            "PEM file with the authority that name servers' certificates must come from; without it they need none."),

    // How to capture and decode.
    CAPTURE_BUFFER_MIB(
            "capture.buffer.mib", "16", "The kernel's capture buffer in MiB, for each thread."),
    CAPTURE_PROMISCUOUS("capture.promiscuous", "true", "See frames meant for other hosts too."),
    CAPTURE_THREADS(
            "capture.threads",
            "1",
            "Threads that share an interface's packets (PACKET_FANOUT); with libpcap only."),
    PORT("port", "53", "Port that carries DNS. Several likewise."),
    TUNNELS(
            "tunnels",
            "",
            "Whether to look inside GRE, ERSPAN, VXLAN, Geneve, IP in IP, MPLS and PPPoE; true for files and false for interfaces by default."),
    PROXY_FROM(
            "proxy.from",
            "",
            "Network of proxies whose PROXY protocol headers are believed, for example 192.0.2.0/24. Several likewise."),
    REASSEMBLY_MIB(
            "reassembly.mib",
            "16",
            "Memory for fragments and TCP streams that are not complete, in MiB."),
    FRAGMENT_TIMEOUT(
            "fragment.timeout", "30s", "How long a fragment waits for the rest of its packet."),
    TCP_IDLE(
            "tcp.idle", "60s", "How long a TCP connection in which nothing happens is remembered."),

    // Who the node is.
    NODE("node", "", "Name of this vantage point; the host's name by default."),
    SITE("site", "", "Stands in for the node where queries and responses pass different taps."),
    ADDRESS(
            "address",
            "",
            "The node's own address, which tells inbound from outbound; of an interface its own by default. Several likewise."),

    // What to leave out.
    FILTER_ZONE(
            "filter.zone", "", "Zone: only questions in it or below are kept. Several likewise."),
    FILTER_ZONE_EXCLUDE(
            "filter.zone.exclude",
            "",
            "Zone: questions in it or below are left out. Several likewise."),
    FILTER_TYPE(
            "filter.type",
            "",
            "Query type, for example AAAA or TYPE65: only these are kept. Several likewise."),
    FILTER_TYPE_EXCLUDE(
            "filter.type.exclude", "", "Query type that is left out. Several likewise."),
    FILTER_RCODE(
            "filter.rcode",
            "",
            "Response code, for example NXDOMAIN: only transactions with these are kept; queries wait for it. Several likewise."),
    FILTER_RCODE_EXCLUDE(
            "filter.rcode.exclude",
            "",
            "Response code whose transactions are left out. Several likewise."),
    FILTER_CLIENT(
            "filter.client",
            "",
            "Network of clients: only their transactions are kept. Several likewise."),
    FILTER_CLIENT_EXCLUDE(
            "filter.client.exclude",
            "",
            "Network of clients whose transactions are left out. Several likewise."),
    MESSAGE("message", "all", "Whose bytes to carry: none, responses or all."),

    // What to change, for privacy.
    PRIVACY_ADDRESS(
            "privacy.address",
            "plain",
            "What becomes of client addresses and client subnets: plain, truncated, cryptopan or ipcrypt_pfx."),
    PRIVACY_IPV4_PREFIX(
            "privacy.ipv4.prefix", "24", "Bits of an IPv4 address that truncation keeps."),
    PRIVACY_IPV6_PREFIX(
            "privacy.ipv6.prefix", "48", "Bits of an IPv6 address that truncation keeps."),
    PRIVACY_HASH_LABELS(
            "privacy.hash.labels",
            "false",
            "Whether labels below the registered domain become keyed hashes; needs message=none."),
    PRIVACY_KEY_FILE(
            "privacy.key.file",
            "",
            "File with the key for encryption and hashing: one line of 64 hexadecimal digits, closed to other users."),
    PRIVACY_GEOIP(
            "privacy.geoip",
            "",
            "MMDB file to look clients up in before their addresses are changed. Several likewise."),

    // What to take from the host.
    QUEUE_MIB(
            "queue.mib",
            "8",
            "Memory for records on their way to Kafka, in MiB; a spool stands in for it."),
    SAMPLING_RATE("sampling.rate", "1", "Keep one transaction in so many."),
    MAX_CPU_PERCENT(
            "max.cpu.percent",
            "0",
            "Processor time the agent may take, 100 being one core: over it, it samples more. 0: no bound."),
    MAX_MEMORY(
            "max.memory",
            "",
            "Resident memory the whole process may take, for example 160m; ./stream53 agent starts with 160m where none is given."),

    // When transactions are over.
    MATCH_TIMEOUT("match.timeout", "5s", "How long the processor waits for a response."),
    MATCH_SKEW("match.skew", "200ms", "How far messages may be out of their order in time."),

    // Where to publish.
    BOOTSTRAP("bootstrap", "localhost:9092", "Kafka's bootstrap servers."),
    TOPIC("topic", "dns.raw", "Topic to publish to; it must exist."),
    REGISTRY("registry", "", "URL of the schema registry, or several with commas."),
    SCHEMA_ID("schema.id", "", "Fixed id of DnsPacket's schema; no registry is asked then."),
    SCHEMA_CACHE("schema.cache", "", "Folder that keeps the schema's id between starts."),
    VALUE_SERIALIZER(
            "value.serializer",
            "",
            "Class of a Kafka Serializer<DnsPacket>; by default the agent's own bytes, in Confluent's wire format."),
    SPOOL(
            "spool",
            "",
            "Folder that keeps what Kafka has not acknowledged, also across crashes; without it a queue in memory must do."),
    SPOOL_MAX_MIB(
            "spool.max.mib",
            "1024",
            "What the spool may grow to, in MiB; what comes then is dropped, and counted."),

    // What to tell.
    HTTP(
            "http",
            "127.0.0.1:9154",
            "Where /health, /ready, /metrics and /ledger are served; port 0 takes a free one, which is told; off serves nothing, as does a run over files without this."),
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
        return switch (this) {
            case PCAP,
                    DNSTAP,
                    DNSTAP_FILE,
                    PORT,
                    PROXY_FROM,
                    ADDRESS,
                    FILTER_ZONE,
                    FILTER_ZONE_EXCLUDE,
                    FILTER_TYPE,
                    FILTER_TYPE_EXCLUDE,
                    FILTER_RCODE,
                    FILTER_RCODE_EXCLUDE,
                    FILTER_CLIENT,
                    FILTER_CLIENT_EXCLUDE,
                    PRIVACY_GEOIP ->
                    true;
            default -> false;
        };
    }

    /** Whether SIGHUP brings a new value into force; the others need a restart. */
    public boolean isReloadable() {
        return switch (this) {
            case FILTER_ZONE,
                    FILTER_ZONE_EXCLUDE,
                    FILTER_TYPE,
                    FILTER_TYPE_EXCLUDE,
                    FILTER_RCODE,
                    FILTER_RCODE_EXCLUDE,
                    FILTER_CLIENT,
                    FILTER_CLIENT_EXCLUDE,
                    MESSAGE,
                    PRIVACY_ADDRESS,
                    PRIVACY_IPV4_PREFIX,
                    PRIVACY_IPV6_PREFIX,
                    PRIVACY_HASH_LABELS,
                    PRIVACY_KEY_FILE,
                    PRIVACY_GEOIP,
                    SAMPLING_RATE,
                    MAX_CPU_PERCENT ->
                    true;
            default -> false;
        };
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
