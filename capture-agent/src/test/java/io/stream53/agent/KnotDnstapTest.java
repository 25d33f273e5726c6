package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.dnstap.TestCertificate;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real authoritative server tells of what it was asked: a socket, and a file at its end. */
class KnotDnstapTest {
    private static final int UDP = 60;

    @TempDir Path folder;
    private final int port = StubNameServer.freePort();
    private final AgentConfig config = AgentConfig.of(Map.of("node", "agent"));

    private Process start(Path socket, Path file) throws IOException {
        Files.createDirectories(folder.resolve("db"));
        Files.writeString(
                folder.resolve("zone"),
                """
                example.test. 60 SOA ns.example.test. h.example.test. 1 60 60 60 60
                example.test. 60 NS ns.example.test.
                ns.example.test. 60 A 127.0.0.1
                www.example.test. 60 A 192.0.2.1
                """);
        Files.writeString(
                folder.resolve("knot.conf"),
                """
                server:
                    rundir: "%1$s"
                    listen: 127.0.0.1@%2$d
                log:
                  - target: stderr
                    any: info
                database:
                    storage: "%1$s/db"
                control:
                    listen: "%1$s/control"
                mod-dnstap:
                  - id: socket
                    sink: "unix:%3$s"
                    identity: "knot-test"
                  - id: file
                    sink: "%4$s"
                    identity: "knot-file"
                    responses-with-queries: on
                mod-stats:
                  - id: counts
                    request-protocol: on
                template:
                  - id: default
                    storage: "%1$s"
                    global-module: [mod-dnstap/socket, mod-dnstap/file, mod-stats/counts]
                zone:
                  - domain: example.test
                    file: "%1$s/zone"
                """
                        .formatted(folder, port, socket, file));
        Path knotd = Requires.tool("knotd");
        return new ProcessBuilder(knotd.toString(), "-c", folder.resolve("knot.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("knot.log").toFile())
                .start();
    }

    private Map<String, Long> statistics() throws IOException {
        Process control =
                new ProcessBuilder(
                                Requires.tool("knotc").toString(),
                                "-s",
                                folder.resolve("control").toString(),
                                "stats")
                        .start();
        try {
            String lines =
                    new String(control.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return lines.lines()
                    .map(line -> line.split(" = ", 2))
                    .collect(Collectors.toMap(p -> p[0], p -> Long.valueOf(p[1])));
        } finally {
            control.destroyForcibly();
        }
    }

    @Test
    void everyMessageIsSeenAsOftenAsTheServerCountsOnASocketAndInAFile() throws Exception {
        // Debian: package knot-module-dnstap
        try (var modules = Files.walk(Path.of("/usr/lib"), 4)) {
            Requires.that(
                    modules.anyMatch(p -> p.endsWith("dnstap.so")),
                    "Knot's module dnstap is not installed");
        }
        Path socket = folder.resolve("tap.sock");
        Path file = folder.resolve("file.tap");
        try (TapListener agent = new TapListener(Map.of("dnstap", "unix:" + socket))) {
            Process knot = start(socket, file);
            try {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> statistics().containsKey("server.zone-count"));
                ask();
                List<DnsPacket> seen = agent.await(2 * (UDP + 3));
                Map<String, Long> asked = Map.of("udp/dns", (long) UDP, "tcp/dns", 3L);
                assertThat(TapListener.byProtocol(seen, false)).isEqualTo(asked);
                assertThat(TapListener.byProtocol(seen, true)).isEqualTo(asked);
                assertThat(seen)
                        .allMatch(p -> p.getNode().equals("knot-test"))
                        .allMatch(p -> p.getServerPort() == port);
                Map<String, Long> counted = statistics();
                assertThat(counted)
                        .containsEntry("mod-stats.request-protocol[udp4]", (long) UDP)
                        .containsEntry("mod-stats.request-protocol[tcp4]", 3L)
                        .containsEntry("mod-stats.response-code[NXDOMAIN]", (long) UDP / 3);
                assertThat(seen.stream().filter(p -> p.getRcode() == 3)).hasSize(UDP / 3);
            } finally {
                knot.destroy();
                assertThat(knot.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(agent.stop().dropped()).isEmpty();
        }
        MemoryOutput fromFile = new MemoryOutput(1);
        AgentLedger ledger = CaptureRun.files(List.of(file), config, fromFile);
        assertThat(ledger).isEqualTo(new AgentLedger(126, 0, 126, 126, Map.of()));
        assertThat(fromFile.messages()).allMatch(p -> p.getNode().equals("knot-file"));
        assertThat(fromFile.messages().stream().filter(TapListener::isResponse)).hasSize(63);
    }

    private void ask() throws IOException {
        Asker asker = new Asker(new TestCertificate(folder, folder, folder));
        for (int i = 0; i < UDP; i++) {
            asker.udp(port, 500 + i, i % 3 == 0 ? "no.example.test" : "www.example.test");
        }
        asker.tcp(port, 900, "www.example.test", "www.example.test", "www.example.test");
    }
}
