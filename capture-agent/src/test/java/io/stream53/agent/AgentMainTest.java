package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.agent.dnstap.TapServer;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.Requires;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import io.stream53.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AgentMainTest {
    private static final int PARTITIONS = 3;
    private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli() * 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension static final KafkaAndRegistry SERVERS = new KafkaAndRegistry();

    @TempDir Path folder;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String topic = "";

    /** A topic of the test's own. */
    private String[] toTopic(String name, String... more) {
        topic = name;
        SERVERS.broker().createTopic(name, PARTITIONS);
        List<String> args = new ArrayList<>(List.of("--topic", name));
        args.addAll(List.of("--bootstrap", SERVERS.broker().bootstrap(), "--node", "ns1"));
        args.addAll(Arrays.asList(more));
        return args.toArray(String[]::new);
    }

    private int agent(String... args) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new AgentMain(stream).execute(args, Map.of());
    }

    private String sentences() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String[] with(String[] args, String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    static PcapWriter capture(long startUs, int queries) {
        PcapWriter capture = new PcapWriter(PcapWriter.ETHERNET);
        for (int i = 0; i < queries; i++) {
            capture.frame(startUs + i * 10_000L, frame(i));
        }
        return capture;
    }

    private static byte[] frame(int i) {
        InetSocketAddress client = Frames.socket("198.51.100.7", 1024 + i % 60_000);
        byte[] message =
                DnsMessageBuilder.query(i & 0xffff, "example.com", DnsMessageBuilder.A).bytes();
        return Frames.ethernet(Frames.udp(client, Frames.socket("192.0.2.53", 53), message));
    }

    private String file(String name, PcapWriter capture) {
        return capture.writeTo(folder.resolve(name)).toString();
    }

    private List<DnsPacket> published() {
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        return SERVERS.broker().records(topic).stream().map(r -> reader.read(r.value())).toList();
    }

    private static List<DnsPacket> messages(List<DnsPacket> packets) {
        return packets.stream().filter(p -> p.getKind().equals("message")).toList();
    }

    @Test
    void publishesAFileWholeWithNumbersAndFinalWatermarks() throws IOException {
        Path ledger = folder.resolve("ledger.json");
        String[] args = toTopic("whole", "--schema-id", "7", "--ledger", ledger.toString());
        assertThat(agent(with(args, "--pcap", file("a.pcap", capture(NOW, 500))))).isZero();

        List<ConsumerRecord<byte[], byte[]>> records = SERVERS.broker().records(topic);
        assertThat(records)
                .allSatisfy(r -> assertThat(ByteBuffer.wrap(r.value()).getInt(1)).isEqualTo(7));
        List<DnsPacket> packets = published();
        assertThat(messages(packets)).hasSize(500);
        assertThat(packets.stream().filter(DnsPacket::getFinal$)).hasSize(PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long number = 0;
            for (int i = 0; i < records.size(); i++) {
                if (records.get(i).partition() == partition) {
                    assertThat(packets.get(i).getSequence()).isEqualTo(number++);
                }
            }
            assertThat(number).isPositive();
        }
        JsonNode json = JSON.readTree(ledger.toFile());
        assertThat(json.toString())
                .isEqualTo(
                        "{\"frames\":500,\"ignored\":0,\"captured\":500,\"published\":500,\"dropped\":{}}");
        assertThat(sentences()).contains("500 messages, 500 published, 0 dropped");
    }

    @Test
    void eachFileIsARunOfItsOwn() {
        String[] args = toTopic("runs", "--schema-id", "7");
        String later = file("later.pcap", capture(NOW, 50));
        String earlier = file("earlier.pcap", capture(NOW - 3_600_000_000L, 50));
        assertThat(agent(with(args, "--pcap", later, "--pcap", earlier))).isZero();
        List<DnsPacket> packets = published();
        assertThat(messages(packets)).hasSize(100);
        assertThat(packets.stream().map(DnsPacket::getRun).distinct()).hasSize(2);
        assertThat(packets.stream().filter(DnsPacket::getFinal$)).hasSize(2 * PARTITIONS);
    }

    @Test
    void capturesFrom2015AndFromTwoHoursAheadComeThroughWhole() {
        topic = Topics.RAW;
        SERVERS.broker().createTopics(PARTITIONS);
        long old = Instant.parse("2015-05-01T00:00:00Z").toEpochMilli() * 1000;
        long ahead = Instant.now().plus(Duration.ofHours(2)).toEpochMilli() * 1000;
        String[] args = {
            "--bootstrap",
            SERVERS.broker().bootstrap(),
            "--node",
            "ns1",
            "--schema-id",
            "1",
            "--pcap",
            file("old.pcap", capture(old, 20)),
            "--pcap",
            file("ahead.pcap", capture(ahead, 30)),
        };
        assertThat(agent(args)).isZero();
        assertThat(messages(published())).hasSize(50);
    }

    @Test
    void startsWithoutTheRegistryWhereItOnceStartedWithIt() {
        String[] args = toTopic("cached", "--schema-cache", folder.resolve("ids").toString());
        args = with(args, "--registry", SERVERS.registry().url());
        args = with(args, "--pcap", file("a.pcap", capture(NOW, 5)));
        Path config = folder.resolve("agent.properties");
        write(config, "schema.registry.max.retries=0\nkafka.max.retries=0\n");
        args = with(args, "--config", config.toString());
        assertThat(agent(args)).describedAs("%s", sentences()).isZero();
        SERVERS.registry().stop();
        try {
            assertThat(agent(args)).describedAs("%s", sentences()).isZero();
        } finally {
            SERVERS.registry().restart();
        }
        int id =
                SERVERS.registry()
                        .register("cached-value", SERVERS.registry().latest("cached-value"));
        assertThat(SERVERS.broker().records(topic))
                .hasSizeGreaterThan(10)
                .allSatisfy(r -> assertThat(ByteBuffer.wrap(r.value()).getInt(1)).isEqualTo(id));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Stands for Confluent's serializer. */
    public static final class NameSerializer implements Serializer<DnsPacket> {
        private String prefix = "";

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            prefix = configs.get("schema.registry.url") + " " + configs.get("acks") + " ";
        }

        @Override
        public byte[] serialize(String topic, DnsPacket packet) {
            return (prefix + packet.getQuestionName()).getBytes(StandardCharsets.UTF_8);
        }
    }

    @Test
    void anotherSerializerIsPluggedInByItsClassName() {
        String[] args =
                toTopic(
                        "plugged",
                        "--value-serializer",
                        NameSerializer.class.getName(),
                        "--registry",
                        "http://SERVERS.registry().test:8081");
        assertThat(agent(with(args, "--pcap", file("a.pcap", capture(NOW, 5))))).isZero();
        assertThat(SERVERS.broker().records(topic))
                .extracting(r -> new String(r.value(), StandardCharsets.UTF_8))
                .filteredOn(text -> text.endsWith(".com"))
                .hasSize(5)
                .containsOnly("http://SERVERS.registry().test:8081 all example.com");
    }

    @Test
    void whatCannotStartSaysWhyInOneSentence() {
        String pcap = file("a.pcap", capture(NOW, 5));
        String notPcap = folder.resolve("not.pcap").toString();
        write(Path.of(notPcap), "this is not a capture, not at all");
        String[] args = toTopic("sentences", "--schema-id", "7");
        refuses("say what to read", args);
        refuses("--topic", with(args, "--pcap", pcap, "--topic", "twice"));
        refuses("there is no file /missing.pcap", with(args, "--pcap", "/missing.pcap"));
        refuses("is a folder", with(args, "--pcap", folder.toString()));
        refuses("not.pcap", with(args, "--pcap", notPcap));
        refuses("--duration goes with", with(args, "--pcap", pcap, "--duration", "3s"));
        refuses(
                "has no topic missing",
                "--pcap",
                pcap,
                "--topic",
                "missing",
                "--bootstrap",
                SERVERS.broker().bootstrap());
        refuses(
                "is not on the class path",
                with(args, "--pcap", pcap, "--value-serializer", "com.example.Missing"));
        refuses(
                "does not implement Kafka's Serializer",
                with(args, "--pcap", pcap, "--value-serializer", "java.lang.Object"));
        refuses(
                "name the registry with --registry",
                "--pcap",
                pcap,
                "--topic",
                topic,
                "--bootstrap",
                SERVERS.broker().bootstrap());
        Path config = folder.resolve("agent.properties");
        write(config, "kafka.default.api.timeout.ms=1000\nkafka.request.timeout.ms=900\n");
        refuses(
                "Kafka does not answer at 127.0.0.1:1",
                "--pcap",
                pcap,
                "--bootstrap",
                "127.0.0.1:1",
                "--config",
                config.toString());
        write(config, "kafka.acks=often\n");
        refuses("acks", with(args, "--pcap", pcap, "--config", config.toString()));
    }

    @Test
    void takesDnstapUntilSigtermAndPublishesItWhole() throws Exception {
        Path socket = folder.resolve("tap.sock");
        Path ledger = folder.resolve("ledger.json");
        String[] args = toTopic("tapped", "--schema-id", "7", "--ledger", ledger.toString());
        Process agent =
                new ProcessBuilder(AgentProcess.command(with(args, "--dnstap", "unix:" + socket)))
                        .redirectError(folder.resolve("err").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(ledger));
            try (TapServer server = TapServer.at(socket).handshake()) {
                for (int i = 0; i < 100; i++) {
                    byte[] dns =
                            DnsMessageBuilder.query(i, "example.com", DnsMessageBuilder.A).bytes();
                    server.query(i % 2 == 0 ? "tap1" : "tap2", NOW + i, dns);
                }
                await().atMost(Duration.ofSeconds(60)).until(() -> published(ledger) == 100);
                agent.destroy();
                assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            agent.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("err"))).doesNotContain("Exception");
        assertThat(agent.exitValue()).isZero();
        List<DnsPacket> packets = published();
        assertThat(messages(packets)).hasSize(100);
        assertThat(packets.stream().map(DnsPacket::getNode).distinct())
                .containsExactlyInAnyOrder("tap1", "tap2");
        assertThat(packets.stream().filter(DnsPacket::getFinal$)).hasSize(2 * PARTITIONS);
        assertThat(Files.exists(socket)).isFalse();
        assertThat(JSON.readTree(ledger.toFile()).toString())
                .isEqualTo(
                        "{\"frames\":100,\"ignored\":0,\"captured\":100,\"published\":100,\"dropped\":{}}");
    }

    private void refuses(String sentence, String... args) {
        err.reset();
        assertThat(agent(args)).describedAs("%s: %s", sentence, sentences()).isEqualTo(2);
        assertThat(sentences())
                .contains(sentence)
                .startsWith("stream53 agent: ")
                .doesNotContain("Exception")
                .satisfies(text -> assertThat(text.strip().lines()).hasSize(1));
    }

    @Test
    void sigtermPublishesWhatWasReadAndEndsWithStatusZero() throws Exception {
        Path ledger = folder.resolve("ledger.json");
        String[] args = toTopic("sigterm", "--schema-id", "7", "--ledger", ledger.toString());
        List<String> command = AgentProcess.command(with(args, "--pcap", "-"));
        Process agent =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve("err").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (OutputStream packets = agent.getOutputStream()) {
            packets.write(capture(NOW, 100).bytes());
            packets.flush();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(ledger) && frames(ledger) == 100);
            agent.destroy();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            agent.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("err"))).doesNotContain("Exception");
        assertThat(agent.exitValue()).isZero();
        assertThat(messages(published())).hasSize(100);
        assertThat(published().stream().filter(DnsPacket::getFinal$)).hasSize(PARTITIONS);
        assertThat(JSON.readTree(ledger.toFile()).path("published").asInt()).isEqualTo(100);
    }

    @Test
    void whatKafkaDoesNotTakeIsGivenUpAfterATimeAndCounted() throws Exception {
        Path ledger = folder.resolve("ledger.json");
        String[] args = toTopic("abort", "--schema-id", "7", "--ledger", ledger.toString());
        args = with(args, "--pcap", "-", "--shutdown-timeout", "1s");
        Process agent =
                new ProcessBuilder(AgentProcess.command(args))
                        .redirectError(folder.resolve("err").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (OutputStream packets = agent.getOutputStream()) {
            byte[] capture = capture(NOW, 150).bytes();
            int two = capture(NOW, 100).bytes().length;
            packets.write(capture, 0, two);
            packets.flush();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(ledger) && published(ledger) == 100);
            SERVERS.broker().stop();
            packets.write(capture, two, capture.length - two);
            packets.flush();
            await().until(() -> frames(ledger) == 150);
            agent.destroy();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            agent.destroyForcibly();
            SERVERS.broker().restart();
        }
        assertThat(Files.readString(folder.resolve("err")))
                .contains("50 messages were not published: ")
                .doesNotContain("Exception");
        assertThat(agent.exitValue()).isEqualTo(1);
        assertThat(Files.readString(ledger))
                .contains("\"captured\":150,\"published\":100,\"dropped\":{\"publishFailed\":50}");
    }

    private static int published(Path ledger) throws IOException {
        return JSON.readTree(ledger.toFile()).path("published").asInt();
    }

    private static int frames(Path ledger) throws IOException {
        return JSON.readTree(ledger.toFile()).path("frames").asInt();
    }

    @Test
    @SuppressWarnings("try") // the agent is to see the end of its input, and then be waited for
    void sighupBringsANewConfigurationIntoForceWithoutLosingAMessage() throws Exception {
        Path ledger = folder.resolve("ledger.json");
        Path config = folder.resolve("agent.properties");
        Path said = folder.resolve("err");
        write(config, "message=all\n");
        String[] args = toTopic("sighup", "--schema-id", "7", "--ledger", ledger.toString());
        args = with(args, "--pcap", "-", "--config", config.toString());
        Process agent =
                new ProcessBuilder(AgentProcess.command(args))
                        .redirectError(said.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (OutputStream packets = agent.getOutputStream()) {
            byte[] capture = capture(NOW, 300).bytes();
            int first = capture(NOW, 100).bytes().length;
            packets.write(capture, 0, first);
            packets.flush();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(ledger) && frames(ledger) == 100);
            write(config, "message=none\nsite=anycast\n");
            hangUp(agent);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(said).contains("a restart is needed for"));
            write(config, "message=everything\n");
            hangUp(agent);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(said).contains("stays as it was"));
            packets.write(capture, first, capture.length - first);
            packets.close();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            agent.destroyForcibly();
        }
        assertThat(Files.readString(said))
                .contains("now in force: message\n")
                .contains("message must be none or responses or all, not \"everything\"")
                .doesNotContain("Exception");
        assertThat(agent.exitValue()).isZero();
        List<DnsPacket> messages = messages(published());
        assertThat(messages).hasSize(300);
        assertThat(messages.stream().filter(p -> p.getMessage().hasRemaining())).hasSize(100);
    }

    private static void hangUp(Process agent) throws Exception {
        Process kill = new ProcessBuilder("kill", "-HUP", "" + agent.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void checkConfigSaysEverythingThatIsWrongAndConnectsToNobody() {
        Path config = folder.resolve("agent.properties");
        write(
                config,
                """
                bootstrap=127.0.0.1:1
                sampling.rate=none
                filter.typ=A
                http=somewhere
                capture.threads=2
                privacy.key.file=/missing/key
                spool=/proc/spool
                kafka.linger.ms=soon
                queue.mib=1000
                """);
        String pcap = file("a.pcap", capture(NOW, 5));
        assertThat(agent("--check-config", "--config", config.toString(), "--pcap", pcap))
                .isEqualTo(2);
        assertThat(sentences().lines())
                .hasSize(3)
                .anyMatch(line -> line.contains("unknown setting filter.typ"))
                .anyMatch(line -> line.contains("sampling.rate must be a number"))
                .anyMatch(line -> line.contains("http must be address:port"));
        write(
                config,
                """
                bootstrap=127.0.0.1:1
                capture.threads=2
                privacy.key.file=/missing/key
                spool=%s/spool
                kafka.linger.ms=soon
                max.memory=100m
                """
                        .formatted(config));
        err.reset();
        assertThat(agent("--check-config", "--config", config.toString(), "--pcap", pcap))
                .isEqualTo(2);
        assertThat(sentences().lines())
                .describedAs("%s", sentences())
                .hasSize(6)
                .allMatch(line -> line.startsWith("stream53 agent: "))
                .anyMatch(line -> line.contains("nothing is encrypted or hashed"))
                .anyMatch(line -> line.contains("capture.threads share"))
                .anyMatch(line -> line.contains("privacy.key.file names /missing/key"))
                .anyMatch(line -> line.contains("/spool, is no folder"))
                .anyMatch(line -> line.contains("Kafka settings are wrong: Invalid value soon"))
                .anyMatch(line -> line.contains("max.memory of 100 MiB is too little"));
    }

    @Test
    void checkConfigFindsNothingWrongWithWhatIsRight() {
        err.reset();
        String pcap = file("a.pcap", capture(NOW, 5));
        assertThat(agent("--check-config", "--pcap", pcap, "--bootstrap", "127.0.0.1:1")).isZero();
        assertThat(sentences()).isEqualTo("stream53 agent: the configuration is right\n");
    }

    @Test
    void samplingKeepsASubsetAndCountsTheRest() throws IOException {
        Path ledger = folder.resolve("ledger.json");
        String[] args = toTopic("sampled", "--schema-id", "7", "--ledger", ledger.toString());
        args = with(args, "--pcap", file("a.pcap", capture(NOW, 1000)), "--sampling-rate", "4");
        assertThat(agent(args)).isZero();
        List<DnsPacket> messages = messages(published());
        assertThat(messages).hasSizeBetween(180, 320).allMatch(p -> p.getSamplingRate() == 4);
        assertThat(JSON.readTree(ledger.toFile()).path("dropped").path("sampled").asInt())
                .isEqualTo(1000 - messages.size());
    }

    @Test
    @SuppressWarnings("try") // the agent is to see the end of its input, and then be waited for
    void aFloodLeavesTheProcessWithinItsMemory() throws Exception {
        Requires.file(Path.of("/proc/self/status"));
        String[] args = toTopic("flood", "--schema-id", "7", "--max-memory", "160m");
        args = with(args, "--pcap", file("flood.pcap", capture(NOW, 400_000)), "--pcap", "-");
        Process agent =
                new ProcessBuilder(AgentProcess.boundCommand(args))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("err").toFile())
                        .start();
        long peak = 0;
        try (OutputStream packets = agent.getOutputStream()) {
            // It ends when the second input does, and then its memory cannot be seen any more.
            packets.write(capture(NOW, 1).bytes());
            packets.flush();
            await().atMost(Duration.ofSeconds(90))
                    .until(
                            () ->
                                    Files.readString(folder.resolve("err"))
                                            .contains("400,001 messages, 400,001 published"));
            peak = peakMebibytes(agent);
            packets.close();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            agent.destroyForcibly();
        }
        assertThat(peak).isBetween(20L, 160L);
        assertThat(agent.exitValue()).isZero();
    }

    private static long peakMebibytes(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    @Test
    void aJvmThatIsTooLargeForTheBoundIsRefused() {
        refuses(
                "max.memory cannot be kept by a JVM with a heap of",
                with(
                        toTopic("too-large", "--schema-id", "7", "--max-memory", "160m"),
                        "--pcap",
                        file("a.pcap", capture(NOW, 5))));
    }
}
