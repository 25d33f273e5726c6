package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.Requires;
import io.stream53.fixtures.SearchNode;
import io.stream53.fixtures.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ways to a real Elasticsearch: TLS, credentials, several hosts, and requests that come late. */
@Timeout(120)
class EngineConnectionTest {
    private static final String BASIC =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString("elastic:secret".getBytes(StandardCharsets.UTF_8));
    private static final String[] USER = {
        "connection.username", "elastic", "connection.password", "secret"
    };

    @TempDir private static Path folder;
    private static ServerCertificate certificate;
    private static SearchNode engine;

    @BeforeAll
    static void start() throws Exception {
        Path _ = Requires.file(SearchNode.Kind.ELASTICSEARCH.libraries());
        certificate = ServerCertificate.make(folder.resolve("engine.p12"), "ip:127.0.0.1");
        engine =
                SearchNode.start(SearchNode.Kind.ELASTICSEARCH, folder.resolve("engine"), Map.of());
        engine.call("PUT", "/_index_template/failures", Load.TEMPLATE);
    }

    @AfterAll
    static void stop() {
        java.util.Optional.ofNullable(engine).ifPresent(SearchNode::close);
    }

    private static void indexesThrough(String url, String topic, String... settings)
            throws IOException, InterruptedException {
        Load load = new Load(topic, 100);
        load.add(300);
        try (SinkUnderLoad sink = new SinkUnderLoad(engine, url, load, topic, settings)) {
            sink.finish();
            sink.check();
        }
    }

    private static String[] trusting(String... more) {
        return Stream.of(Front.trust(certificate), more).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void indexesOverTlsWithUserAndPassword() throws Exception {
        try (Front front = new Front(engine.url(), certificate, BASIC)) {
            indexesThrough(front.url(), "dns-basic", trusting(USER));
        }
    }

    @Test
    void indexesOverTlsWithAnApiKey() throws Exception {
        try (Front front = new Front(engine.url(), certificate, "ApiKey a2V5OnNlY3JldA==")) {
            indexesThrough(front.url(), "dns-key", trusting("api.key", "a2V5OnNlY3JldA=="));
        }
    }

    @Test
    void stopsWhenCredentialsAreRefusedAndGoesOnWithoutALoss() throws Exception {
        Load load = new Load("dns-refused", 100);
        load.add(300);
        try (Front front = new Front(engine.url(), certificate, BASIC)) {
            String[] settings = trusting(USER);
            try (SinkUnderLoad sink =
                    new SinkUnderLoad(engine, front.url(), load, "dns-refused", settings)) {
                sink.finish();
                front.require("Basic of a password that was changed");
                load.add(300);
                assertThatThrownBy(sink::finish)
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("refuses the credentials")
                        .hasMessageContaining("401 security_exception");
                assertThat(sink.deadLetters()).isEmpty();
            }
            front.require(BASIC);
            try (SinkUnderLoad sink =
                    new SinkUnderLoad(engine, front.url(), load, "dns-refused", settings)) {
                sink.finish();
                sink.check();
            }
        }
    }

    @Test
    void goesOnWithTheOtherHostsWhenOneIsDead() throws Exception {
        int dead;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = socket.getLocalPort();
        }
        indexesThrough("http://127.0.0.1:" + dead + "," + engine.url(), "dns-dead");
    }

    @Test
    void goesOnWithTheOtherHostsWhenOneDies() throws Exception {
        Load load = new Load("dns-dying", 100);
        load.add(2_000);
        try (BadNetwork dying = new BadNetwork(engine.port());
                SinkUnderLoad sink =
                        new SinkUnderLoad(
                                engine, dying.url() + "," + engine.url(), load, "dns-dying")) {
            sink.stepUntilMoreIsCommitted();
            dying.die();
            sink.finish();
            sink.check();
        }
    }

    /** Writes that the engine has refused, as it does with versions that are old. */
    private static long refused() throws IOException, InterruptedException {
        return engine.call("GET", "/_stats/indexing", "")
                .at("/_all/primaries/indexing/index_failed")
                .asLong();
    }

    @Test
    void aRequestThatIsCarriedOutLateBringsNothingBack() throws Exception {
        Load load = new Load("dns-late", 100);
        load.add(20);
        try (BadNetwork late = new BadNetwork(engine.port());
                SinkUnderLoad sink =
                        new SinkUnderLoad(
                                engine,
                                late.url() + "," + engine.url(),
                                load,
                                "dns-late",
                                "read.timeout.ms",
                                "500")) {
            // Stuck on one host, done on the other; then each id gets further versions.
            late.hold(true);
            long before = refused();
            sink.finish();
            load.add(600);
            sink.finish();
            late.hold(false);
            await().until(() -> refused() > before);
            sink.check();
        }
    }
}
