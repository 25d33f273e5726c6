package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.agent.publish.KafkaOutput;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.TestBroker;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that go away and agents that are killed, with a spool between them. */
class SpoolOutageTest {
    private static final int PARTITIONS = 3;
    private static final long START = 1_770_000_000_000_000L;
    private static final int HEADER_BYTES = 24;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);

    /** The full two minutes are in the profile soak. */
    private static final int OUTAGE_SECONDS = Integer.getInteger("stream53.outage.seconds", 10);

    private static TestBroker broker;

    @TempDir Path folder;
    private final List<Process> agents = new ArrayList<>();
    private String topic = "";
    private int written;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void endAgents() {
        agents.forEach(Process::destroyForcibly);
        broker.restart();
    }

    private void topic(String name) {
        topic = name;
        broker.createTopic(name, PARTITIONS);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("topic", topic);
        settings.put("bootstrap", broker.bootstrap());
        settings.put("node", "ns1");
        settings.put("schema.id", "7");
        settings.put("spool", folder.resolve("spool").toString());
        return settings;
    }

    private Path ledger(int number) {
        return folder.resolve("ledger" + number);
    }

    private String sentences(int number) throws IOException {
        return Files.readString(folder.resolve("err" + number));
    }

    private String[] arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        settings()
                .forEach(
                        (key, value) -> {
                            arguments.add("--" + key.replace('.', '-'));
                            arguments.add(value);
                        });
        return arguments.toArray(String[]::new);
    }

    /** An agent that reads standard input. */
    private Process agent(int number, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(arguments(more)));
        arguments.addAll(List.of("--pcap", "-", "--ledger", ledger(number).toString()));
        Process agent =
                new ProcessBuilder(AgentProcess.command(arguments.toArray(String[]::new)))
                        .redirectError(folder.resolve("err" + number).toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        agents.add(agent);
        agent.getOutputStream().write(new PcapWriter(PcapWriter.ETHERNET).bytes());
        return agent;
    }

    private void write(OutputStream to, int queries) throws IOException {
        PcapWriter capture = new PcapWriter(PcapWriter.ETHERNET);
        for (int i = 0; i < queries; i++, written++) {
            InetSocketAddress client = Frames.socket("198.51.100.7", 1024 + written % 60_000);
            byte[] message =
                    DnsMessageBuilder.query(written, "example.com", DnsMessageBuilder.A).bytes();
            capture.frame(
                    START + written * 500L,
                    Frames.ethernet(Frames.udp(client, Frames.socket("192.0.2.53", 53), message)));
        }
        byte[] bytes = capture.bytes();
        to.write(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
        to.flush();
    }

    /** Two thousand a second. */
    private void writeFor(OutputStream to, int seconds) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < seconds * 100; i++) {
            write(to, 20);
            LockSupport.parkNanos(start + (i + 1) * 10_000_000L - System.nanoTime());
        }
    }

    private long figure(int number, String name) throws IOException {
        if (!Files.exists(ledger(number))) {
            return -1;
        }
        JsonNode json = JSON.readTree(ledger(number).toFile());
        return json.path(name).asLong();
    }

    private void awaitFigure(int number, String name, long value) {
        await().atMost(LONG).until(() -> figure(number, name) == value);
    }

    /** The ledger is written by another thread: after the next one the last packet is through. */
    private void awaitAllRead(int number) throws IOException {
        awaitFigure(number, "frames", written);
        FileTime before = Files.getLastModifiedTime(ledger(number));
        await().until(() -> !Files.getLastModifiedTime(ledger(number)).equals(before));
    }

    /** What a processor makes of the topic. */
    private final class Received {
        final Map<Long, List<DnsPacket>> messages = new HashMap<>();
        final Map<Long, Set<Integer>> used = new HashMap<>();
        final Map<Long, Set<Integer>> ended = new HashMap<>();
        final List<DnsPacket> ends = new ArrayList<>();
        long redelivered;

        Received() {
            Map<List<Long>, Long> next = new HashMap<>();
            SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
            for (ConsumerRecord<byte[], byte[]> record : broker.records(topic)) {
                DnsPacket packet = reader.read(record.value());
                List<Long> of = List.of(packet.getRun(), (long) record.partition());
                long expected = next.getOrDefault(of, 0L);
                if (packet.getSequence() < expected) {
                    redelivered++;
                    continue;
                }
                assertThat(packet.getSequence()).isEqualTo(expected);
                next.put(of, expected + 1);
                take(packet, record.partition());
            }
        }

        private void take(DnsPacket packet, int partition) {
            long run = packet.getRun();
            assertThat(ended.getOrDefault(run, Set.of())).doesNotContain(partition);
            used.computeIfAbsent(run, r -> new HashSet<>()).add(partition);
            if (packet.getKind().equals("message")) {
                messages.computeIfAbsent(run, r -> new ArrayList<>()).add(packet);
            } else if (packet.getFinal$()) {
                ended.computeIfAbsent(run, r -> new HashSet<>()).add(partition);
                ends.add(packet);
            }
        }

        /** Each run ended in each partition, and so many messages. */
        void assertEnded(int expected) {
            assertThat(ended).isEqualTo(used);
            assertThat(messages.values().stream().mapToInt(List::size).sum()).isEqualTo(expected);
        }

        /** And each query that was written among them. */
        void assertWhole(int expected) {
            assertEnded(expected);
            Set<Integer> ids = new HashSet<>();
            messages.values().forEach(list -> list.forEach(p -> ids.add(p.getId())));
            assertThat(ids).hasSize(Math.min(expected, 1 << 16));
        }
    }

    @Test
    void anOutageUnderLoadLosesNothingAndDoublesNothing() throws Exception {
        topic("outage");
        Process agent = agent(0);
        try (OutputStream packets = agent.getOutputStream()) {
            writeFor(packets, 2);
            await().atMost(LONG).until(() -> figure(0, "published") > 0);
            broker.stop();
            writeFor(packets, OUTAGE_SECONDS);
            awaitAllRead(0);
            assertThat(figure(0, "published")).isLessThan(written);
            broker.restart();
            writeFor(packets, 2);
        }
        assertThat(agent.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).describedAs("%s", sentences(0)).isZero();
        assertThat(figure(0, "captured")).isEqualTo(written);
        assertThat(figure(0, "published")).isEqualTo(written);
        new Received().assertWhole(written);
    }

    @Test
    void whatAKilledAgentTookInAnOutageIsSentByTheNextWhichStartsWithoutKafka() throws Exception {
        topic("killed");
        Process first = agent(0);
        OutputStream packets = first.getOutputStream();
        write(packets, 500);
        awaitFigure(0, "published", 500);
        broker.stop();
        writeFor(packets, 3);
        awaitAllRead(0);
        first.destroyForcibly().waitFor();
        int before = written;

        Process second = agent(1);
        try (OutputStream more = second.getOutputStream()) {
            write(more, 300);
            await().atMost(LONG).until(() -> figure(1, "captured") == 300);
            assertThat(figure(1, "published")).isZero();
            broker.restart();
        }
        assertThat(second.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).describedAs("%s", sentences(1)).isZero();
        assertThat(figure(1, "published")).isEqualTo(300);
        assertThat(sentences(1)).contains(" records of an earlier start: they are sent first.");
        Received received = new Received();
        received.assertWhole(written);
        assertThat(received.messages.values().stream().map(List::size))
                .containsExactlyInAnyOrder(before, 300);
        assertThat(received.redelivered).describedAs("acknowledged before the kill").isZero();
        assertThat(received.ends)
                .filteredOn(end -> end.getRunSent() == before)
                .hasSize(PARTITIONS)
                .allMatch(end -> end.getCaptured() == before);
        assertOldRunFirst();
    }

    @Test
    void killedAgainAndAgainUnderLoadNoNumberIsMissingAndEachRunIsEnded() throws Exception {
        topic("again");
        Random random = new Random(53);
        for (int life = 0; life < 3; life++) {
            Process agent = agent(life);
            OutputStream packets = agent.getOutputStream();
            write(packets, 200);
            int number = life;
            await().atMost(LONG).until(() -> figure(number, "captured") == 200);
            long until = System.nanoTime() + random.nextInt(1500) * 1_000_000L;
            while (System.nanoTime() < until) {
                write(packets, 20);
                LockSupport.parkNanos(2_000_000);
            }
            agent.destroyForcibly().waitFor();
        }
        Process last = agent(3);
        last.getOutputStream().close();
        assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).describedAs("%s", sentences(3)).isZero();
        Received received = new Received();
        assertThat(received.messages).hasSize(3);
        assertThat(received.ended).isEqualTo(received.used);
        for (DnsPacket end : received.ends) {
            assertThat(received.messages.get(end.getRun())).hasSize((int) end.getRunSent());
            assertThat(end.getLosses()).isEmpty();
        }
    }

    @Test
    void whatTheBrokerRefusesIsSentAgainInOrderWhenItRelents() throws Exception {
        topic("refuses");
        Process agent = agent(0);
        try (OutputStream packets = agent.getOutputStream()) {
            write(packets, 500);
            awaitFigure(0, "published", 500);
            configure("cleanup.policy", "compact"); // then it takes no watermarks
            writeFor(packets, 3);
            await().atMost(LONG).until(() -> sentences(0).contains("Kafka refuses records: "));
            configure("cleanup.policy", "delete");
            writeFor(packets, 1);
        }
        assertThat(agent.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).describedAs("%s", sentences(0)).isZero();
        assertThat(figure(0, "published")).isEqualTo(written);
        assertThat(sentences(0).lines().filter(line -> line.contains("refuses"))).hasSize(1);
        new Received().assertWhole(written);
    }

    @Test
    void whatIsTooLargeForTheTopicIsDroppedAndTheRestGoesOn() throws Exception {
        topic("small");
        configure("max.message.bytes", "600");
        AgentConfig config = AgentConfig.of(settings());
        PcapWriter capture = AgentMainTest.capture(START, 50);
        byte[] large =
                DnsMessageBuilder.response(1, "example.com", DnsMessageBuilder.TXT, 0)
                        .answer("example.com", 16, 60, DnsMessageBuilder.txt(noise(1)))
                        .answer("example.com", 16, 60, DnsMessageBuilder.txt(noise(2)))
                        .answer("example.com", 16, 60, DnsMessageBuilder.txt(noise(3)))
                        .bytes();
        InetSocketAddress client = Frames.socket("198.51.100.7", 5000);
        capture.frame(
                START + 1_000_000,
                Frames.ethernet(Frames.udp(Frames.socket("192.0.2.53", 53), client, large)));
        Path file = capture.writeTo(folder.resolve("large.pcap"));
        try (KafkaOutput output =
                KafkaOutput.open(config.kafka(), config.spool(), true, Duration.ZERO)) {
            AgentLedger ledger = CaptureRun.files(List.of(file), config, output);
            assertThat(ledger)
                    .isEqualTo(new AgentLedger(51, 0, 51, 50, Map.of("publishFailed", 1L)));
            assertThat(output.waiting()).isZero();
        }
    }

    /** Text that does not compress. */
    private static String noise(int seed) {
        return new Random(seed)
                .ints(250, '0', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void configure(String name, String value) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp set =
                new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        broker.admin().incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    }

    /** In each partition the killed run ends before the next begins. */
    private void assertOldRunFirst() {
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        Map<Integer, Set<Long>> seen = new HashMap<>();
        Map<Integer, Long> current = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.records(topic)) {
            long run = reader.read(record.value()).getRun();
            Long previous = current.put(record.partition(), run);
            if (previous == null || previous != run) {
                assertThat(seen.computeIfAbsent(record.partition(), p -> new HashSet<>()).add(run))
                        .isTrue();
            }
        }
    }

    @Test
    void toldToEndInAnOutageItLeavesTheRestToTheNext() throws Exception {
        topic("told");
        Process first = agent(0, "--shutdown-timeout", "1s");
        OutputStream packets = first.getOutputStream();
        write(packets, 100);
        awaitFigure(0, "published", 100);
        broker.stop();
        write(packets, 200);
        awaitAllRead(0);
        first.destroy();
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).describedAs("%s", sentences(0)).isZero();
        assertThat(sentences(0))
                .contains(" records wait in the spool for the next start")
                .doesNotContain("Exception");
        broker.restart();
        Process second = agent(1);
        second.getOutputStream().close();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).describedAs("%s", sentences(1)).isZero();
        new Received().assertWhole(300);
    }

    @Test
    void whatAFullSpoolDoesNotTakeIsCountedAndTheEquationsHold() throws Exception {
        topic("full");
        int frames = 20_000;
        Map<String, String> settings = settings();
        settings.put("spool.max.mib", "1");
        AgentConfig config = AgentConfig.of(settings);
        Duration patience = Duration.ofMillis(10);
        KafkaOutput.open(config.kafka(), config.spool(), false, patience).close();
        broker.stop();
        AgentLedger ledger;
        long waiting;
        try (KafkaOutput output =
                KafkaOutput.open(config.kafka(), config.spool(), false, patience)) {
            CaptureRun run = new CaptureRun(config, output);
            FakeSource source = new FakeSource();
            for (int i = 0; i < frames; i++) {
                source.frameAt(START + i * 1000L);
            }
            run.capture(List.of(source));
            ledger = run.ledger();
            waiting = output.waiting();
        }
        long full = ledger.dropped().getOrDefault("spoolFull", 0L);
        assertThat(ledger.captured()).isEqualTo(frames);
        assertThat(full).isBetween(1L, (long) frames - 1);
        assertThat(ledger.dropped()).hasSize(1);
        assertThat(ledger.published()).isZero();
        broker.restart();
        try (KafkaOutput output =
                KafkaOutput.open(config.kafka(), config.spool(), false, patience)) {
            await().atMost(LONG).until(() -> output.waiting() == 0);
            assertThat(output.recovered()).isEqualTo(frames - full).isLessThan(waiting);
        }
        Received received = new Received();
        received.assertEnded((int) (frames - full));
        DnsPacket end = received.ends.getFirst();
        assertThat(end.getLosses()).isEqualTo(Map.of("spoolFull", full));
        assertThat(end.getCaptured()).isEqualTo(end.getRunSent() + full).isEqualTo(frames);
    }

    @Test
    void aSecondAgentOnTheFolderIsRefused() throws Exception {
        topic("second");
        AgentConfig config = AgentConfig.of(settings());
        try (KafkaOutput _ =
                KafkaOutput.open(config.kafka(), config.spool(), false, Duration.ZERO)) {
            assertThat(refusal()).contains("is in use by another agent");
        }
    }

    @Test
    void whatCannotBeKeptWithASpoolIsRefusedInOneSentence() throws IOException {
        topic("refused");
        Path config = folder.resolve("agent.properties");
        Files.writeString(config, "kafka.delivery.timeout.ms=1000\n");
        assertThat(refusal("--config", config.toString()))
                .contains("kafka.delivery.timeout.ms cannot be set with a spool");
        Files.writeString(config, "kafka.acks=1\n");
        assertThat(refusal("--config", config.toString())).contains("a spool needs kafka.acks=all");
        Files.writeString(config, "");
        broker.stop();
        Files.writeString(
                config, "kafka.default.api.timeout.ms=1000\nkafka.request.timeout.ms=900\n");
        assertThat(refusal("--config", config.toString())).contains("Kafka does not answer at");
    }

    private String refusal(String... more) throws IOException {
        Path pcap = folder.resolve("a.pcap");
        Files.write(pcap, new PcapWriter(PcapWriter.ETHERNET).bytes());
        List<String> arguments = new ArrayList<>(List.of(arguments(more)));
        arguments.addAll(List.of("--pcap", pcap.toString()));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        int status = new AgentMain(stream).execute(arguments.toArray(String[]::new), Map.of());
        String sentence = err.toString(StandardCharsets.UTF_8);
        assertThat(status).describedAs("%s", sentence).isEqualTo(2);
        assertThat(sentence.strip().lines()).hasSize(1);
        return sentence;
    }

    @Test
    void aTopicWithAnotherNumberOfPartitionsEndsTheAgentAndKeepsTheSpool() throws Exception {
        topic("changed");
        Process first = agent(0);
        write(first.getOutputStream(), 100);
        awaitFigure(0, "published", 100);
        first.destroyForcibly().waitFor();
        broker.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get();
        Process second = agent(1);
        write(second.getOutputStream(), 100);
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(sentences(1))
                .contains("has 4 partitions, and had 3 when the spool was made")
                .doesNotContain("Exception");
    }
}
