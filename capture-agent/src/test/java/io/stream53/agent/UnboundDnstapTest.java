package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.dnstap.DnstapAddress;
import io.stream53.agent.dnstap.TestCertificate;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real resolver tells of what it was asked, and counts it as well. */
class UnboundDnstapTest {
    private static final int UDP = 120;
    private static final String NAME = "www.example.test";

    @TempDir static Path certificates;
    private static TestCertificate certificate;

    @TempDir Path folder;

    @BeforeAll
    static void makeCertificate() {
        Requires.tool("unbound");
        Requires.tool("unbound-control");
        certificate = TestCertificate.make(certificates, "server", "RSA");
    }

    @Test
    void everyMessageIsSeenAsOftenAsTheServerCounts() throws Exception {
        Path socket = folder.resolve("dnstap.sock");
        try (StubNameServer stub = new StubNameServer();
                TapListener agent = new TapListener(Map.of("dnstap", "unix:" + socket))) {
            try (UnboundServer server =
                    new UnboundServer(
                            folder,
                            certificate,
                            stub.port(),
                            "  dnstap-socket-path: \"%s\"\n".formatted(socket))) {
                ask(server);
                List<DnsPacket> seen = agent.await(2 * (UDP + 2 + 3 + 2 + 4) + 4);
                Map<String, Long> queries = TapListener.byProtocol(seen, false);
                assertThat(queries).isEqualTo(asked(queries));
                assertThat(TapListener.byProtocol(seen, true)).isEqualTo(queries);
                assertThat(seen).allMatch(p -> p.getNode().equals("ns-test"));
                countsLike(server.statistics(), seen);
                forwarded(stub.port(), seen);
            }
            AgentLedger ledger = agent.stop();
            assertThat(ledger.captured()).isEqualTo(ledger.published());
            assertThat(ledger.captured()).isEqualTo(ledger.frames());
            assertThat(ledger.dropped()).isEmpty();
            assertThat(agent.output.watermarks().getLast().getFinal$()).isTrue();
        }
        assertThat(Files.exists(socket)).isFalse();
    }

    private static void ask(UnboundServer server) throws Exception {
        Asker asker = new Asker(certificate);
        for (int i = 0; i < UDP; i++) {
            asker.udp(server.port, 1000 + i, i % 4 == 0 ? "no.example.test" : NAME);
        }
        asker.udp(server.port, 2000, "a.fwd.test");
        asker.udp(server.port, 2001, "b.fwd.test");
        asker.tcp(server.port, 3000, NAME, NAME, "no.example.test");
        asker.tls(server.tlsPort, 4000, NAME, "no.example.test");
        asker.https(server.httpsPort, NAME, NAME, "no.example.test", NAME);
    }

    /** Versions before 1.19.3 call DoT TCP, and leave out what DoH is. */
    private static Map<String, Long> asked(Map<String, Long> seen) {
        return seen.containsKey("tcp/doh")
                ? Map.of("udp/dns", UDP + 2L, "tcp/dns", 3L, "tcp/dot", 2L, "tcp/doh", 4L)
                : Map.of("udp/dns", UDP + 2L + 4L, "tcp/dns", 3L + 2L);
    }

    private static void countsLike(Map<String, Double> statistics, List<DnsPacket> seen) {
        Predicate<DnsPacket> answered =
                p -> TapListener.isResponse(p) && p.getDirection().equals("inbound");
        long queries = seen.stream().filter(answered).count();
        assertThat(statistics.get("total.num.queries")).isEqualTo((double) queries);
        long nxdomain = seen.stream().filter(answered).filter(p -> p.getRcode() == 3).count();
        assertThat(statistics.get("num.answer.rcode.NXDOMAIN")).isEqualTo((double) nxdomain);
        assertThat(nxdomain).isEqualTo(UDP / 4 + 2 + 1 + 1 + 1);
    }

    /** What it asked another is outbound, to that one's address. */
    private static void forwarded(int port, List<DnsPacket> seen) {
        List<DnsPacket> outbound =
                seen.stream().filter(p -> p.getDirection().equals("outbound")).toList();
        assertThat(outbound).hasSize(4).allMatch(p -> p.getServerPort() == port);
        assertThat(outbound)
                .extracting(DnsPacket::getQuestionName)
                .containsOnly("a.fwd.test", "b.fwd.test");
    }

    @Test
    void itSendsOverTlsWithACertificateThatTheAgentWants() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "dnstap", "tls:127.0.0.1:0",
                        "dnstap.tls.certificate", certificate.certificate().toString(),
                        "dnstap.tls.key", certificate.key().toString(),
                        "dnstap.tls.client.authority", certificate.certificate().toString());
        try (StubNameServer stub = new StubNameServer();
                TapListener agent = new TapListener(settings)) {
            int port = ((DnstapAddress.Tls) agent.address()).socket().getPort();
            String dnstap =
                    """
                      dnstap-ip: "127.0.0.1@%d"
                      dnstap-tls: yes
                      dnstap-tls-server-name: "127.0.0.1"
                      dnstap-tls-cert-bundle: "%s"
                      dnstap-tls-client-key-file: "%s"
                      dnstap-tls-client-cert-file: "%s"
                    """
                            .formatted(
                                    port,
                                    certificate.certificate(),
                                    certificate.key(),
                                    certificate.certificate());
            try (UnboundServer server =
                    new UnboundServer(folder, certificate, stub.port(), dnstap)) {
                Asker asker = new Asker(certificate);
                for (int i = 0; i < 5; i++) {
                    asker.udp(server.port, i, NAME);
                }
                assertThat(agent.await(10)).hasSize(10);
            }
        }
    }
}
