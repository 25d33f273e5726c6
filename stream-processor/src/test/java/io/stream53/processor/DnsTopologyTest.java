package io.stream53.processor;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.Ledger;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import io.stream53.serde.GeneratedClasses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsTopologyTest {
    static {
        GeneratedClasses.trust();
    }

    private static final PublicSuffixes SUFFIXES = new PublicSuffixes();
    private static final long SECOND_US = 1_000_000;

    private final LedgerBoard board = new LedgerBoard();
    private final ProcessorConfig config =
            ProcessorConfig.of(Settings.load(null, Map.of(), new EnumMap<>(Setting.class)));
    private boolean caughtUp = true;
    private long sequence;

    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> raw;
    private final TestOutputTopic<String, DnsTransaction> enriched;
    private final TestOutputTopic<String, TldCount> counts;
    private final TestOutputTopic<String, NodeLedger> ledgers;
    private final TestOutputTopic<byte[], byte[]> deadLetters;

    DnsTopologyTest(@TempDir Path stateDir) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(topology(), properties, Instant.ofEpochMilli(1_000));
        raw =
                driver.createInputTopic(
                        "dns.raw", new ByteArraySerializer(), new ByteArraySerializer());
        enriched =
                output(
                        "dns.enriched",
                        (topic, value) -> PlainAvro.read(value, new DnsTransaction()));
        counts = output("dns.tld-counts", (topic, value) -> PlainAvro.read(value, new TldCount()));
        ledgers = output("dns.ledger", (topic, value) -> PlainAvro.read(value, new NodeLedger()));
        deadLetters =
                driver.createOutputTopic(
                        "dns.dead-letters",
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    private <T> TestOutputTopic<String, T> output(String topic, Deserializer<T> values) {
        return driver.createOutputTopic(topic, new StringDeserializer(), values);
    }

    private Topology topology() {
        return DnsTopology.build(
                config,
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

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void everyNodeAndStoreHasItsName() throws IOException {
        assertThat(topology().describe().toString())
                .as(
                        "The topology is another one. Instances of both versions cannot share a group: say"
                                + " in CHANGELOG.md that all have to be stopped for the upgrade, and that"
                                + " with group-protocol streams the group has to be deleted (docs/scaling.md,"
                                + " Upgrades). Then write the file anew with -Dgolden.update=true.")
                .isEqualTo(golden("topology.txt", topology().describe().toString()));
    }

    @Test
    void whatTheStateOfRunningInstallationsRestsOnStaysAsItIs() throws IOException {
        StringBuilder now = new StringBuilder();
        for (TopologyDescription.Subtopology part : topology().describe().subtopologies()) {
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Source source) {
                    source.topicSet()
                            .forEach(topic -> now.append(part.id() + " reads " + topic + '\n'));
                }
                if (node instanceof TopologyDescription.Processor processor) {
                    processor
                            .stores()
                            .forEach(store -> now.append(part.id() + " keeps " + store + '\n'));
                }
            }
        }
        String sorted = now.toString().lines().distinct().sorted().collect(joining("\n", "", "\n"));
        assertThat(sorted)
                .as(
                        "A store, a source or a sub-topology's number is another one: an upgraded processor"
                                + " would not find its state, queries that were pending would come out wrong,"
                                + " and counts would begin anew. Keep the names, or move the state over; only"
                                + " before the first release may topology-state.txt simply be written anew.")
                .isEqualTo(golden("topology-state.txt", sorted));
    }

    private static String golden(String name, String now) throws IOException {
        Path file =
                Requires.repository().resolve("stream-processor/src/test/resources").resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, now);
        }
        return Files.readString(file);
    }

    @Test
    void joinsAQueryToItsResponseUnderItsId() {
        send(Packets.query(1, "www.example.com", Packets.START_US));
        send(Packets.response(1, "www.example.com", Packets.START_US + 5_000));

        KeyValue<String, DnsTransaction> only = enriched.readKeyValue();
        assertThat(only.value.getDns().getStatus()).isEqualTo("ANSWERED");
        assertThat(only.value.getEvent().getDuration()).isEqualTo(5_000_000L);
        assertThat(only.key).isEqualTo(only.value.getId());
        assertThat(enriched.isEmpty()).isTrue();
    }

    @Test
    void aQueryIsUnansweredOnceItsNodesWatermarkHasPassed() {
        send(Packets.query(1, "example.com", Packets.START_US));
        send(watermark(Packets.START_US + 5 * SECOND_US));
        assertThat(enriched.isEmpty()).isTrue();
        send(watermark(Packets.START_US + 5 * SECOND_US + 1));
        assertThat(enriched.readValue().getDns().getStatus()).isEqualTo("UNANSWERED");
    }

    @Test
    void dropsWhatWasReadBeforeAndCountsWhatIsMissing() {
        DnsPacket query = Packets.query(1, "example.com", Packets.START_US);
        send(query);
        sendAs(query, 0);
        sequence = 4;
        send(Packets.response(1, "example.com", Packets.START_US + 1_000));

        assertThat(enriched.readValue().getDns().getRetransmissions()).isZero();
        assertThat(figure(ProcessorCounter.PACKETS_READ)).isEqualTo(2);
        assertThat(figure(ProcessorCounter.REDELIVERED)).isEqualTo(1);
        assertThat(figure(ProcessorCounter.LOST)).isEqualTo(3);
    }

    @Test
    void theFirstRecordOfARunIsTheBaselineOfItsNumbers() {
        sequence = 1_000;
        send(Packets.query(1, "example.com", Packets.START_US));
        assertThat(figure(ProcessorCounter.LOST)).isZero();
    }

    @Test
    void whatIsNoPacketGoesToTheDeadLettersAsItCame() {
        byte[] key = {1};
        byte[] value = "garbage".getBytes(StandardCharsets.UTF_8);
        raw.pipeInput(key, value);
        DnsPacket badAddress = Packets.query(1, "example.com", Packets.START_US);
        byte[] goodKey = Packets.key(badAddress);
        badAddress.setClientIp(java.nio.ByteBuffer.allocate(3));
        raw.pipeInput(goodKey, new PlainAvro.Writer<DnsPacket>().serialize("", badAddress));
        raw.pipeInput(goodKey, (byte[]) null);

        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).hasSize(3);
        assertThat(letters.getFirst().key()).isEqualTo(key);
        assertThat(letters.getFirst().value()).isEqualTo(value);
        assertThat(header(letters.get(0), "__streams.errors.message"))
                .isEqualTo("its value is no DnsPacket: it does not begin with the mark");
        assertThat(header(letters.get(0), "__streams.errors.topic")).isEqualTo("dns.raw");
        assertThat(header(letters.get(0), "__streams.errors.partition")).isEqualTo("0");
        assertThat(header(letters.get(1), "__streams.errors.offset")).isEqualTo("1");
        assertThat(header(letters.get(1), "__streams.errors.message"))
                .isEqualTo("its addresses have neither 4 nor 16 bytes");
        assertThat(header(letters.get(2), "__streams.errors.message")).isEqualTo("it has no value");
        assertThat(figure(ProcessorCounter.UNDECODABLE)).isEqualTo(3);
    }

    @Test
    void aValueTooLargeForItsHeadersIsCut() {
        raw.pipeInput(new byte[] {1}, new byte[1_000_000]);
        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertThat(letter.value()).hasSizeBetween(890_000, 900_000);
        assertThat(header(letter, "stream53.value-cut-from-bytes")).isEqualTo("1000000");
    }

    @Test
    void anUnansweredQueryIsMarkedWhenItsNodeHasDroppedMessagesSince() {
        send(Packets.query(1, "example.com", Packets.START_US));
        DnsPacket told = watermark(Packets.START_US + SECOND_US);
        told.setLosses(Map.of("kernel", 3L));
        send(told);
        send(Packets.query(2, "example.com", Packets.START_US + 2 * SECOND_US));
        DnsPacket later = watermark(Packets.START_US + 10 * SECOND_US);
        later.setLosses(Map.of("kernel", 3L));
        send(later);
        assertThat(enriched.readValuesToList())
                .extracting(DnsTransaction::getCaptureLoss)
                .containsExactly(true, false);
    }

    @Test
    void whatIsLeftOutOnPurposeIsNoLossAndAReasonThatIsNotKnownIsOne() {
        send(Packets.query(1, "example.com", Packets.START_US));
        DnsPacket told = watermark(Packets.START_US + 6 * SECOND_US);
        told.setLosses(Map.of("filtered", 3L, "sampled", 4L));
        send(told);
        assertThat(enriched.readValue().getCaptureLoss()).isFalse();
        send(Packets.query(2, "example.com", Packets.START_US + 7 * SECOND_US));
        DnsPacket newer = watermark(Packets.START_US + 20 * SECOND_US);
        newer.setLosses(Map.of("filtered", 3L, "sampled", 4L, "eatenByTheDog", 1L));
        send(newer);
        assertThat(enriched.readValue().getCaptureLoss()).isTrue();
    }

    @Test
    void aQueryOfARunThatCrashedIsMarked() {
        send(Packets.query(1, "example.com", Packets.START_US));
        sequence = 0;
        DnsPacket next = Packets.query(2, "example.com", Packets.START_US + SECOND_US);
        next.setRun(8);
        send(next);
        send(Packets.watermark(Packets.NODE, 8, Packets.START_US + 10 * SECOND_US));
        assertThat(enriched.readValuesToList())
                .extracting(DnsTransaction::getCaptureLoss)
                .containsExactly(true, false);
    }

    @Test
    void aQueryIsSampledOutWhenTheRateThatRoseWouldHaveLeftItsResponseOut() {
        for (int client = 0; client < 50; client++) {
            send(Packets.query(client, "example.com", Packets.START_US));
        }
        DnsPacket risen = watermark(Packets.START_US + SECOND_US);
        risen.setSamplingRate(1_000_000_000);
        send(risen);
        send(watermark(Packets.START_US + 10 * SECOND_US));
        assertThat(enriched.readValuesToList())
                .hasSize(50)
                .allSatisfy(
                        transaction -> {
                            assertThat(transaction.getDns().getStatus()).isEqualTo("SAMPLED_OUT");
                            assertThat(transaction.getEvent().getOutcome()).isEqualTo("unknown");
                            assertThat(transaction.getCaptureLoss()).isFalse();
                        });
        // What is counted is sent, and then shown.
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        TldCount com = lastCounts().values().iterator().next();
        assertThat(com.getQueries()).isEqualTo(50);
        assertThat(com.getUnanswered()).isZero();
    }

    @Test
    void whatBecameOfANodesMessagesIsWrittenForEachMinute() {
        DnsPacket query = Packets.query(1, "example.com", Packets.START_US);
        send(query);
        sendAs(query, 0);
        sequence = 2;
        DnsPacket told = watermark(Packets.START_US + SECOND_US);
        told.setCaptured(5);
        told.setRunSent(2);
        told.setPartitionSent(2);
        told.setLosses(Map.of("kernel", 3L));
        send(told);
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        Map<String, NodeLedger> sofar = ledgers.readKeyValuesToMap();
        assertThat(sofar).containsOnlyKeys("ns1|2026-11-22T16:00:00Z");
        assertThat(sofar.values()).noneMatch(NodeLedger::getFinal$);

        send(Packets.query(2, "example.org", Packets.START_US + 70 * SECOND_US));
        DnsPacket end = watermark(Long.MAX_VALUE);
        end.setCaptured(6);
        end.setRunSent(3);
        end.setPartitionSent(3);
        end.setLosses(Map.of("kernel", 3L));
        send(end);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        Map<String, NodeLedger> last = ledgers.readKeyValuesToMap();
        assertThat(last.values()).allMatch(NodeLedger::getFinal$).allMatch(NodeLedger::getBalanced);
        assertThat(last)
                .hasEntrySatisfying(
                        "ns1|2026-11-22T16:00:00Z",
                        first -> {
                            assertThat(first.getCaptured()).isEqualTo(5);
                            assertThat(first.getRead()).isEqualTo(1);
                            assertThat(first.getLost()).isEqualTo(1);
                            assertThat(first.getRedelivered()).isEqualTo(1);
                            assertThat(first.getDropped()).isEqualTo(Map.of("kernel", 3L));
                        })
                .hasEntrySatisfying(
                        "ns1|2026-11-22T16:01:00Z",
                        second -> {
                            assertThat(second.getCaptured()).isEqualTo(1);
                            assertThat(second.getDropped()).isEmpty();
                            assertThat(second.getEnded()).isEqualTo(1);
                        });
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(board.sum().openWindows()).isZero();
        assertThat(board.sum().unsent()).isZero();
    }

    @Test
    void countsAreFinalOnceTheRunHasEnded() {
        send(Packets.query(1, "www.example.com", Packets.START_US));
        send(Packets.response(1, "www.example.com", Packets.START_US + 5_000));
        send(Packets.query(2, "example.org", Packets.START_US + 70 * SECOND_US));
        send(watermark(Long.MAX_VALUE));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        Map<String, TldCount> last = lastCounts();
        assertThat(last).hasSize(2);
        assertThat(last.values()).allMatch(TldCount::getFinal$);
        assertThat(last)
                .hasEntrySatisfying(
                        "tld|com|2026-11-22T16:00:00Z",
                        com -> assertThat(com.getQueries()).isEqualTo(1))
                .hasEntrySatisfying(
                        "tld|org|2026-11-22T16:01:00Z",
                        org -> assertThat(org.getUnanswered()).isEqualTo(1));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(board.sum().openWindows()).isZero();
        // Two minutes of nine dimensions.
        assertThat(board.sum().finalWindows()).isEqualTo(18);
        assertThat(board.sum().unsent()).isZero();
        assertThat(figure(ProcessorCounter.COUNTED_QUERIES)).isEqualTo(2);
    }

    @Test
    void aWindowClosesWhenTheWatermarkHasPassedItByTimeoutAndGrace() {
        send(Packets.query(1, "example.com", Packets.START_US));
        long endUs = Packets.START_US + 50 * SECOND_US;
        send(watermark(endUs + 15 * SECOND_US));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(lastCounts().values()).noneMatch(TldCount::getFinal$);
        send(watermark(endUs + 15 * SECOND_US + 1));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(lastCounts().values()).hasSize(1).allMatch(TldCount::getFinal$);
    }

    @Test
    void whatComesAfterTheCloseCorrectsTheCount() {
        send(Packets.query(1, "example.com", Packets.START_US));
        send(watermark(Long.MAX_VALUE));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(lastCounts().values()).hasSize(1);

        DnsPacket other = Packets.query(2, "example.com", Packets.START_US + 1);
        other.setRun(8);
        send(other);
        DnsPacket end = watermark(Long.MAX_VALUE);
        end.setRun(8);
        send(end);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        TldCount corrected = lastCounts().values().iterator().next();
        assertThat(corrected.getQueries()).isEqualTo(2);
        assertThat(corrected.getLate()).isEqualTo(1);
        assertThat(corrected.getFinal$()).isTrue();
    }

    @Test
    void aSilentNodeIsGivenUpOnlyWhileNothingIsLeftToRead() {
        send(Packets.query(1, "example.com", Packets.START_US));
        caughtUp = false;
        passMinutes(11);
        assertThat(enriched.isEmpty()).isTrue();
        caughtUp = true;
        passMinutes(9);
        assertThat(enriched.isEmpty()).isTrue();
        passMinutes(2);
        DnsTransaction lost = enriched.readValue();
        assertThat(lost.getDns().getStatus()).isEqualTo("UNANSWERED");
        assertThat(lost.getDns().getUnansweredCause()).isEqualTo("node_lost");
        assertThat(lost.getCaptureLoss()).isTrue();
    }

    @Test
    void theLedgerBalancesAtTheEndOfARun() {
        for (int client = 0; client < 50; client++) {
            long at = Packets.START_US + client * 10_000L;
            send(Packets.query(client, "example.com", at));
            if (client % 5 != 0) {
                send(Packets.response(client, "example.com", at + 1_000));
            }
            if (client % 10 == 1) {
                send(Packets.response(client, "example.com", at + 2_000));
            }
        }
        send(Packets.response(99, "example.com", Packets.START_US + 600_000));
        send(watermark(Long.MAX_VALUE));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        long published = figure(ProcessorCounter.PACKETS_READ);
        Ledger ledger =
                new Ledger(
                        new AgentLedger(published, 0, published, published, Map.of()),
                        board.sum().counters(),
                        null);
        assertThat(ledger.imbalances()).isEmpty();
        assertThat(board.sum().pending()).isZero();
        assertThat(board.uncommitted()).isFalse();
    }

    private void passMinutes(int minutes) {
        for (int step = 0; step < 3 * minutes; step++) {
            driver.advanceWallClockTime(Duration.ofSeconds(20));
        }
    }

    private static DnsPacket watermark(long timestampUs) {
        return Packets.watermark(Packets.NODE, Packets.RUN, timestampUs);
    }

    private void send(DnsPacket packet) {
        sendAs(packet, sequence++);
    }

    private void sendAs(DnsPacket packet, long number) {
        packet.setSequence(number);
        byte[] key = packet.getKind().equals("message") ? Packets.key(packet) : null;
        raw.pipeInput(key, new PlainAvro.Writer<DnsPacket>().serialize("", packet));
    }

    /** The figure as of the last commit, which shows when the task does the next thing. */
    private long figure(ProcessorCounter counter) {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        return board.sum().get(counter);
    }

    /** Minutes by top-level domain. */
    private Map<String, TldCount> lastCounts() {
        Map<String, TldCount> last = counts.readKeyValuesToMap();
        last.keySet().removeIf(key -> !key.startsWith("tld|") || key.endsWith("/PT1H"));
        return last;
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
