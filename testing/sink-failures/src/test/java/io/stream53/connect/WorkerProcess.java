package io.stream53.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** A worker of a distributed Connect cluster, in a process that can be killed. */
final class WorkerProcess implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String url;

    WorkerProcess(Path folder, String name, String bootstrap) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        url = "http://127.0.0.1:" + port;
        Path settings = folder.resolve(name + ".properties");
        Files.writeString(
                settings,
                settings(bootstrap).entrySet().stream()
                                .map(e -> e.getKey() + "=" + e.getValue() + "\n")
                                .collect(Collectors.joining())
                        + "listeners="
                        + url
                        + "\n");
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx384m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                "org.apache.kafka.connect.cli.ConnectDistributed",
                                settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start();
    }

    /** A cluster in which workers are missed soon and what they had moves at once. */
    private static Map<String, String> settings(String bootstrap) {
        return Map.ofEntries(
                Map.entry("bootstrap.servers", bootstrap),
                Map.entry("group.id", "workers"),
                Map.entry("config.storage.topic", "connect-configs"),
                Map.entry("offset.storage.topic", "connect-offsets"),
                Map.entry("status.storage.topic", "connect-status"),
                Map.entry("config.storage.replication.factor", "1"),
                Map.entry("offset.storage.replication.factor", "1"),
                Map.entry("status.storage.replication.factor", "1"),
                Map.entry("offset.storage.partitions", "1"),
                Map.entry("status.storage.partitions", "1"),
                Map.entry("session.timeout.ms", "6000"),
                Map.entry("heartbeat.interval.ms", "500"),
                Map.entry("scheduled.rebalance.max.delay.ms", "0"),
                Map.entry("offset.flush.interval.ms", "200"),
                Map.entry("plugin.discovery", "service_load"),
                Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
                Map.entry("value.converter", "org.apache.kafka.connect.storage.StringConverter"));
    }

    /** The worker's answer; empty while it does not listen yet. */
    String call(String method, String path, String body) throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the worker ended");
        }
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + path))
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() / 100 == 2 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** As a crash ends it. */
    void kill() throws InterruptedException {
        int _ = process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
