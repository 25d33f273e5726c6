package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir private Path folder;

    private void keytool(String... arguments) throws Exception {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()));
        words.addAll(List.of(arguments));
        words.addAll(List.of("-alias", "engine", "-storetype", "PKCS12", "-storepass", PASSWORD));
        words.addAll(List.of("-keystore", folder.resolve("engine.p12").toString()));
        Process process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor()).isZero();
    }

    private SSLContext context() throws Exception {
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=engine", "-ext", "san=ip:127.0.0.1");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("engine.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void trustsTheAuthorityOfTheFileAndNoOther() throws Exception {
        try (FakeServer engine = new FakeServer(context())) {
            engine.on("GET /", 200, "{\"tagline\": \"You Know, for Search\"}");
            Path pem = folder.resolve("ca.pem");
            keytool("-exportcert", "-rfc", "-file", pem.toString());
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
