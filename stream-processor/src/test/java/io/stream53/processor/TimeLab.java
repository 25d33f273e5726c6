package io.stream53.processor;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;

/** Runs the topology on traffic that arrives by the wall clock, and keeps the last of each key. */
final class TimeLab implements AutoCloseable {
    private static final PublicSuffixes SUFFIXES = new PublicSuffixes();
    private static final long STEP_MS = 1_000;

    final Map<String, DnsTransaction> transactions = new TreeMap<>();
    final Map<String, TldCount> counts = new TreeMap<>();
    final Map<String, NodeLedger> ledgers = new TreeMap<>();
    final Map<String, DnsAlert> alerts = new TreeMap<>();

    /** Whether nothing is left to read, as the lag says. */
    boolean caughtUp = true;

    private final LedgerBoard board = new LedgerBoard();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> raw;
    private final TestOutputTopic<String, DnsTransaction> enrichedOut;
    private final TestOutputTopic<String, TldCount> countsOut;
    private final TestOutputTopic<String, NodeLedger> ledgersOut;
    private final TestOutputTopic<String, DnsAlert> alertsOut;
    private final PlainAvro.Writer<DnsPacket> writer = new PlainAvro.Writer<>();
    private long nowMs;

    TimeLab(Path stateDir) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(topology(), properties, Instant.ofEpochMilli(1_000));
        raw =
                driver.createInputTopic(
                        "dns.raw", new ByteArraySerializer(), new ByteArraySerializer());
        enrichedOut =
                driver.createOutputTopic(
                        "dns.enriched",
                        new StringDeserializer(),
                        (topic, value) -> PlainAvro.read(value, new DnsTransaction()));
        countsOut =
                driver.createOutputTopic(
                        "dns.tld-counts",
                        new StringDeserializer(),
                        (topic, value) -> PlainAvro.read(value, new TldCount()));
        ledgersOut =
                driver.createOutputTopic(
                        "dns.ledger",
                        new StringDeserializer(),
                        (topic, value) -> PlainAvro.read(value, new NodeLedger()));
        alertsOut =
                driver.createOutputTopic(
                        "dns.alerts",
                        new StringDeserializer(),
                        (topic, value) -> PlainAvro.read(value, new DnsAlert()));
    }

    private Topology topology() {
        return DnsTopology.build(
                ProcessorConfig.of(Settings.load(null, Map.of(), new EnumMap<>(Setting.class))),
                new DnsTopology.Parts(
                        PlainAvro.PacketReader::new,
                        new PlainAvro.Writer<>(),
                        new PlainAvro.Writer<>(),
                        new PlainAvro.Writer<>(),
                        new PlainAvro.Writer<>(),
                        () -> new Enricher(GeoLookup.none(), SUFFIXES)::enrich,
                        partition -> caughtUp,
                        board));
    }

    /** Plays nodes beside each other, record by record as they arrive. */
    TimeLab play(NodeTraffic... nodes) {
        return play(0, List.of(), nodes);
    }

    /** The same, with something that happens once at a second of true time. */
    TimeLab play(long second, Runnable event, NodeTraffic... nodes) {
        return play(second, List.of(event), nodes);
    }

    /** The same, with things that happen from a second on, each before the next record. */
    TimeLab play(long second, List<Runnable> events, NodeTraffic... nodes) {
        Iterator<Runnable> next = events.iterator();
        long[] pausedMs = {0};
        Stream.of(nodes)
                .flatMap(node -> node.sent().stream())
                .sorted(Comparator.comparingLong(NodeTraffic.Arriving::atMs))
                .forEach(
                        arriving -> {
                            while (nowMs + STEP_MS <= arriving.atMs() + pausedMs[0]) {
                                step();
                            }
                            if (arriving.atMs() >= second * 1000 && next.hasNext()) {
                                long beforeMs = nowMs;
                                read();
                                next.next().run();
                                pausedMs[0] += nowMs - beforeMs;
                            }
                            send(arriving.packet());
                        });
        pass(Duration.ofMillis(STEP_MS));
        return this;
    }

    void send(DnsPacket packet) {
        byte[] key = packet.getKind().equals("message") ? Packets.key(packet) : null;
        raw.pipeInput(key, writer.serialize("", packet));
    }

    /** Time passes by the wall clock and nothing arrives. */
    TimeLab pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= STEP_MS) {
            step();
        }
        read();
        return this;
    }

    private void step() {
        driver.advanceWallClockTime(Duration.ofMillis(STEP_MS));
        nowMs += STEP_MS;
    }

    private void read() {
        enrichedOut.readKeyValuesToList().forEach(one -> transactions.put(one.key, one.value));
        countsOut.readKeyValuesToList().forEach(one -> counts.put(one.key, one.value));
        ledgersOut.readKeyValuesToList().forEach(one -> ledgers.put(one.key, one.value));
        alertsOut.readKeyValuesToList().forEach(one -> alerts.put(one.key, one.value));
    }

    /** The transactions of a node, as bytes' text, by id. */
    Map<String, String> transactionsOf(String node) {
        return texts(transactions, one -> one.getObserver().getName().equals(node));
    }

    /** The counts of a node's top-level domain, by key. */
    Map<String, String> countsOf(String node) {
        return texts(counts, one -> isOf(node, one));
    }

    List<TldCount> countRecordsOf(String node) {
        return counts.values().stream().filter(one -> isOf(node, one)).toList();
    }

    private static boolean isOf(String node, TldCount count) {
        return count.getDimension().equals("tld") && count.getKey().equals(node);
    }

    Map<String, String> ledgersOf(String node) {
        return texts(ledgers, one -> one.getNode().equals(node));
    }

    /** The alerts that a node took part in, by id. */
    Map<String, String> alertsOf(String node) {
        return texts(alerts, one -> one.getNodes().contains(node));
    }

    private static <R extends SpecificRecord> Map<String, String> texts(
            Map<String, R> records, java.util.function.Predicate<R> which) {
        Map<String, String> texts = new TreeMap<>();
        records.forEach(
                (key, record) -> {
                    if (which.test(record)) {
                        texts.put(key, record.toString());
                    }
                });
        return texts;
    }

    long figure(ProcessorCounter counter) {
        return board.sum().get(counter);
    }

    @Override
    public void close() {
        driver.close();
    }
}
