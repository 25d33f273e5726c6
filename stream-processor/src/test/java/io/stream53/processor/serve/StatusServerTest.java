package io.stream53.processor.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.ledger.ProcessorCounter;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {
    private final Served served = new Served();

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void startingIsHealthyButNotReady() throws Exception {
        served.instance.health = StatusServer.Health.STARTING;
        assertThat(served.get("/health").statusCode()).isEqualTo(200);
        assertThat(served.get("/ready").statusCode()).isEqualTo(503);
        served.instance.health = StatusServer.Health.READY;
        assertThat(served.get("/ready").statusCode()).isEqualTo(200);
        served.instance.health = StatusServer.Health.FAILED;
        assertThat(served.get("/health").statusCode()).isEqualTo(503);
        assertThat(served.get("/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void readinessTellsStateAndLag() throws Exception {
        served.instance.lag = Map.of(0, 5L, 1, 2L);
        served.board.views().merge(1);
        served.board.views().source(0);
        JsonNode ready = served.json("/ready");
        assertThat(ready.path("status").asText()).isEqualTo("READY");
        assertThat(ready.path("state").asText()).isEqualTo("RUNNING");
        assertThat(ready.path("lag").asLong()).isEqualTo(7);
        assertThat(ready.path("lag_by_partition").path("0").asLong()).isEqualTo(5);
        assertThat(ready.path("partitions")).hasToString("[1]");
        assertThat(ready.path("source_partitions")).hasToString("[0]");
        served.instance.lag = Map.of();
        assertThat(served.json("/ready").has("lag")).isFalse();
    }

    @Test
    void theLedgerHasEveryCounter() throws Exception {
        JsonNode ledger = served.json("/ledger");
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            assertThat(ledger.path(counter.text()).isIntegralNumber()).as(counter.text()).isTrue();
        }
        for (String figure : new String[] {"pending", "unsent", "openWindows", "finalWindows"}) {
            assertThat(ledger.path(figure).isIntegralNumber()).as(figure).isTrue();
        }
        assertThat(ledger.path("uncommitted").isBoolean()).isTrue();
    }

    @Test
    void anythingElseIsNotThere() throws Exception {
        for (String path : new String[] {"/ledger/x", "/", "/api", "/api/", "/api/x", "/ready/"}) {
            HttpResponse<String> answer = served.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(Served.parse(answer.body()).path("error").asText()).isEqualTo("not-found");
        }
        HttpRequest post =
                served.request("/ledger").POST(HttpRequest.BodyPublishers.ofString("x")).build();
        HttpResponse<String> answer =
                served.client.send(post, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void answersAreNoPagesAndOtherOriginsReadNone() throws Exception {
        for (String path : new String[] {"/ready", "/ledger", "/api/openapi.json", "/x"}) {
            HttpResponse<String> answer = served.get(path);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        }
        try (Served open =
                new Served(new ApiSettings("https://example.org", Duration.ofSeconds(1), 1))) {
            assertThat(open.get("/ready").headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("https://example.org");
        }
    }

    @Test
    void onLoopbackANameOfSomebodyElsesIsNotAnsweredFor() throws Exception {
        int port = served.port();
        for (String host :
                new String[] {"localhost", "localhost:" + port, "127.0.0.1:" + port, "[::1]"}) {
            assertThat(statusFor(host)).as(host).isEqualTo("200");
        }
        for (String host :
                new String[] {"evil.example", "evil.example:" + port, "localhost.evil.example"}) {
            assertThat(statusFor(host)).as(host).isEqualTo("421");
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        HttpRequest head =
                served.request("/ready")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build();
        HttpResponse<String> answer =
                served.client.send(head, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    /** Java's client does not let a test choose the host. */
    private String statusFor(String host) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).split(" ", 3)[1];
        }
    }
}
