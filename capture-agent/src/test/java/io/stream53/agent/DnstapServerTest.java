package io.stream53.agent;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.dnstap.DnstapAddress;
import io.stream53.agent.dnstap.TapServer;
import io.stream53.agent.dnstap.TestCertificate;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DnstapServerTest {
    private static final long TIME = 1_700_000_000_000_000L;

    @TempDir Path folder;

    private static byte[] dns(int id) {
        return query(id, "example.com", DnsMessageBuilder.A).bytes();
    }

    private static TapListener tcp() throws IOException {
        return new TapListener(Map.of("dnstap", "tcp:127.0.0.1:0"));
    }

    private static InetSocketAddress port(TapListener agent) {
        return switch (agent.address()) {
            case DnstapAddress.Tcp(InetSocketAddress socket) -> socket;
            case DnstapAddress.Tls(InetSocketAddress socket) -> socket;
            case DnstapAddress.Unix unix -> throw new AssertionError(unix);
        };
    }

    private static TapServer connect(TapListener agent) throws IOException {
        InetSocketAddress at = port(agent);
        return TapServer.over(new Socket(at.getAddress(), at.getPort()));
    }

    @Test
    void aUnixSocketIsForItsOwnerAndGroupAndGoesWithTheAgent() throws IOException {
        Path path = folder.resolve("tap.sock");
        try (TapListener agent = new TapListener(Map.of("dnstap", "unix:" + path))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw----");
            try (TapServer server = TapServer.at(path)) {
                server.handshake().query("ns1", TIME, dns(1)).finish();
            }
            assertThat(agent.await(1)).extracting(DnsPacket::getNode).containsExactly("ns1");
        }
        assertThat(Files.exists(path)).isFalse();
    }

    @Test
    void aSocketLeftByACrashIsReplacedAndALiveOneIsNot() throws IOException {
        Path path = folder.resolve("tap.sock");
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(path));
            cannotListen("another program listens there", "unix:" + path);
        }
        assertThat(Files.exists(path)).isTrue();
        try (TapListener agent = new TapListener(Map.of("dnstap", "unix:" + path));
                TapServer server = TapServer.at(path)) {
            server.start().query("ns1", TIME, dns(1));
            assertThat(agent.await(1)).hasSize(1);
        }
    }

    @Test
    void whatCannotListenSaysWhyInOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a socket");
        cannotListen("it is no socket", "unix:" + file);
        assertThat(file).hasContent("not a socket");
        cannotListen("its folder must exist", "unix:" + folder.resolve("no/such.sock"));
        cannotListen("the path be short", "unix:" + folder.resolve("x".repeat(120)));
        try (TapListener agent = tcp()) {
            cannotListen("Address already in use", agent.address().toString());
        }
        for (String wrong :
                List.of("unix:relative", "tcp:localhost:53", "tcp:127.0.0.1", "udp:1.2.3.4:5")) {
            assertThatThrownBy(() -> AgentConfig.of(Map.of("dnstap", wrong)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("dnstap must be unix:/path")
                    .hasMessageContaining(wrong);
        }
        assertThatThrownBy(() -> AgentConfig.of(Map.of("dnstap", "tls:127.0.0.1:0")))
                .hasMessageContaining("need dnstap.tls.certificate and dnstap.tls.key");
    }

    private static void cannotListen(String sentence, String address) {
        assertThatThrownBy(() -> new TapListener(Map.of("dnstap", address)).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(sentence)
                .hasMessageContaining(address);
    }

    @Test
    void manyServersSendAtATimeAndEveryMessageIsCounted() throws Exception {
        int servers = 200;
        int messages = 50;
        try (TapListener agent = tcp();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < servers; i++) {
                String node = "ns" + i % 20;
                sending.add(
                        threads.submit(
                                () -> {
                                    try (TapServer server = connect(agent).handshake()) {
                                        for (int id = 0; id < messages; id++) {
                                            server.query(node, TIME + id, dns(id));
                                        }
                                        server.finish();
                                    }
                                    return null;
                                }));
            }
            for (Future<?> one : sending) {
                one.get();
            }
            agent.await((long) servers * messages);
            AgentLedger ledger = agent.stop();
            long all = (long) servers * messages;
            assertThat(ledger).isEqualTo(new AgentLedger(all, 0, all, all, Map.of()));
            assertThat(agent.output.watermarks().stream().filter(DnsPacket::getFinal$))
                    .hasSizeGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void peersThatAreSilentOrSlowOrWrongHarmOnlyThemselves() throws IOException {
        try (TapListener agent = tcp();
                TapServer silent = connect(agent);
                TapServer slow = connect(agent).start();
                TapServer other = connect(agent);
                TapServer tooLong = connect(agent).start();
                TapServer cut = connect(agent).start();
                TapServer good = connect(agent).handshake()) {
            slow.query("slow", TIME, dns(1)).raw(new byte[] {0, 0});
            other.startOf("text:other");
            assertThat(other.isClosedByAgent()).isTrue();
            tooLong.query("long", TIME, dns(2)).raw(new byte[] {0x7f, 0, 0, 0, 1});
            assertThat(tooLong.isClosedByAgent()).isTrue();
            cut.query("cut", TIME, dns(3)).raw(new byte[] {0, 0, 0, 9, 1});
            cut.breakOff();
            good.query("good", TIME, dns(4)).finish();
            assertThat(agent.await(4))
                    .extracting(DnsPacket::getNode)
                    .containsExactlyInAnyOrder("slow", "long", "cut", "good");
            await().until(() -> agent.run.ledger().droppedTotal() == 2);
            assertThat(agent.run.ledger())
                    .isEqualTo(new AgentLedger(6, 0, 6, 4, Map.of("malformedDnstap", 2L)));
            assertThat(agent.stop().dropped())
                    .describedAs("the frame that the slow one had begun as well")
                    .isEqualTo(Map.of("malformedDnstap", 3L));
            assertThat(silent.isClosedByAgent()).isTrue();
        }
    }

    @Test
    void stopEndsAtOnceWithFinalWatermarksHoweverManyAreConnected() throws IOException {
        try (TapListener agent = tcp();
                TapServer silent = connect(agent);
                TapServer idle = connect(agent).handshake()) {
            idle.query("ns1", TIME, dns(1));
            agent.await(1);
            long begun = System.nanoTime();
            AgentLedger ledger = agent.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(ledger).isEqualTo(new AgentLedger(1, 0, 1, 1, Map.of()));
            assertThat(agent.output.watermarks()).hasSize(1).allMatch(DnsPacket::getFinal$);
            assertThat(silent.isClosedByAgent()).isTrue();
        }
    }

    @Test
    void overTlsOnlyServersWithACertificateOfTheAuthorityAreHeard() throws IOException {
        TestCertificate own = TestCertificate.make(folder, "agent", "EC");
        TestCertificate known = TestCertificate.make(folder, "known", "RSA");
        TestCertificate unknown = TestCertificate.make(folder, "unknown", "EC");
        Map<String, String> settings = tls(own);
        settings.put("dnstap.tls.client.authority", known.certificate().toString());
        try (TapListener agent = new TapListener(settings)) {
            try (TapServer wrong = connect(agent, unknown.trusting(own))) {
                assertThatThrownBy(() -> wrong.handshake().query("wrong", TIME, dns(1)))
                        .isInstanceOf(IOException.class);
            }
            try (TapServer right = connect(agent, known.trusting(own))) {
                right.handshake().query("right", TIME, dns(2)).finish();
            }
            try (TapServer plain = connect(agent)) {
                plain.start();
                assertThat(plain.isClosedByAgent()).isTrue();
            }
            assertThat(agent.await(1)).extracting(DnsPacket::getNode).containsExactly("right");
            assertThat(agent.stop().captured()).isEqualTo(1);
        }
    }

    private static TapServer connect(TapListener agent, SSLContext context) throws IOException {
        InetSocketAddress at = port(agent);
        return TapServer.over(
                context.getSocketFactory().createSocket(at.getAddress(), at.getPort()));
    }

    private static Map<String, String> tls(TestCertificate own) {
        return new HashMap<>(
                Map.of(
                        "dnstap", "tls:127.0.0.1:0",
                        "dnstap.tls.certificate", own.certificate().toString(),
                        "dnstap.tls.key", own.key().toString()));
    }

    @Test
    void filesOfTlsThatCannotBeUsedAreNamed() throws IOException {
        TestCertificate own = TestCertificate.make(folder, "agent", "EC");
        TestCertificate other = TestCertificate.make(folder, "other", "EC");
        Path oldForm = folder.resolve("old.key");
        Files.writeString(
                oldForm, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        tlsFails(own, "dnstap.tls.key", other.key(), "is not the one of the certificate");
        tlsFails(own, "dnstap.tls.key", oldForm, "make it PKCS #8 with: openssl pkcs8");
        tlsFails(own, "dnstap.tls.key", empty, "holds no private key");
        tlsFails(own, "dnstap.tls.certificate", empty, "holds no certificate");
        tlsFails(own, "dnstap.tls.certificate", folder.resolve("none"), "there is no file");
        tlsFails(own, "dnstap.tls.client.authority", empty, "holds no certificate");
    }

    private static void tlsFails(TestCertificate own, String key, Path file, String sentence) {
        Map<String, String> settings = tls(own);
        settings.put(key, file.toString());
        assertThatThrownBy(() -> new TapListener(settings).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(sentence);
    }
}
