package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.fixtures.ServerCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerTlsTest {
    @TempDir private Path folder;

    @Test
    void trustsTheAuthorityOfTheFileAndNoOther() throws Exception {
        ServerCertificate certificate =
                ServerCertificate.make(folder.resolve("engine.p12"), "ip:127.0.0.1");
        try (FakeServer engine = new FakeServer(certificate.context())) {
            engine.on("GET /", 200, "{\"tagline\": \"You Know, for Search\"}");
            Path pem = Files.writeString(folder.resolve("ca.pem"), certificate.pem());
            List<String> url = List.of(engine.url());
            Credentials none = Credentials.of("ELASTICSEARCH", Map.of());
            try (Server trusting = new Server("--url", url, none, Trust.in(pem));
                    Server other = new Server("--url", url, none, null)) {
                assertThat(Engine.of(trusting)).isEqualTo(Engine.ELASTICSEARCH);
                assertThatThrownBy(() -> Engine.of(other))
                        .isInstanceOf(ApplyError.class)
                        .hasMessageContaining("is not trusted")
                        .hasMessageContaining("--ca");
            }
        }
    }

    @Test
    void aFileWithoutCertificatesIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "no certificate");
        assertThatThrownBy(() -> Trust.in(file)).hasMessageContaining("no certificates in PEM");
    }
}
