package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import io.stream53.schema.Question;
import io.stream53.serde.AvroSerializer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command in a process of its own, against a real broker. */
class TailTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TestBroker BROKER = TestBroker.start();
    private static final TestRegistry REGISTRY = TestRegistry.start();

    @TempDir private Path folder;
    private @Nullable Process process;

    @BeforeAll
    static void write() throws Exception {
        create("dns.enriched", 3);
        // Each partition in its own order; partition 2 has one that was aborted.
        send("dns.enriched", 0, true, transaction(0, "www.example.com", "ns1", 2));
        send("dns.enriched", 0, true, transaction(30, "www.example.co.uk", "ns2", 1500));
        send("dns.enriched", 1, true, transaction(10, "a.org", "ns1", 900));
        send("dns.enriched", 2, false, transaction(5, "aborted.example.com", "ns1", 1));
        send("dns.enriched", 2, true, transaction(20, "b.com", "ns1", null));
    }

    @AfterAll
    static void close() {
        REGISTRY.close();
        BROKER.close();
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
        REGISTRY.restart();
    }

    @Test
    void printsWhatIsThereInOrderOfTimeAndLeavesNothingBehind() throws Exception {
        List<String> lines = run("--from", "earliest", "--max", "4");
        List<String> names = new ArrayList<>();
        for (String line : lines) {
            JsonNode document = Http.JSON.readTree(line);
            names.add(document.at("/dns/question/name").asText());
            assertThat(document.path("@timestamp").asText()).startsWith("2026-11-22T12:00:");
        }
        assertThat(names).containsExactly("www.example.com", "a.org", "b.com", "www.example.co.uk");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrap()))) {
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --from 1h --tld .CO.UK --max 1                         | www.example.co.uk
                    --from earliest --slower-than 800ms --node ns1 --max 1 | a.org
                    --from earliest --status UNANSWERED --client 192.0.2.0/24 --max 1 | b.com
                    --from 1h --tld org --tag dnssec-aware --rcode noerror --max 1    | a.org""")
    void conditionsThatAreGivenAllHold(String arguments, String name) throws Exception {
        List<String> lines = run((arguments.strip() + " --format text").split(" ", -1));
        assertThat(lines).singleElement().asString().endsWith(name.strip());
    }

    @Test
    void latestPrintsWhatComesAndEndsWhenAsked() throws Exception {
        create("live", 2);
        Process tail = start("--topic", "live", "--format", "text");
        BufferedReader out = tail.inputReader(StandardCharsets.UTF_8);
        // Where it has begun cannot be seen from outside: so several are sent until one is printed.
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> {
                            send("live", 0, true, transaction(0, "live.example.com", "ns1", 1));
                            return out.ready();
                        });
        assertThat(out.readLine()).endsWith("live.example.com");
        tail.destroy();
        assertThat(tail.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(tail.exitValue()).isEqualTo(143);
        assertThat(errors()).isEmpty();
    }

    @Test
    void aReaderThatHasSeenEnoughEndsIt() throws Exception {
        Process tail = start("--from", "earliest");
        BufferedReader out = tail.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isNotEmpty();
        out.close();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> {
                            if (tail.isAlive()) {
                                send("dns.enriched", 1, true, transaction(60, "z.org", "z", 1));
                            }
                            return !tail.isAlive();
                        });
        assertThat(tail.exitValue()).isZero();
        assertThat(errors()).isEmpty();
    }

    @Test
    void aRegistryThatIsAwayIsWaitedForAndToldOfOnce() throws Exception {
        REGISTRY.stop();
        Process tail = start("--from", "earliest", "--max", "1");
        await().atMost(PATIENCE).until(() -> errors().contains("does not answer; trying again."));
        assertThat(tail.isAlive()).isTrue();
        REGISTRY.restart();
        assertThat(tail.inputReader().readLine()).contains("www.example.com");
        assertThat(tail.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(tail.exitValue()).isZero();
        assertThat(errors().lines()).hasSize(2).last().asString().contains("answers again");
    }

    @Test
    void aRecordThatIsNoneIsLeftOutWithASentence() throws Exception {
        create("broken", 1);
        sendBytes("broken", 0, true, new byte[] {1, 2, 3});
        send("broken", 0, true, transaction(0, "good.example.com", "ns1", 1));
        List<String> lines = run("--topic", "broken", "--from", "earliest", "--max", "1");
        assertThat(lines).singleElement().asString().contains("good.example.com");
        assertThat(errors()).startsWith("stream53: Record 0 of broken-0 is left out: ");
    }

    @Test
    void theSettingsOfAFileReachKafkasClient() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("tail.properties"),
                        "bootstrap = %s\nregistry = %s\nkafka.client.id = me\nkafka.group.id = no\n"
                                .formatted(BROKER.bootstrap(), REGISTRY.url()));
        process = launch(List.of("--config", file.toString(), "--from", "earliest", "--max", "1"));
        assertThat(process.inputReader().readLine()).contains("www.example.com");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --bootstrap localhost:1         | 1 | stream53: No Kafka broker answers at localhost:1
                    --bootstrap no.such.invalid:1   | 2 | stream53: Kafka's client cannot start:
                    --topic nosuch                  | 1 | stream53: There is no topic nosuch on
                    --from yesterday                | 2 | stream53: --from is 'yesterday', but must be
                    --slower-than 1                 | 2 | stream53: --slower-than is '1', but must be
                    --client example.com            | 2 | stream53: --client is 'example.com', but must be
                    --client 192.0.2.0/33           | 2 | stream53: --client is '192.0.2.0/33', but must be
                    --tag nosuch                    | 2 | stream53: There is no tag 'nosuch'
                    --status NOSUCH                 | 2 | stream53 tail: Invalid value for option
                    --max 0                         | 2 | stream53: --max begins at 1.
                    --config /no/such/file          | 2 | stream53: The configuration file /no/such/file cannot""")
    void oneSentenceSaysWhatIsWrong(String arguments, int status, String sentence) {
        List<String> words = new ArrayList<>(List.of("tail"));
        words.addAll(List.of(arguments.strip().split(" ", -1)));
        if (!words.contains("--bootstrap")) {
            words.addAll(List.of("--bootstrap", BROKER.bootstrap()));
        }
        StringWriter err = new StringWriter();
        int actual =
                Main.commandLine()
                        .setErr(new PrintWriter(err))
                        .execute(words.toArray(String[]::new));
        assertThat(err.toString()).startsWith(sentence).hasLineCount(1);
        assertThat(actual).isEqualTo(status);
    }

    @Test
    void aKeyThatTailDoesNotTakeIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("x.properties"), "commit-interval = 1s\n");
        StringWriter err = new StringWriter();
        int status =
                Main.commandLine()
                        .setErr(new PrintWriter(err))
                        .execute("tail", "--config", file.toString());
        assertThat(status).isEqualTo(UserError.USAGE);
        assertThat(err.toString()).startsWith("stream53: There is no setting 'commit-interval'");
    }

    private List<String> run(String... arguments) throws Exception {
        Process tail = start(arguments);
        List<String> lines = tail.inputReader(StandardCharsets.UTF_8).readAllLines();
        assertThat(tail.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(tail.exitValue()).as(errors()).isZero();
        return lines;
    }

    private Process start(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--bootstrap", BROKER.bootstrap(), "--registry", REGISTRY.url()));
        Process tail = launch(words);
        process = tail;
        return tail;
    }

    private Process launch(List<String> arguments) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Dlogback.configurationFile=stream53-launcher-logback.xml",
                                Main.class.getName(),
                                "tail"));
        words.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectError(folder.resolve("err").toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    private static void create(String topic, int partitions)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
    }

    private static void send(
            String topic, int partition, boolean commit, DnsTransaction transaction) {
        try (AvroSerializer<DnsTransaction> serializer = new AvroSerializer<>()) {
            serializer.configure(Map.of("schema.registry.url", REGISTRY.url()), false);
            sendBytes(topic, partition, commit, serializer.serialize("dns.enriched", transaction));
        }
    }

    private static void sendBytes(String topic, int partition, boolean commit, byte[] value) {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER.bootstrap(), "transactional.id", "t"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(new ProducerRecord<>(topic, partition, "id", value));
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    /** Answered after so many milliseconds; unanswered for null. */
    private static DnsTransaction transaction(
            int second, String name, String node, @Nullable Integer milliseconds) {
        Instant time = START.plusSeconds(second);
        boolean answered = milliseconds != null;
        String suffix =
                name.endsWith("co.uk") ? "co.uk" : name.substring(name.lastIndexOf('.') + 1);
        Dns dns = new Dns();
        dns.setId(1);
        dns.setOpCode("QUERY");
        dns.setResponseCode(answered ? "NOERROR" : null);
        dns.setHeaderFlags(List.of());
        dns.setQueryFlags(List.of());
        dns.setAnswers(List.of());
        dns.setAuthorities(List.of());
        dns.setResolvedIp(List.of());
        dns.setQuestion(new Question(name, false, "A", "IN", suffix, null, null, false, null));
        dns.setStatus(answered ? "ANSWERED" : "UNANSWERED");
        return DnsTransaction.newBuilder()
                .setId("%032x".formatted(second))
                .setTimestamp(time)
                .setTimestampUs(time.toEpochMilli() * 1000)
                .setEvent(
                        new Event(
                                time,
                                null,
                                milliseconds != null ? milliseconds * 1_000_000L : null,
                                answered ? "success" : "failure"))
                .setObserver(new Observer(node, null, null))
                .setClient(new Endpoint("192.0.2.7", "plain", 53000, 40L, null, null, null))
                .setServer(new Endpoint("198.51.100.53", "plain", 53, 0L, null, null, null))
                .setNetwork(new Network("udp", "dns", "ipv4", 40L, "unknown", null))
                .setDns(dns)
                .setTags(name.equals("a.org") ? List.of("dnssec-aware") : List.of())
                .build();
    }
}
