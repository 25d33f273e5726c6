package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.Ledger;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.AvroSerializer;
import io.stream53.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} in the middle of a run takes nothing away and adds nothing. */
class KillTest {
    private static final int PARTITIONS = 4;
    private static final int CLIENTS = 60_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static TestBroker broker;
    private static TestRegistry registry;

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        broker.createTopics(PARTITIONS);
        registry = TestRegistry.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    @Test
    void twoKillsChangeNothing() throws Exception {
        List<Traffic.Sent> traffic = Traffic.of(53, PARTITIONS, CLIENTS);
        Traffic.Expected expected = Traffic.expected(traffic, PARTITIONS);
        publish(traffic);

        runUntil(folder.resolve("state-1"), CLIENTS / 5);
        runUntil(folder.resolve("state-1"), CLIENTS / 2);
        JsonNode ledger;
        try (ProcessorProcess last = processor(folder.resolve("state-2"))) {
            ledger = awaitEnd(last, Traffic.messages(traffic));
        }

        Map<String, Set<String>> actual = idsByStatus();
        System.out.println("without kills: " + counters(expected));
        System.out.println("with two kills: " + ledger);
        for (String status : List.of("ANSWERED", "UNANSWERED", "MISMATCHED", "LATE")) {
            assertThat(actual.get(status)).as(status).isEqualTo(expected.idsByStatus().get(status));
        }
        assertThat(
                        value(ledger, ProcessorCounter.UNSOLICITED)
                                + value(ledger, ProcessorCounter.DUPLICATE_RESPONSES))
                .isEqualTo(
                        Traffic.get(expected, ProcessorCounter.UNSOLICITED)
                                + Traffic.get(expected, ProcessorCounter.DUPLICATE_RESPONSES));
        assertThat(value(ledger, ProcessorCounter.RETRANSMISSIONS))
                .isEqualTo(Traffic.get(expected, ProcessorCounter.RETRANSMISSIONS));
        assertThat(value(ledger, ProcessorCounter.TRANSFER_RESPONSES))
                .isEqualTo(Traffic.get(expected, ProcessorCounter.TRANSFER_RESPONSES));
        assertBalanced(ledger, Traffic.messages(traffic));
    }

    /** Starts a processor and kills it once so many transactions are out. */
    private void runUntil(Path stateDir, long transactions) throws Exception {
        try (ProcessorProcess processor = processor(stateDir)) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !processor.isAlive() || committed() >= transactions);
            assertThat(processor.isAlive()).as(processor::log).isTrue();
            processor.kill();
            System.out.println(
                    "killed with about " + committed() + " records of dns.enriched committed");
        }
    }

    private ProcessorProcess processor(Path stateDir) {
        return ProcessorProcess.start(
                folder,
                "--bootstrap",
                broker.bootstrap(),
                "--registry",
                registry.url(),
                "--state-dir",
                stateDir.toString());
    }

    private static void publish(List<Traffic.Sent> traffic) {
        try (AvroSerializer<DnsPacket> serializer = new AvroSerializer<>();
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", broker.bootstrap(), "linger.ms", 20),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            serializer.configure(Map.of("schema.registry.url", registry.url()), false);
            for (Traffic.Sent record : traffic) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        Topics.RAW,
                                        record.partition(),
                                        record.key().length == 0 ? null : record.key(),
                                        serializer.serialize(Topics.RAW, record.packet())));
            }
            producer.flush();
        }
    }

    /** The ends of dns.enriched, commit markers among them. */
    private static long committed() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends =
                IntStream.range(0, PARTITIONS)
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        partition -> new TopicPartition(Topics.ENRICHED, partition),
                                        partition -> OffsetSpec.latest()));
        return broker
                .admin()
                .listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .values()
                .stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    private static JsonNode awaitEnd(ProcessorProcess processor, long messages) {
        return await().atMost(PATIENCE)
                .until(
                        () -> processor.ledger().orElse(null),
                        ledger ->
                                ledger != null
                                        && value(ledger, ProcessorCounter.PACKETS_READ) == messages
                                        && ledger.path("pending").asLong() == 0
                                        && ledger.path("unsent").asLong() == 0
                                        && ledger.path("openWindows").asLong() == 0
                                        && !ledger.path("uncommitted").asBoolean());
    }

    private static Map<String, Set<String>> idsByStatus() {
        AvroDeserializer<DnsTransaction> values = new AvroDeserializer<>();
        values.configure(
                Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true), false);
        Map<String, Set<String>> ids = new HashMap<>();
        Set<String> all = new HashSet<>();
        for (ConsumerRecord<String, DnsTransaction> record :
                broker.records(Topics.ENRICHED, new StringDeserializer(), values)) {
            assertThat(all.add(record.key())).as("two records of id " + record.key()).isTrue();
            ids.computeIfAbsent(record.value().getDns().getStatus(), status -> new HashSet<>())
                    .add(record.key());
        }
        return ids;
    }

    private static void assertBalanced(JsonNode ledger, long messages) {
        Map<ProcessorCounter, Long> counters = new EnumMap<>(ProcessorCounter.class);
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            counters.put(counter, value(ledger, counter));
        }
        AgentLedger agent = new AgentLedger(messages, 0, messages, messages, Map.of());
        assertThat(new Ledger(agent, counters, null).imbalances()).isEmpty();
        assertThat(finalQueries()).isEqualTo(value(ledger, ProcessorCounter.COUNTED_QUERIES));
        assertThat(value(ledger, ProcessorCounter.COUNTED_QUERIES))
                .isEqualTo(value(ledger, ProcessorCounter.QUERIES));
    }

    /** Queries in the last record of each count. */
    private static long finalQueries() {
        AvroDeserializer<TldCount> values = new AvroDeserializer<>();
        values.configure(
                Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true), false);
        Map<String, TldCount> last = new HashMap<>();
        broker.records(Topics.TLD_COUNTS, new StringDeserializer(), values)
                .forEach(record -> last.put(record.key(), record.value()));
        assertThat(last.values()).allMatch(TldCount::getFinal$);
        return last.values().stream().mapToLong(TldCount::getQueries).sum();
    }

    private static long value(JsonNode ledger, ProcessorCounter counter) {
        return ledger.path(counter.text()).asLong();
    }

    private static Map<ProcessorCounter, Long> counters(Traffic.Expected expected) {
        return expected.counters().toMap();
    }
}
