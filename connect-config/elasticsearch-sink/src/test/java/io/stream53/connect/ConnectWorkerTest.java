package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroSerializer;
import io.stream53.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;
import org.apache.kafka.connect.util.FutureCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our connector's own file in a Connect worker, between a broker and a scripted engine. */
@Timeout(180)
class ConnectWorkerTest {
    private static final String CONNECTOR = "stream53-elasticsearch-sink";
    private static final int GOOD = 500;

    private TestBroker broker;
    private TestRegistry registry;
    private FakeEngine engine;
    private Connect<StandaloneHerder> connect;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        broker.createTopics(2);
        registry = TestRegistry.start();
        engine = new FakeEngine();
        connect =
                new ConnectStandalone()
                        .startConnect(
                                Map.of(
                                        "bootstrap.servers",
                                        broker.bootstrap(),
                                        "plugin.discovery",
                                        "service_load",
                                        "listeners",
                                        "http://127.0.0.1:0",
                                        "offset.storage.file.filename",
                                        folder.resolve("offsets").toString(),
                                        "offset.flush.interval.ms",
                                        "200",
                                        "key.converter",
                                        "org.apache.kafka.connect.storage.StringConverter",
                                        "value.converter",
                                        "org.apache.kafka.connect.storage.StringConverter"));
    }

    @AfterEach
    void stop() throws Exception {
        connect.stop();
        connect.awaitStop();
        engine.close();
        registry.close();
        broker.close();
    }

    private void startConnector() throws Exception {
        Map<String, String> config =
                new ObjectMapper()
                        .convertValue(
                                new ObjectMapper()
                                        .readTree(ConnectFiles.connector("elasticsearch-sink"))
                                        .path("config"),
                                new TypeReference<>() {});
        config.put("name", CONNECTOR);
        config.put("connection.url", engine.url());
        config.put("value.converter.schema.registry.url", registry.url());
        config.put("value.converter.max.retries", "0");
        config.put("retry.backoff.ms", "10");
        // The samples are of one day, whenever this runs.
        config.put("index.window.past", "off");
        config.put("index.window.future", "off");
        config.put("errors.retry.delay.max.ms", "500");
        FutureCallback<
                        org.apache.kafka.connect.runtime.Herder.Created<
                                org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo>>
                created = new FutureCallback<>();
        connect.herder().putConnectorConfig(CONNECTOR, config, false, created);
        assertThat(created.get().created()).isTrue();
    }

    private static DnsTransaction transaction(int number) {
        DnsTransaction transaction = SampleRecords.transaction();
        transaction.setId("id-" + number);
        return transaction;
    }

    private void produce() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrap());
        settings.put("transactional.id", "test");
        try (AvroSerializer<DnsTransaction> serializer = new AvroSerializer<>();
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(
                                settings, new StringSerializer(), new ByteArraySerializer())) {
            serializer.configure(Map.of("schema.registry.url", registry.url()), false);
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "aborted", serializer.serialize(Topics.ENRICHED, transaction(-1)));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            for (int i = 0; i < GOOD; i++) {
                byte[] value = serializer.serialize(Topics.ENRICHED, transaction(i));
                send(producer, "id-" + i, value);
            }
            send(producer, "unreadable", new byte[] {9, 9});
            send(producer, "rejected", serializer.serialize(Topics.ENRICHED, transaction(-2)));
            producer.commitTransaction();
        }
    }

    private static void send(KafkaProducer<String, byte[]> producer, String key, byte[] value) {
        var _ = producer.send(new ProducerRecord<>(Topics.ENRICHED, key, value));
    }

    @Test
    void indexesWhatIsCommittedAndReportsTheRest() throws Exception {
        produce();
        // The engine is busy at first and rejects one document; the registry is away for a moment.
        FakeEngine.Script rejecting =
                FakeEngine.items(i -> i.id().equals("rejected"), 400, "mapper_parsing_exception");
        engine.then(FakeEngine.status(429, "busy"));
        engine.otherwise(rejecting);
        registry.failNext(2, 503);
        startConnector();

        await().atMost(Duration.ofSeconds(90))
                .until(() -> engine.documents().size() == GOOD && deadLetters().size() == 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> committed().equals(ends()));

        assertThat(engine.documents().keySet())
                .contains("dns-enriched-2026.11.22/id-0")
                .noneMatch(path -> path.endsWith("/aborted"));
        Map<String, String> reasons =
                deadLetters().stream()
                        .collect(Collectors.toMap(ConnectWorkerTest::key, r -> reason(r)));
        assertThat(reasons).containsOnlyKeys("unreadable", "rejected");
        assertThat(reasons.get("rejected")).contains("mapper_parsing_exception");
        assertThat(values(deadLetters(), "rejected"))
                .as("as they were read")
                .isEqualTo(values(broker.records(Topics.ENRICHED), "rejected"));
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return broker.records(Topics.DEAD_LETTERS);
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records, String key) {
        return records.stream()
                .filter(record -> key(record).equals(key))
                .map(record -> HexFormat.of().formatHex(record.value()))
                .toList();
    }

    private static String reason(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader("__connect.errors.exception.message");
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private Map<TopicPartition, Long> committed() throws Exception {
        return broker
                .admin()
                .listConsumerGroupOffsets("connect-" + CONNECTOR)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().topic().equals(Topics.ENRICHED))
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    /**
     * Connect commits after the last record; the markers of transactions behind it are no records.
     */
    private Map<TopicPartition, Long> ends() {
        return broker.records(Topics.ENRICHED).stream()
                .collect(
                        Collectors.toMap(
                                record -> new TopicPartition(record.topic(), record.partition()),
                                record -> record.offset() + 1,
                                Math::max));
    }
}
