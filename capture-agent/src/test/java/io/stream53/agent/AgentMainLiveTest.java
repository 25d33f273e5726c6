package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestBroker;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent on the loopback interface, which every host has; it may capture there as root only. */
class AgentMainLiveTest {
    private static TestBroker broker;

    private static final Pattern NEEDED =
            Pattern.compile(
                    "stream53|kafka-clients|avro|jackson|hash4j|picocli|slf4j|logback|pcap4j|jna"
                            + "|zstd|lz4|snappy|commons|jspecify");

    @TempDir Path folder;

    @BeforeAll
    static void startBroker() {
        Requires.root();
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"libpcap,1", "libpcap,2", "pcap4j,1"})
    void capturesForItsDurationAndPublishesWhatItSaw(String source, int threads) throws Exception {
        String topic = source + threads;
        broker.createTopic(topic, 3);
        Path ledger = folder.resolve("ledger.json");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket server = new DatagramSocket(0, loopback);
                DatagramSocket client = new DatagramSocket(0, loopback);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            String[] args = {
                "--interface",
                "lo",
                "--source",
                source,
                "--port",
                "" + server.getLocalPort(),
                "--bootstrap",
                broker.bootstrap(),
                "--topic",
                topic,
                "--capture-threads",
                "" + threads,
                "--http",
                "127.0.0.1:0",
                "--schema-id",
                "1",
                "--address",
                loopback.getHostAddress(),
                "--duration",
                "4s",
                "--ledger",
                ledger.toString(),
            };
            Future<Integer> status =
                    thread.submit(() -> new AgentMain(stream).execute(args, Map.of()));
            // The first ledger is written when the capture has begun.
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(ledger));
            for (int id = 0; id < 50; id++) {
                byte[] query = DnsMessageBuilder.query(id, "lo.test", DnsMessageBuilder.A).bytes();
                client.send(
                        new DatagramPacket(query, query.length, server.getLocalSocketAddress()));
            }
            assertThat(status.get(60, TimeUnit.SECONDS)).describedAs("%s", err).isZero();
        }
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        List<DnsPacket> packets =
                broker.records(topic).stream().map(r -> reader.read(r.value())).toList();
        List<DnsPacket> messages =
                packets.stream().filter(p -> p.getKind().equals("message")).toList();
        assertThat(messages)
                .hasSize(50)
                .allMatch(p -> p.getDirection().equals("inbound"))
                .allMatch(p -> p.getQuestionName().equals("lo.test"));
        assertThat(packets).anyMatch(DnsPacket::getFinal$);
        assertThat(packets).anyMatch(p -> p.getKind().equals("watermark") && !p.getFinal$());
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("stream53 agent: status on http://127.0.0.1:");
        assertThat(Files.readString(ledger))
                .contains("\"captured\":50,\"published\":50,\"dropped\":{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"libpcap", "pcap4j"})
    void withoutTheRightToCaptureOneSentenceSaysHowToGetIt(String source) throws Exception {
        String setpriv = Requires.tool("setpriv").toString();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                setpriv,
                                "--bounding-set=-net_raw,-net_admin",
                                "--inh-caps=-net_raw,-net_admin"));
        command.addAll(AgentProcess.command("--interface", "lo", "--source", source));
        assertSentence(command, "no permission to capture on lo: ", "CAP_NET_RAW", "setpriv");
    }

    /** The class path where another user can read it: Maven's is often in root's own folder. */
    private String readableClassPath() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> entries = new ArrayList<>();
        List<Path> all =
                Pattern.compile(Pattern.quote(File.pathSeparator))
                        .splitAsStream(System.getProperty("java.class.path"))
                        .map(Path::of)
                        .toList();
        for (Path from : all) {
            Path to = folder.resolve("cp" + entries.size());
            if (Files.isDirectory(from)) {
                copy(from, to);
            } else if (NEEDED.matcher(String.valueOf(from.getFileName())).find()) {
                Files.copy(from, to);
            } else {
                continue;
            }
            entries.add(to.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private List<String> asNobody(List<String> rights, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Requires.tool("setpriv").toString());
        command.addAll(List.of("--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(rights);
        command.addAll(AgentProcess.command(args));
        command.set(command.indexOf("-cp") + 1, readableClassPath());
        return command;
    }

    @Test
    void anOrdinaryUserWithCapNetRawAloneCapturesAndPublishes() throws Exception {
        broker.createTopic("ordinary", 1);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket server = new DatagramSocket(0, loopback)) {
            List<String> command =
                    asNobody(
                            List.of(
                                    "--bounding-set=-all,+net_raw",
                                    "--inh-caps=-all,+net_raw",
                                    "--ambient-caps=-all,+net_raw"),
                            "--interface",
                            "lo",
                            "--port",
                            "" + server.getLocalPort(),
                            "--bootstrap",
                            broker.bootstrap(),
                            "--topic",
                            "ordinary",
                            "--schema-id",
                            "1",
                            "--http",
                            "off");
            Path said = folder.resolve("err");
            Process agent =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start();
            try {
                byte[] query = DnsMessageBuilder.query(1, "lo.test", DnsMessageBuilder.A).bytes();
                await().atMost(Duration.ofSeconds(60))
                        .until(
                                () -> {
                                    server.send(
                                            new DatagramPacket(
                                                    query,
                                                    query.length,
                                                    server.getLocalSocketAddress()));
                                    return !agent.isAlive()
                                            || (Files.readString(said).contains(" published")
                                                    && !broker.records("ordinary").isEmpty());
                                });
                assertThat(Files.readString(Path.of("/proc/" + agent.pid() + "/status")))
                        .containsPattern("Uid:\\s+65534")
                        .containsPattern("CapEff:\\s+0000000000002000");
                agent.destroy();
                assertThat(agent.waitFor()).describedAs(Files.readString(said)).isZero();
            } finally {
                agent.destroyForcibly();
            }
        }
    }

    @Test
    void anOrdinaryUserWithoutItIsToldInOneSentence() throws Exception {
        assertSentence(
                asNobody(List.of(), "--interface", "lo", "--http", "off"),
                "no permission to capture on lo: ",
                "CAP_NET_RAW");
    }

    @Test
    void aMissingInterfaceIsOneSentence() throws Exception {
        assertSentence(
                AgentProcess.command("--interface", "missing0"),
                "there is no interface missing0; this host has: ");
    }

    private static void assertSentence(List<String> command, String... parts) throws Exception {
        Process agent = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(agent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(agent.waitFor()).describedAs(said).isEqualTo(2);
            assertThat(said.strip().lines()).describedAs(said).hasSize(1);
            assertThat(said).contains(parts).doesNotContain("Exception");
        } finally {
            agent.destroyForcibly();
        }
    }
}
