package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The search engine of the demo in a process of its own, on loopback and in a new folder. */
final class LocalEngine implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(5);
    private static final int END_TIMEOUT_SECONDS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final Process process;
    private final String url;

    /** What the engine answered. */
    record Answer(int status, JsonNode body) {
        boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    private LocalEngine(Path folder, Process process, String url) {
        this.folder = folder;
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param built the folder target of deploy/standalone/search-engine
     */
    static LocalEngine start(Path built) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("stream53-bench");
        String cluster = UUID.randomUUID().toString();
        int port = freePort();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-cp",
                                built.resolve("classes")
                                        + File.pathSeparator
                                        + built.resolve("lib")
                                        + "/*",
                                "io.stream53.standalone.search.SearchEngineMain",
                                folder.toString(),
                                Integer.toString(port),
                                cluster)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("engine.log").toFile())
                        .start();
        LocalEngine engine = new LocalEngine(folder, process, "http://127.0.0.1:" + port);
        try {
            engine.awaitStart(cluster);
            return engine;
        } catch (IOException e) {
            engine.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart(String cluster) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answersAs(cluster)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("the search engine does not start");
            }
            Thread.sleep(200);
        }
    }

    private boolean answersAs(String cluster) throws InterruptedException {
        try {
            return call("GET", "/", "").path("cluster_name").asText().equals(cluster);
        } catch (IOException e) {
            return false;
        }
    }

    /** The answer to a request, whatever its status. */
    Answer ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(REQUEST_TIMEOUT)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    /** The body of an answer that must be a success. */
    JsonNode call(String method, String path, String body)
            throws IOException, InterruptedException {
        Answer answer = ask(method, path, body);
        if (!answer.isSuccess()) {
            throw new IOException(method + " " + path + " answers " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
