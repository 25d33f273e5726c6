package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.connect.ConnectFiles;
import io.stream53.fixtures.SearchNode;
import io.stream53.standalone.ConnectMain;
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
import java.util.concurrent.TimeUnit;

/**
 * A Connect worker in a process of its own, with the heap that docs/connect.md advises, the
 * connector of connect-config and one task, which is paused between rounds.
 */
final class SinkWorker implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "bench-sink";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final int END_TIMEOUT_SECONDS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path log;
    private final Process process;
    private final String url;

    SinkWorker(Path folder, LocalBroker broker, RegistryStub registry, SearchNode engine)
            throws IOException, InterruptedException {
        int port = freePort();
        url = "http://127.0.0.1:" + port + "/connectors/" + NAME;
        Path data = Files.createDirectory(folder.resolve("connect"));
        log = folder.resolve("connect.log");
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-Xmn320m",
                                "-XX:SurvivorRatio=4",
                                "-XX:+UseSerialGC",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dlogback.configurationFile=stream53-child-logback.xml",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ConnectMain.class.getName(),
                                data.toString(),
                                Integer.toString(port),
                                broker.bootstrap())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        String config = connector(registry, engine);
        await(() -> call("PUT", "/config", config) / 100 == 2);
        pause();
    }

    private static String connector(RegistryStub registry, SearchNode engine) throws IOException {
        String text =
                ConnectFiles.connector("elasticsearch-sink")
                        .replace("${SCHEMA_REGISTRY_URL}", registry.url())
                        .replace("${ELASTICSEARCH_URL}", engine.url());
        ObjectNode config = (ObjectNode) JSON.readTree(text).path("config");
        config.put("tasks.max", "1");
        config.put("topics", "dns.enriched");
        return config.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The task reads from now on; returns at once. */
    void resume() throws IOException, InterruptedException {
        require(call("PUT", "/resume", ""));
    }

    /** The task reads nothing any more when this returns. */
    void pause() throws IOException, InterruptedException {
        require(call("PUT", "/pause", ""));
        await(this::isPaused);
    }

    private void require(int status) throws IOException {
        if (status / 100 != 2) {
            throw new IOException("the Connect worker answers " + status + "; " + logTail());
        }
    }

    private boolean isPaused() throws IOException, InterruptedException {
        JsonNode tasks = JSON.readTree(send("GET", "/status", "").body()).path("tasks");
        if (tasks.path(0).path("state").asText().equals("FAILED")) {
            throw new IOException("the sink failed: " + tasks.path(0).path("trace").asText());
        }
        return tasks.path(0).path("state").asText().equals("PAUSED");
    }

    /** Processor time of the worker so far. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!holds(condition)) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new IOException("the Connect worker does not work: " + logTail());
            }
        }
    }

    /** A worker that starts does not listen yet. */
    private static boolean holds(Condition condition) throws IOException, InterruptedException {
        try {
            return condition.holds();
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    private int call(String method, String path, String body)
            throws IOException, InterruptedException {
        return send(method, path, body).statusCode();
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(Duration.ofMinutes(1))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
