package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplyScriptTest {
    private final Map<String, String> applied = new ConcurrentHashMap<>();
    private volatile String authorization = "";
    private volatile int status = 200;
    private HttpServer server;

    private record Result(int status, String output) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        applied.put(
                exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] answer = "{\"error\":\"because\"}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private Result apply(String url, Map<String, String> environment)
            throws IOException, InterruptedException {
        Requires.tool("curl");
        ProcessBuilder builder =
                new ProcessBuilder(
                                "sh",
                                Requires.repository().resolve("connect-config/apply.sh").toString(),
                                url)
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    void putsEachTemplateAndMayBeRunAgain() throws IOException, InterruptedException {
        assertThat(apply(url() + "/", Map.of()).status()).isZero();
        assertThat(apply(url(), Map.of()).status()).isZero();
        Map<String, String> expected = new TreeMap<>();
        for (String name : ConnectFiles.INDEX_TEMPLATES) {
            expected.put("PUT /_index_template/" + name, ConnectFiles.indexTemplate(name));
        }
        assertThat(applied).isEqualTo(expected);
        assertThat(authorization).isEqualTo("null");
    }

    @Test
    void takesCredentialsFromTheEnvironment() throws IOException, InterruptedException {
        apply(url(), Map.of("ELASTICSEARCH_USERNAME", "u", "ELASTICSEARCH_PASSWORD", "p\"\\w"));
        assertThat(authorization).isEqualTo("Basic dTpwIlx3");
        apply(url(), Map.of("ELASTICSEARCH_API_KEY", "abc"));
        assertThat(authorization).isEqualTo("ApiKey abc");
    }

    @Test
    void saysInOneSentenceWhatToDo() throws IOException, InterruptedException {
        status = 401;
        Result refused = apply(url(), Map.of());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("ELASTICSEARCH_USERNAME").hasLineCount(1);
        status = 400;
        assertThat(apply(url(), Map.of()).output()).contains("(400)").contains("because");
        assertThat(apply("search:9200", Map.of()).output()).contains("http://");
        assertThat(apply(url(), Map.of("ELASTICSEARCH_USERNAME", "u")).output())
                .contains("ELASTICSEARCH_PASSWORD");
    }
}
