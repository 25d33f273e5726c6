package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.fixtures.ServerCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SinkTlsTest {
    @TempDir private Path folder;
    private FakeEngine engine;

    private void startWithNames(String names) throws Exception {
        Path store = folder.resolve("engine.p12");
        engine = new FakeEngine(ServerCertificate.make(store, names).context());
    }

    @BeforeEach
    void start() throws Exception {
        startWithNames("ip:127.0.0.1");
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private String[] trusting(String... more) {
        String[] settings = {
            "elastic.security.protocol",
            "SSL",
            "elastic.https.ssl.truststore.location",
            folder.resolve("engine.p12").toString(),
            "elastic.https.ssl.truststore.type",
            "PKCS12",
            "elastic.https.ssl.truststore.password",
            ServerCertificate.PASSWORD
        };
        String[] all = java.util.Arrays.copyOf(settings, settings.length + more.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return all;
    }

    @Test
    void indexesOverTlsWithATruststore() {
        try (SinkHarness sink = new SinkHarness(engine, trusting())) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
        }
        assertThat(engine.documents()).hasSize(1);
    }

    @Test
    void failsFastAtACertificateItDoesNotTrust() {
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("is not trusted")
                    .hasMessageContaining("elastic.https.ssl.truststore");
        }
    }

    @Test
    void aConnectorIsRefusedForACertificateOrATrustStoreThatIsNotGood() {
        assertThat(problems()).singleElement().asString().contains("is not trusted");
        assertThat(problems(trusting("elastic.https.ssl.truststore.location", "/none.p12")))
                .singleElement()
                .asString()
                .contains("/none.p12");
        assertThat(problems(trusting())).isEmpty();
    }

    private List<String> problems(String... settings) {
        return new ElasticsearchSinkConnector()
                .validate(SinkHarness.settings(engine.url(), settings)).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }

    @Test
    void checksTheHostNameUnlessToldNotTo() throws Exception {
        engine.close();
        Files.delete(folder.resolve("engine.p12"));
        startWithNames("dns:other.example");
        try (SinkHarness sink = new SinkHarness(engine, trusting())) {
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("is not trusted");
        }
        String unchecked = "elastic.https.ssl.endpoint.identification.algorithm";
        try (SinkHarness sink = new SinkHarness(engine, trusting(unchecked, ""))) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
        }
    }

    @Test
    void refusesTlsSettingsForAPlainUrl() {
        assertThatThrownBy(() -> SinkSettings.of(SinkHarness.settings("http://x:9200", trusting())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("https://");
    }
}
