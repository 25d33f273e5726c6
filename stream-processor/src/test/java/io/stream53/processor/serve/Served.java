package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.processor.view.MergeView;
import io.stream53.schema.TldCount;
import io.stream53.serde.GeneratedClasses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** A server with an instance that a test fills. */
final class Served implements AutoCloseable {
    static {
        GeneratedClasses.trust();
    }

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeInstance instance = new FakeInstance();
    final LedgerBoard board = new LedgerBoard();
    final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final HttpClient client = HttpClient.newHttpClient();
    private final StatusServer server;

    Served() {
        this(new ApiSettings("", Duration.ofSeconds(2), 2));
    }

    Served(ApiSettings settings) {
        LedgerMetrics.bind(board, metrics);
        try {
            server =
                    StatusServer.start(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            settings,
                            instance,
                            board,
                            metrics);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    int port() {
        return server.address().getPort();
    }

    Instance.Member member(boolean self, Set<Integer> partitions) {
        return new Instance.Member("127.0.0.1", port(), self, partitions, partitions);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path).body());
    }

    static JsonNode parse(String text) throws IOException {
        return JSON.readTree(text);
    }

    /** A count of a minute behind noon. */
    static TldCount count(int minute, String dimension, String key, long queries) {
        Instant start = NOON.plusSeconds(60L * minute);
        return TldCount.newBuilder()
                .setTimestamp(start)
                .setWindowEnd(start.plusSeconds(60))
                .setDimension(dimension)
                .setKey(key)
                .setQueries(queries)
                .setResponses(queries)
                .setUnanswered(queries % 3)
                .setResponseTimeP50(1_000_000L)
                .setResponseTimeP90(2_000_000L)
                .setResponseTimeP99(3_000_000L)
                .setFinal$(minute < 5)
                .build();
    }

    static void show(MergeView view, TldCount count) {
        view.show("", count);
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
    }
}
