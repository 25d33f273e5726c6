package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.agent.dnstap.TestCertificate;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real proxy for DNS over TLS and HTTPS tells of what it was asked, and counts it as well. */
class DnsdistDnstapTest {
    private static final int UDP = 50;
    private static final String API_KEY = "of the test";

    @TempDir Path folder;
    private final int port = StubNameServer.freePort();
    private final int tlsPort = StubNameServer.freePort();
    private final int httpsPort = StubNameServer.freePort();
    private final int webPort = StubNameServer.freePort();

    private Process start(int backend, TestCertificate certificate, Path socket)
            throws IOException {
        Path config = folder.resolve("dnsdist.conf");
        Files.writeString(
                config,
                """
                setLocal("127.0.0.1:%1$d")
                addTLSLocal("127.0.0.1:%2$d", "%3$s", "%4$s", {provider="openssl"})
                addDOHLocal("127.0.0.1:%5$d", "%3$s", "%4$s", "/dns-query")
                newServer({address="127.0.0.1:%6$d", healthCheckMode="up", checkType="A"})
                webserver("127.0.0.1:%7$d")
                setWebserverConfig({password="unused here", apiKey="%8$s"})
                tap = newFrameStreamUnixLogger("%9$s")
                addAction(AllRule(), DnstapLogAction("dist-test", tap))
                addResponseAction(AllRule(), DnstapLogResponseAction("dist-test", tap))
                """
                        .formatted(
                                port,
                                tlsPort,
                                certificate.certificate(),
                                certificate.key(),
                                httpsPort,
                                backend,
                                webPort,
                                API_KEY,
                                socket));
        return new ProcessBuilder(
                        Requires.tool("dnsdist").toString(),
                        "--supervised",
                        "--disable-syslog",
                        "-C",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("dnsdist.log").toFile())
                .start();
    }

    private JsonNode statistics() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:%d/jsonstat?command=stats".formatted(webPort));
            HttpRequest request =
                    HttpRequest.newBuilder(uri)
                            .header("X-API-Key", API_KEY)
                            .timeout(Duration.ofSeconds(5))
                            .build();
            String json = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return new ObjectMapper().readTree(json);
        }
    }

    @Test
    void dotAndDohAreSeenAsWhatTheyAreAsOftenAsTheServerCounts() throws Exception {
        Requires.tool("dnsdist");
        TestCertificate certificate = TestCertificate.make(folder, "server", "EC");
        Path socket = folder.resolve("dnstap.sock");
        try (StubNameServer stub = new StubNameServer();
                TapListener agent = new TapListener(Map.of("dnstap", "unix:" + socket))) {
            Process dnsdist = start(stub.port(), certificate, socket);
            try {
                awaitStart(dnsdist);
                ask(certificate);
                List<DnsPacket> seen = agent.await(2 * (UDP + 3 + 4 + 5));
                Map<String, Long> asked =
                        Map.of("udp/dns", (long) UDP, "tcp/dns", 3L, "tcp/dot", 4L, "tcp/doh", 5L);
                assertThat(TapListener.byProtocol(seen, false)).isEqualTo(asked);
                assertThat(TapListener.byProtocol(seen, true)).isEqualTo(asked);
                assertThat(seen).allMatch(p -> p.getNode().equals("dist-test"));
                JsonNode statistics = statistics();
                assertThat(statistics.path("queries").asInt()).isEqualTo(UDP + 3 + 4 + 5);
                assertThat(statistics.path("responses").asInt()).isEqualTo(UDP + 3 + 4 + 5);
                keysOfHttps(agent.output.sent());
            } finally {
                end(dnsdist);
            }
            AgentLedger ledger = agent.stop();
            assertThat(ledger.captured()).isEqualTo(ledger.published());
            assertThat(ledger.frames()).isEqualTo(2L * (UDP + 3 + 4 + 5));
            assertThat(ledger.dropped()).isEmpty();
        }
    }

    private void awaitStart(Process dnsdist) throws IOException {
        Path log = folder.resolve("dnsdist.log");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsMatching(e -> dnsdist.isAlive())
                .untilAsserted(() -> assertThat(statistics().has("queries")).isTrue());
        assertThat(dnsdist.isAlive()).describedAs("%s", Files.readString(log)).isTrue();
    }

    private void ask(TestCertificate certificate) throws Exception {
        Asker asker = new Asker(certificate);
        for (int i = 0; i < UDP; i++) {
            asker.udp(port, 100 + i, "udp.test");
        }
        asker.tcp(port, 1000, "tcp.test", "tcp.test", "tcp.test");
        asker.tls(tlsPort, 2000, "dot.test", "dot.test", "dot.test", "dot.test");
        asker.https(httpsPort, "a.doh.test", "B.doh.test", "a.doh.test", "b.doh.test", "c.test");
    }

    /** One client, one connection, id 0: the questions tell the keys apart, without their case. */
    private static void keysOfHttps(List<MemoryOutput.Sent> sent) {
        List<MemoryOutput.Sent> https =
                sent.stream().filter(s -> "doh".equals(s.packet().getProtocol())).toList();
        assertThat(https).hasSize(10).allMatch(s -> s.packet().getId() == 0);
        assertThat(https.stream().map(s -> ByteBuffer.wrap(s.key())).distinct()).hasSize(3);
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
