package io.stream53.processor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processor as a process of its own, which a test may kill. Logs go to a file. */
final class ProcessorProcess implements AutoCloseable {
    private static final Pattern LISTENING =
            Pattern.compile("Listening on http://127\\.0\\.0\\.1:(\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    private ProcessorProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts one with these arguments and a free HTTP port. */
    static ProcessorProcess start(Path folder, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "io.stream53.processor.ProcessorMain",
                                "--http",
                                "127.0.0.1:0"));
        command.addAll(List.of(arguments));
        try {
            Path log = Files.createTempFile(Files.createDirectories(folder), "processor", ".log");
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new ProcessorProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code kill -9}; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM; the exit status, or nothing when it has not ended in time. */
    Optional<Integer> terminate(Duration limit) throws InterruptedException {
        process.destroy();
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Exit status, waiting for it. */
    Optional<Integer> await(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Port of HTTP, once it listens. */
    int port() {
        Matcher port = LISTENING.matcher(log());
        if (!port.find()) {
            throw new IllegalStateException("not listening yet");
        }
        return Integer.parseInt(port.group(1));
    }

    /** The body of an answer with its status; empty while nobody listens. */
    Optional<HttpResponse<String>> get(String path) {
        Matcher port = LISTENING.matcher(log());
        if (!port.find()) {
            return Optional.empty();
        }
        URI uri = URI.create("http://127.0.0.1:" + port.group(1) + path);
        try {
            return Optional.of(
                    http.send(
                            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
                            HttpResponse.BodyHandlers.ofString()));
        } catch (IOException gone) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    Optional<JsonNode> ledger() {
        return get("/ledger").map(answer -> json(answer.body()));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        http.close();
    }
}
