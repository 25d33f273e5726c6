package io.stream53.processor.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.task.LedgerBoard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {
    private final LedgerBoard board = new LedgerBoard();
    private final HttpClient client = HttpClient.newHttpClient();
    private StatusServer.Health health = StatusServer.Health.STARTING;
    private final StatusServer server;

    StatusServerTest() throws IOException {
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        LedgerMetrics.bind(board, metrics);
        server =
                StatusServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        () -> health,
                        board,
                        metrics);
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void startingIsHealthyButNotReady() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        health = StatusServer.Health.READY;
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        health = StatusServer.Health.FAILED;
        assertThat(get("/health").statusCode()).isEqualTo(503);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void theLedgerHasEveryCounter() throws Exception {
        JsonNode ledger = new ObjectMapper().readTree(get("/ledger").body());
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            assertThat(ledger.path(counter.text()).isIntegralNumber()).as(counter.text()).isTrue();
        }
        for (String figure : new String[] {"pending", "unsent", "openWindows", "finalWindows"}) {
            assertThat(ledger.path(figure).isIntegralNumber()).as(figure).isTrue();
        }
        assertThat(ledger.path("uncommitted").isBoolean()).isTrue();
    }

    @Test
    void metricsHaveTheCountersWithTheirSentences() throws Exception {
        assertThat(get("/metrics").body())
                .contains("# HELP stream53_packets_read_total messages read once from dns.raw")
                .contains("# TYPE stream53_packets_read_total counter")
                .contains("stream53_packets_read_total 0.0")
                .contains("stream53_open_windows 0.0");
    }

    @Test
    void anythingElseIsNotThere() throws Exception {
        assertThat(get("/ledger/x").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
        HttpRequest post =
                request("/ledger").POST(HttpRequest.BodyPublishers.ofString("x")).build();
        assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }
}
