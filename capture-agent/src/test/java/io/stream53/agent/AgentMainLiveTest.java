package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestBroker;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent on the loopback interface, which every host has; it may capture there as root only. */
class AgentMainLiveTest {
    private static TestBroker broker;

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
    @ValueSource(strings = {"libpcap", "pcap4j"})
    void capturesForItsDurationAndPublishesWhatItSaw(String source) throws Exception {
        broker.createTopic(source, 3);
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
                source,
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
                broker.records(source).stream().map(r -> reader.read(r.value())).toList();
        List<DnsPacket> messages =
                packets.stream().filter(p -> p.getKind().equals("message")).toList();
        assertThat(messages)
                .hasSize(50)
                .allMatch(p -> p.getDirection().equals("inbound"))
                .allMatch(p -> p.getQuestionName().equals("lo.test"));
        assertThat(packets).anyMatch(DnsPacket::getFinal$);
        assertThat(packets).anyMatch(p -> p.getKind().equals("watermark") && !p.getFinal$());
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
