package io.stream53.endtoend;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A real Prometheus on loopback. */
final class Prometheus implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String url;

    private Prometheus(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param programs URLs without the path {@code /metrics}
     */
    static Prometheus scraping(List<String> programs, Duration interval, Path folder)
            throws IOException {
        Path program = Requires.tool("prometheus");
        Files.createDirectories(folder);
        String targets =
                programs.stream()
                        .map(target -> "'" + URI.create(target).getAuthority() + "'")
                        .collect(Collectors.joining(", "));
        Path config =
                Files.writeString(
                        folder.resolve("prometheus.yml"),
                        """
                        scrape_configs:
                          - job_name: stream53
                            scrape_interval: %ds
                            static_configs: [{targets: [%s]}]
                        """
                                .formatted(interval.toSeconds(), targets));
        int port = freePort();
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        Prometheus started = new Prometheus(process, "http://127.0.0.1:" + port);
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> started.get("/-/ready").statusCode() == 200);
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** The series that an expression finds now; one it does not understand is an error. */
    JsonNode asks(String expression) throws IOException, InterruptedException {
        String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
        JsonNode answer = Aggregations.JSON.readTree(get("/api/v1/query?query=" + query).body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(expression + ": " + answer);
        }
        return answer.at("/data/result");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        await().atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());
        http.close();
    }
}
