package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroSerializer;
import io.stream53.serde.GeneratedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/consuming.md print the transactions of a real broker and registry. */
class ExamplesTest {
    private static final Path EXAMPLES = Requires.repository().resolve("docs/examples");
    private static final int TRANSACTIONS = 3;
    private static final TestBroker BROKER = TestBroker.start();
    private static final TestRegistry REGISTRY = TestRegistry.start();
    private static final List<String> EXPECTED = new ArrayList<>();

    @TempDir private Path folder;

    @BeforeAll
    static void write() throws IOException {
        BROKER.createTopic("dns.enriched", 1);
        DnsTransaction sample = sample();
        try (KafkaProducer<String, DnsTransaction> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                BROKER.bootstrap(),
                                "transactional.id",
                                "processor",
                                "compression.type",
                                "lz4"),
                        new StringSerializer(),
                        serializer())) {
            producer.initTransactions();
            for (int i = 0; i < TRANSACTIONS; i++) {
                // Before each that counts, one of a transaction that was given up.
                producer.beginTransaction();
                var _ = producer.send(record(sample, "f".repeat(32)));
                producer.flush();
                producer.abortTransaction();
                producer.beginTransaction();
                String id = "%032x".formatted(i + 1);
                var _ = producer.send(record(sample, id));
                producer.commitTransaction();
                EXPECTED.add(
                        "%s %s %s"
                                .formatted(
                                        id,
                                        sample.getDns().getStatus(),
                                        sample.getDns().getQuestion().getName()));
            }
        }
    }

    @AfterAll
    static void close() {
        REGISTRY.close();
        BROKER.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GenericConsumer.java", "DeserializerConsumer.java"})
    void theJavaExamplesPrintEveryTransactionOnce(String file) throws Exception {
        prints(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EXAMPLES.resolve(file).toString());
    }

    @Test
    void theJavaScriptExamplePrintsEveryTransactionOnce() throws Exception {
        Path project = NodeProject.install(EXAMPLES, "js-example", "consumer.cjs");
        prints(project, Requires.tool("node").toString(), "consumer.cjs");
    }

    @Test
    void theGuideNamesEveryExample() throws IOException {
        String guide = Files.readString(EXAMPLES.resolveSibling("consuming.md"));
        assertThat(guide)
                .contains("examples/GenericConsumer.java")
                .contains("examples/DeserializerConsumer.java")
                .contains("examples/consumer.cjs");
    }

    private void prints(Path where, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(BROKER.bootstrap(), REGISTRY.url(), String.valueOf(TRANSACTIONS)));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process process =
                new ProcessBuilder(words)
                        .directory(where.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try {
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            assertThat(ended).as(Files.readString(errors)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            assertThat(Files.readAllLines(output)).isEqualTo(EXPECTED);
        } finally {
            process.destroyForcibly();
        }
    }

    private static ProducerRecord<String, DnsTransaction> record(DnsTransaction sample, String id) {
        DnsTransaction transaction = DnsTransaction.newBuilder(sample).setId(id).build();
        return new ProducerRecord<>("dns.enriched", id, transaction);
    }

    private static AvroSerializer<DnsTransaction> serializer() {
        AvroSerializer<DnsTransaction> serializer = new AvroSerializer<>();
        serializer.configure(Map.of("schema.registry.url", REGISTRY.url()), false);
        return serializer;
    }

    /** The golden sample, in which every field is set. */
    private static DnsTransaction sample() throws IOException {
        GeneratedClasses.trust();
        byte[] bytes =
                Files.readAllBytes(
                        Requires.repository()
                                .resolve(
                                        "schemas/src/test/resources/golden/DnsTransaction/v2/answered.avro"));
        return new SpecificDatumReader<>(DnsTransaction.class)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }
}
