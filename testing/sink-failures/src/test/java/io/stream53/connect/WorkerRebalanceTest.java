package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.SearchNode;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.TldCount;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.AvroSerializer;
import io.stream53.serde.GeneratedClasses;
import io.stream53.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers of a Connect cluster that come, go and are killed while bulk requests are under way to a
 * real Elasticsearch, which is away for longer than a consumer may be silent.
 */
@Timeout(600)
class WorkerRebalanceTest {
    private static final String CONNECTOR = "sink";
    private static final String GROUP = "connect-" + CONNECTOR;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    /** What does not fit it is faulty. */
    private static final String TEMPLATE =
            """
            {"index_patterns": ["dns-*"], "template": {"mappings": {"properties": {
              "dimension": {"type": "long"}}}}}
            """;

    private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    static {
        GeneratedClasses.trust();
    }

    @TempDir private Path folder;
    private TestBroker broker;
    private TestRegistry registry;
    private SearchNode engine;
    private BadNetwork network;
    private KafkaProducer<String, byte[]> producer;
    private final AvroSerializer<TldCount> serializer = new AvroSerializer<>();

    /** The last version of each document. */
    private final Map<String, Long> last = new TreeMap<>();

    private long version;

    @BeforeEach
    void start() throws Exception {
        Path _ = Requires.file(SearchNode.Kind.ELASTICSEARCH.libraries());
        engine =
                SearchNode.start(SearchNode.Kind.ELASTICSEARCH, folder.resolve("engine"), Map.of());
        engine.call("PUT", "/_index_template/failures", TEMPLATE);
        network = new BadNetwork(engine.port());
        broker = TestBroker.start(Map.of("group.min.session.timeout.ms", "1000"));
        broker.createTopics(6);
        registry = TestRegistry.start();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap()),
                        new StringSerializer(),
                        new ByteArraySerializer());
    }

    @AfterEach
    void stop() throws Exception {
        producer.close();
        serializer.close();
        registry.close();
        broker.close();
        network.close();
        engine.close();
    }

    @Test
    void everyRecordIsIndexedOrReportedWhoeverHasThePartitions() throws Exception {
        network.delay(Duration.ofMillis(50));
        try (WorkerProcess first = new WorkerProcess(folder, "first", broker.bootstrap())) {
            createConnector(first);
            produce(600);
            await().atMost(PATIENCE).until(() -> !committed().isEmpty());
            staysInItsGroupWhileTheEngineIsAway();
            try (WorkerProcess second = new WorkerProcess(folder, "second", broker.bootstrap())) {
                await("both work").atMost(PATIENCE).until(() -> workersWithTasks(second) == 2);
                produce(600);
                first.kill();
                everyCommittedRecordIsThere();
                await("the tasks moved")
                        .atMost(PATIENCE)
                        .until(() -> workersWithTasks(second) == 1);
                produce(200);
                await("everything is committed")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(committed()).isEqualTo(ends()));
            }
        }
        everyCommittedRecordIsThere();
        assertThat(documents()).isEqualTo(last);
        assertThat(deadLetters())
                .isEqualTo(Set.of("faulty-0", "faulty-600", "faulty-1200", "faulty-1800"));
    }

    private void createConnector(WorkerProcess worker) throws Exception {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config =
                (ObjectNode)
                        json.readTree(ConnectFiles.connector("elasticsearch-sink")).path("config");
        config.put("topics", Topics.TLD_COUNTS);
        config.put("tasks.max", "2");
        config.put("index.pattern", "dns-tld-counts-{yyyy.MM}");
        config.put("connection.url", network.url());
        config.put("value.converter.schema.registry.url", registry.url());
        config.put("batch.size", "50");
        config.put("max.buffered.records", "200");
        config.put("flush.timeout.ms", "2000");
        config.put("retry.backoff.ms", "20");
        config.put("consumer.override.max.poll.records", "50");
        config.put("consumer.override.session.timeout.ms", "3000");
        config.put("consumer.override.heartbeat.interval.ms", "500");
        config.put(
                "consumer.override.max.poll.interval.ms",
                Long.toString(MAX_POLL_INTERVAL.toMillis()));
        await().atMost(PATIENCE)
                .until(
                        () ->
                                !worker.call(
                                                "PUT",
                                                "/connectors/" + CONNECTOR + "/config",
                                                config.toString())
                                        .isEmpty());
    }

    /** Two hundred documents, of which each gets version after version, and one that is faulty. */
    private void produce(int count) {
        send("faulty-" + version, "not a number", -1);
        for (int i = 0; i < count; i++) {
            String id = "tld|" + version % 200;
            last.put(id, version);
            send(id, "53", version++);
        }
        producer.flush();
    }

    private void send(String id, String dimension, long queries) {
        TldCount count =
                TldCount.newBuilder()
                        .setTimestamp(NOON)
                        .setWindowEnd(NOON)
                        .setDimension(dimension)
                        .setKey(id)
                        .setQueries(queries)
                        .build();
        byte[] value = serializer.serialize(Topics.TLD_COUNTS, count);
        var _ = producer.send(new ProducerRecord<>(Topics.TLD_COUNTS, id, value));
    }

    private void staysInItsGroupWhileTheEngineIsAway() throws Exception {
        network.hold(true);
        produce(600);
        Set<String> before = members();
        long end = System.nanoTime() + 2 * MAX_POLL_INTERVAL.toNanos();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            assertThat(members()).isEqualTo(before);
                            return System.nanoTime() > end;
                        });
        network.hold(false);
    }

    private Set<String> members() throws ExecutionException, InterruptedException {
        return broker.admin().describeConsumerGroups(List.of(GROUP)).all().get().values().stream()
                .flatMap(group -> group.members().stream())
                .map(MemberDescription::consumerId)
                .collect(Collectors.toSet());
    }

    private static int workersWithTasks(WorkerProcess worker)
            throws IOException, InterruptedException {
        JsonNode tasks =
                new ObjectMapper()
                        .readTree(worker.call("GET", "/connectors/" + CONNECTOR + "/status", ""))
                        .path("tasks");
        Set<String> workers = new HashSet<>();
        for (JsonNode task : tasks) {
            assertThat(task.path("state").asText()).isNotEqualTo("FAILED");
            if (task.path("state").asText().equals("RUNNING")) {
                workers.add(task.path("worker_id").asText());
            }
        }
        return workers.size();
    }

    private Map<TopicPartition, Long> committed() throws ExecutionException, InterruptedException {
        return broker
                .admin()
                .listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    private Map<TopicPartition, Long> ends() {
        return broker.records(Topics.TLD_COUNTS).stream()
                .collect(
                        Collectors.toMap(
                                record -> new TopicPartition(record.topic(), record.partition()),
                                record -> record.offset() + 1,
                                Math::max));
    }

    /** What the group has committed is in the index or among the dead letters. */
    private void everyCommittedRecordIsThere() throws Exception {
        Map<TopicPartition, Long> committed = committed();
        Map<String, Long> documents = documents();
        Set<String> reported = deadLetters();
        Map<String, Long> versions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.records(Topics.TLD_COUNTS)) {
            String id = new String(record.key(), StandardCharsets.UTF_8);
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (record.offset() < committed.getOrDefault(partition, 0L)) {
                versions.merge(id, queries(record), Math::max);
            }
        }
        versions.forEach(
                (id, queries) -> {
                    if (queries < 0) {
                        assertThat(reported).contains(id);
                    } else {
                        assertThat(documents.getOrDefault(id, -1L))
                                .as(id)
                                .isGreaterThanOrEqualTo(queries);
                    }
                });
    }

    private long queries(ConsumerRecord<byte[], byte[]> record) {
        try (AvroDeserializer<TldCount> deserializer = new AvroDeserializer<>()) {
            deserializer.configure(
                    Map.of("schema.registry.url", registry.url(), "specific.avro.reader", "true"),
                    false);
            return deserializer.deserialize(record.topic(), record.value()).getQueries();
        }
    }

    private Map<String, Long> documents() throws IOException, InterruptedException {
        engine.call("POST", "/dns-tld-counts-*/_refresh", "");
        Map<String, Long> documents = new TreeMap<>();
        engine.call("POST", "/dns-tld-counts-*/_search?size=5000", "{}")
                .at("/hits/hits")
                .forEach(
                        hit ->
                                documents.put(
                                        hit.path("_id").asText(),
                                        hit.at("/_source/queries").asLong()));
        return documents;
    }

    private Set<String> deadLetters() {
        return broker.records(Topics.DEAD_LETTERS).stream()
                .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }
}
