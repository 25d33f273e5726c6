package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A processor goes on from the state of the version before it. A folder of {@code upgrade/} holds
 * what a processor of one version left in Kafka in the middle of traffic (its changelogs and what
 * was under way between its tasks), the rest of that traffic, and what the same version made of
 * that rest. {@code -Dupgrade.write=true} writes the folder of this version; once a version is
 * released its folder stays as it is, and the next one gets one of its own.
 */
class UpgradeTest {
    private static final String THIS_VERSION = "1";
    private static final String UNDER_WAY = "partial-counts-repartition";
    private static final List<String> INTERNAL =
            List.of("task-state-changelog", "count-state-changelog", UNDER_WAY);

    /** So that sums wait in their task, and are part of its state. */
    private static final String NO_SENDING = "count.interval = 1h";

    private static TestBroker broker;

    /** Of one version: it numbers the schemas in the order in which it gets them. */
    private TestRegistry registry = TestRegistry.start();

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(strings = THIS_VERSION)
    void goesOnFromTheStateOfAnEarlierVersion(String version) throws Exception {
        if (Boolean.getBoolean("upgrade.write") && version.equals(THIS_VERSION)) {
            write(version);
            registry.close();
            registry = TestRegistry.start();
        }
        Pipeline pipeline = new Pipeline(broker, registry, folder, "from-" + version, 1);
        pipeline.createTopics();
        restoreTopics(pipeline, version);
        publish(pipeline.topic("raw"), lines(version, "rest.txt"));
        try (ProcessorProcess processor = pipeline.start("state")) {
            awaitNothingPending(processor);
        }
        assertThat(results(pipeline)).containsExactlyElementsOf(lines(version, "expected.txt"));
    }

    @Test
    void theStateThatIsKeptHasEveryKindOfEntry() throws IOException {
        TreeSet<String> kinds = new TreeSet<>();
        for (String topic : INTERNAL) {
            for (String line : lines(THIS_VERSION, topic + ".txt")) {
                byte[] key = Base64.getDecoder().decode(line.split(" ", -1)[0]);
                kinds.add(topic.substring(0, 5) + kind(key, topic));
            }
        }
        assertThat(kinds)
                .contains("task-c", "task-s", "task-rr", "task-rp", "task-w", "task-t")
                .contains("task-m1", "task-m2", "task-m3", "task-m4")
                .contains("countwp", "countww", "countws", "countwt")
                .contains("countlm", "countlr", "countlc");
    }

    /** The prefix of the part, and the kind of entry where a part has several. */
    private static String kind(byte[] key, String topic) {
        char part = (char) key[0];
        return switch (part) {
            case 'm' -> "m" + key[1];
            case 'w' -> topic.startsWith("task") ? "w" : "w" + (char) key[1];
            case 'r', 'l' -> part + "" + (char) key[1];
            default -> String.valueOf(part);
        };
    }

    @Test
    void stateOfANewerVersionIsRefusedWithASentence() throws Exception {
        Pipeline pipeline = new Pipeline(broker, registry, folder, "newer", 1);
        pipeline.createTopics();
        restoreTopics(pipeline, THIS_VERSION);
        String changelog = pipeline.applicationId() + "-task-state-changelog";
        publish(changelog, List.of(line(new byte[] {'~', 1}, new byte[] {1})));
        publish(pipeline.topic("raw"), lines(THIS_VERSION, "rest.txt"));
        try (ProcessorProcess processor = pipeline.start("state")) {
            assertThat(processor.await(Duration.ofMinutes(1))).contains(1);
            assertThat(processor.log())
                    .contains("The store task-state holds state of the kind '~'")
                    .contains("Start that version again, or begin anew with ./stream53 reset.");
        }
        assertThat(pipeline.idsByStatus()).as("nothing came of it").isEmpty();
    }

    /** Writes what a processor of this version leaves. */
    private void write(String version) throws Exception {
        Pipeline pipeline = new Pipeline(broker, registry, folder, "golden", 1).createTopics();
        Load load = new Load(1, 1, 2, 3 * Load.TICKS_A_SECOND);
        List<Traffic.Sent> before = new ArrayList<>();
        while (load.elapsedSeconds() < 85) {
            before.addAll(load.tick());
        }
        long readBefore = load.messages();
        List<Traffic.Sent> rest = new ArrayList<>(load.tick());
        rest.addAll(load.end());
        pipeline.publish(before);
        try (ProcessorProcess processor = pipeline.start("state", NO_SENDING)) {
            Pipeline.awaitLedger(
                    processor,
                    ledger ->
                            ledger.path("packetsRead").asLong() == readBefore
                                    && !ledger.path("uncommitted").asBoolean());
            assertThat(processor.terminate(Duration.ofMinutes(1))).contains(143);
        }
        Path files = Files.createDirectories(resources(version));
        for (String topic : INTERNAL) {
            Files.write(files.resolve(topic + ".txt"), contents(pipeline, topic));
        }
        int outBefore = results(pipeline).size();
        assertThat(outBefore).isPositive();
        List<ConsumerRecord<byte[], byte[]>> raw = broker.records(pipeline.topic("raw"));
        pipeline.publish(rest);
        Files.write(
                files.resolve("rest.txt"),
                broker.records(pipeline.topic("raw")).stream()
                        .skip(raw.size())
                        .map(record -> line(record.key(), record.value()))
                        .toList());
        Schema schema = registry.latest(pipeline.topic("raw") + "-value");
        Files.writeString(files.resolve("DnsPacket.avsc"), schema + "\n");
        List<String> soFar = results(pipeline);
        try (ProcessorProcess processor = pipeline.start("state")) {
            awaitNothingPending(processor);
        }
        List<String> all = new ArrayList<>(results(pipeline));
        all.removeAll(soFar);
        Files.write(files.resolve("expected.txt"), all);
    }

    /** What a new consumer would find; of changelogs the last value of each key. */
    private static List<String> contents(Pipeline pipeline, String topic) throws Exception {
        String name = pipeline.applicationId() + "-" + topic;
        List<ConsumerRecord<byte[], byte[]>> records = broker.records(name);
        if (topic.equals(UNDER_WAY)) {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    broker.admin()
                            .listConsumerGroupOffsets(pipeline.applicationId())
                            .partitionsToOffsetAndMetadata()
                            .get();
            OffsetAndMetadata next = committed.get(new TopicPartition(name, 0));
            long read = next == null ? 0 : next.offset();
            return records.stream()
                    .filter(record -> record.offset() >= read)
                    .map(record -> line(record.key(), record.value()))
                    .toList();
        }
        Map<String, String> last = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String key = Base64.getEncoder().encodeToString(record.key());
            if (record.value() == null) {
                last.remove(key);
            } else {
                last.put(key, line(record.key(), record.value()));
            }
        }
        return List.copyOf(last.values());
    }

    private void restoreTopics(Pipeline pipeline, String version) throws IOException {
        Schema packets =
                new Schema.Parser()
                        .parse(
                                Files.readString(
                                        resources(version).resolve("DnsPacket.avsc"),
                                        StandardCharsets.UTF_8));
        int id = registry.register(pipeline.topic("raw") + "-value", packets);
        for (String topic : INTERNAL) {
            String name = pipeline.applicationId() + "-" + topic;
            String policy = topic.equals(UNDER_WAY) ? "delete" : "compact";
            broker.createTopic(
                    new NewTopic(name, 1, (short) 1).configs(Map.of("cleanup.policy", policy)));
            publish(name, lines(version, topic + ".txt"));
        }
        byte[] packet =
                Base64.getDecoder().decode(lines(version, "rest.txt").get(0).split(" ", -1)[1]);
        assertThat(id).as("the schema's id is the one in the bytes").isEqualTo(packet[4]);
    }

    private static void publish(String topic, List<String> lines) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (String line : lines) {
                String[] parts = line.split(" ", -1);
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        0,
                                        parts[0].equals("-")
                                                ? null
                                                : Base64.getDecoder().decode(parts[0]),
                                        Base64.getDecoder().decode(parts[1])));
            }
            producer.flush();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new org.apache.kafka.common.serialization.ByteArraySerializer(),
                new org.apache.kafka.common.serialization.ByteArraySerializer());
    }

    private static void awaitNothingPending(ProcessorProcess processor) {
        Pipeline.awaitLedger(
                processor,
                ledger ->
                        ledger.path("packetsRead").asLong() > 0
                                && ledger.path("pending").asLong() == 0
                                && ledger.path("unsent").asLong() == 0
                                && ledger.path("openWindows").asLong() == 0
                                && !ledger.path("uncommitted").asBoolean());
    }

    /** Transactions, final counts of domains' minutes and final ledgers, a line each. */
    private static List<String> results(Pipeline pipeline) {
        List<String> lines = new ArrayList<>();
        broker.records(
                        pipeline.topic("enriched"),
                        new StringDeserializer(),
                        pipeline.<DnsTransaction>deserializer())
                .forEach(
                        record ->
                                lines.add(
                                        "transaction "
                                                + record.key()
                                                + " "
                                                + record.value().getDns().getStatus()));
        pipeline.queriesByCount().forEach((key, count) -> lines.add("count " + key + " " + count));
        pipeline.nodeLedgers()
                .forEach(
                        ledger ->
                                lines.add(
                                        "ledger %s %s captured %d read %d balanced %s"
                                                .formatted(
                                                        ledger.getNode(),
                                                        ledger.getTimestamp(),
                                                        ledger.getCaptured(),
                                                        ledger.getRead(),
                                                        ledger.getBalanced())));
        return lines.stream().sorted().toList();
    }

    private static String line(byte[] key, byte[] value) {
        return (key == null ? "-" : Base64.getEncoder().encodeToString(key))
                + " "
                + Base64.getEncoder().encodeToString(value);
    }

    private static List<String> lines(String version, String file) throws IOException {
        return Files.readAllLines(resources(version).resolve(file));
    }

    private static Path resources(String version) {
        return Requires.repository()
                .resolve("stream-processor/src/test/resources/upgrade")
                .resolve(version);
    }
}
