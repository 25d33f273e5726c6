package io.stream53.connect;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The search engine of the standalone pipeline, in a process of its own. */
final class RealEngine implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String cluster = UUID.randomUUID().toString();
    private final int port;
    private final Process process;

    /** Starts the engine and waits until it answers; skipped where it is not built. */
    RealEngine(Path folder) throws IOException {
        Path built =
                Requires.file(
                        Requires.repository().resolve("deploy/standalone/search-engine/target"));
        Path libraries = Requires.file(built.resolve("lib"));
        port = freePort();
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-cp",
                                built.resolve("classes")
                                        + File.pathSeparator
                                        + libraries.resolve("*"),
                                "io.stream53.standalone.search.SearchEngineMain",
                                folder.toString(),
                                Integer.toString(port),
                                cluster)
                        .redirectErrorStream(true)
                        .redirectOutput(Files.createFile(folder.resolve("log")).toFile())
                        .start();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .failFast("the engine ended", () -> !process.isAlive())
                .ignoreExceptions()
                .until(() -> call("GET", "/", "").path("cluster_name").asText().equals(cluster));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The answer of a request that must succeed. */
    JsonNode call(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + path))
                        .timeout(Duration.ofMinutes(1))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /** Ids of the documents that a query, as JSON, finds. */
    List<String> search(String index, String query) throws IOException, InterruptedException {
        JsonNode answer =
                call("POST", "/" + index + "/_search", "{\"query\": " + query + "}")
                        .path("hits")
                        .path("hits");
        return answer.findValuesAsText("_id");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
