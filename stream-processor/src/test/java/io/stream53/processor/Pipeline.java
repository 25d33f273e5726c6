package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.AvroSerializer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Topics of one test on a shared broker, and processors that work on them. */
final class Pipeline {
    static final Duration PATIENCE = Duration.ofMinutes(4);

    private final TestBroker broker;
    private final TestRegistry registry;
    private final Path folder;
    private final String prefix;
    private final int partitions;
    private String bootstrap;

    Pipeline(TestBroker broker, TestRegistry registry, Path folder, String name, int partitions) {
        this.broker = broker;
        this.registry = registry;
        this.folder = folder;
        this.prefix = name + ".";
        this.partitions = partitions;
        this.bootstrap = broker.bootstrap();
    }

    /** Processors go to another listener of the broker. */
    Pipeline at(String listener) {
        bootstrap = listener;
        return this;
    }

    Pipeline createTopics() {
        for (String topic :
                List.of("raw", "enriched", "tld-counts", "ledger", "alerts", "dead-letters")) {
            broker.createTopic(
                    new NewTopic(prefix + topic, partitions, (short) 1)
                            .configs(Map.of("message.timestamp.type", "LogAppendTime")));
        }
        return this;
    }

    int partitions() {
        return partitions;
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    String applicationId() {
        return prefix + "app";
    }

    String topic(String name) {
        return prefix + name;
    }

    /** Starts a processor with its state in a folder, and settings beside the usual ones. */
    ProcessorProcess start(String stateDir, String... settings) {
        try {
            Path config =
                    Files.write(
                            Files.createTempFile(folder, "processor", ".properties"),
                            List.of(
                                    "topic.raw = " + topic("raw"),
                                    "topic.enriched = " + topic("enriched"),
                                    "topic.tld-counts = " + topic("tld-counts"),
                                    "topic.ledger = " + topic("ledger"),
                                    "topic.alerts = " + topic("alerts"),
                                    "topic.dead-letters = " + topic("dead-letters"),
                                    String.join("\n", settings)));
            return ProcessorProcess.start(
                    folder,
                    "--config",
                    config.toString(),
                    "--application-id",
                    applicationId(),
                    "--bootstrap",
                    bootstrap,
                    "--registry",
                    registry.url(),
                    "--state-dir",
                    folder.resolve(stateDir).toString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void publish(List<Traffic.Sent> traffic) {
        try (AvroSerializer<DnsPacket> serializer = packetSerializer()) {
            publish(traffic, serializer);
        }
    }

    AvroSerializer<DnsPacket> packetSerializer() {
        AvroSerializer<DnsPacket> serializer = new AvroSerializer<>();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        return serializer;
    }

    void publish(List<Traffic.Sent> traffic, Serializer<DnsPacket> serializer) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (Traffic.Sent record : traffic) {
                var _ = producer.send(record(record, serializer));
            }
            producer.flush();
        }
    }

    ProducerRecord<byte[], byte[]> record(Traffic.Sent record, Serializer<DnsPacket> serializer) {
        return new ProducerRecord<>(
                topic("raw"),
                record.partition(),
                record.key().length == 0 ? null : record.key(),
                serializer.serialize(topic("raw"), record.packet()));
    }

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrap(),
                        "linger.ms",
                        20,
                        // Agents wait for brokers however long it takes, and lose nothing.
                        "metadata.recovery.strategy",
                        "none",
                        "delivery.timeout.ms",
                        Math.toIntExact(Duration.ofHours(1).toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** The ends of the topic of transactions as others see them, commit markers among them. */
    long committed() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends =
                IntStream.range(0, partitions)
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        partition ->
                                                new TopicPartition(topic("enriched"), partition),
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

    /** Waits until so many messages are read and nothing is left to do; returns the ledger. */
    static JsonNode awaitEnd(ProcessorProcess processor, long messages) {
        return awaitLedger(
                processor,
                ledger ->
                        value(ledger, ProcessorCounter.PACKETS_READ) == messages
                                && ledger.path("pending").asLong() == 0
                                && ledger.path("unsent").asLong() == 0
                                && ledger.path("openWindows").asLong() == 0
                                && !ledger.path("uncommitted").asBoolean());
    }

    static JsonNode awaitLedger(ProcessorProcess processor, Predicate<JsonNode> condition) {
        JsonNode[] last = new JsonNode[1];
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .failFast(
                        () ->
                                assertThat(processor.isAlive())
                                        .as(() -> "alive; its log:\n" + processor.log())
                                        .isTrue())
                .until(
                        () ->
                                processor
                                        .ledger()
                                        .filter(
                                                ledger -> {
                                                    last[0] = ledger;
                                                    return condition.test(ledger);
                                                })
                                        .isPresent());
        return last[0];
    }

    static long value(JsonNode ledger, ProcessorCounter counter) {
        return ledger.path(counter.text()).asLong();
    }

    /** Ids of committed transactions by status; an id that is there twice is a failure. */
    Map<String, Set<String>> idsByStatus() {
        Map<String, Set<String>> ids = new HashMap<>();
        Set<String> all = new HashSet<>();
        for (ConsumerRecord<String, DnsTransaction> record :
                broker.records(
                        topic("enriched"),
                        new StringDeserializer(),
                        this.<DnsTransaction>deserializer())) {
            assertThat(all.add(record.key())).as("two records of id " + record.key()).isTrue();
            ids.computeIfAbsent(record.value().getDns().getStatus(), status -> new HashSet<>())
                    .add(record.key());
        }
        return ids;
    }

    /** The last record of each count. */
    Map<String, TldCount> lastCounts() {
        Map<String, TldCount> last = new HashMap<>();
        broker.records(topic("tld-counts"), new StringDeserializer(), this.<TldCount>deserializer())
                .forEach(record -> last.put(record.key(), record.value()));
        return last;
    }

    /**
     * Queries by key in the last record of each domain's minute, where there are any; all must be
     * final.
     */
    Map<String, Long> queriesByCount() {
        Map<String, TldCount> last = lastCounts();
        assertThat(last.values()).allMatch(TldCount::getFinal$);
        return last.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("tld|") && entry.getKey().endsWith("Z"))
                .filter(entry -> entry.getValue().getQueries() > 0)
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().getQueries()));
    }

    /**
     * Queries in the last record of each minute, by top-level domain; one that is not final is a
     * failure, and so is an hour.
     */
    long finalQueries() {
        Map<String, TldCount> last = lastCounts();
        assertThat(last.values()).allMatch(TldCount::getFinal$);
        return last.values().stream()
                .filter(count -> count.getDimension().equals("tld"))
                .filter(count -> count.getWindow().equals("PT1M"))
                .mapToLong(TldCount::getQueries)
                .sum();
    }

    /** The last record of each node and minute. */
    List<NodeLedger> nodeLedgers() {
        Map<String, NodeLedger> last = new HashMap<>();
        broker.records(topic("ledger"), new StringDeserializer(), this.<NodeLedger>deserializer())
                .forEach(record -> last.put(record.key(), record.value()));
        return List.copyOf(last.values());
    }

    /** The last record of each alert, by id. */
    Map<String, DnsAlert> lastAlerts() {
        Map<String, DnsAlert> last = new HashMap<>();
        broker.records(topic("alerts"), new StringDeserializer(), this.<DnsAlert>deserializer())
                .forEach(record -> last.put(record.key(), record.value()));
        return last;
    }

    /** Every committed transaction. */
    List<DnsTransaction> transactions() {
        return broker
                .records(
                        topic("enriched"),
                        new StringDeserializer(),
                        this.<DnsTransaction>deserializer())
                .stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return broker.records(topic("dead-letters"));
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // The registry says which record it is.
    <T extends SpecificRecord> AvroDeserializer<T> deserializer() {
        AvroDeserializer<T> values = new AvroDeserializer<>();
        values.configure(
                Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true), false);
        return values;
    }
}
