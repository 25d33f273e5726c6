package io.stream53.benchmarks;

import io.stream53.fixtures.Folders;
import io.stream53.standalone.BrokerMain;
import io.stream53.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** A broker in a process of its own, with stream53's topics, on loopback and in a new folder. */
final class LocalBroker implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int START_TIMEOUT_MS = 60_000;
    private static final int END_TIMEOUT_SECONDS = 20;

    private final Path folder;
    private final Process process;
    private final String bootstrap;

    private LocalBroker(Path folder, Process process, String bootstrap) {
        this.folder = folder;
        this.process = process;
        this.bootstrap = bootstrap;
    }

    static LocalBroker start() throws IOException, InterruptedException {
        return start(PARTITIONS);
    }

    /**
     * @param partitions of dns.raw
     */
    static LocalBroker start(int partitions) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("stream53-bench");
        int[] ports = freePorts();
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerMain.class.getName(),
                        folder.resolve("kafka").toString(),
                        Integer.toString(ports[0]),
                        Integer.toString(ports[1]));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("broker.log").toFile())
                        .start();
        LocalBroker broker = new LocalBroker(folder, process, "127.0.0.1:" + ports[0]);
        try {
            broker.createTopics(partitions);
            return broker;
        } catch (ExecutionException e) {
            broker.close();
            throw new IOException("the local broker does not start: " + e.getCause(), e);
        }
    }

    private void createTopics(int partitions) throws ExecutionException, InterruptedException {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "default.api.timeout.ms", START_TIMEOUT_MS,
                        "request.timeout.ms", START_TIMEOUT_MS);
        try (Admin admin = Admin.create(config)) {
            var _ = Topics.createMissing(admin, partitions, (short) 1);
        }
    }

    String bootstrap() {
        return bootstrap;
    }

    private static int[] freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket one = new ServerSocket(0, 1, loopback);
                ServerSocket two = new ServerSocket(0, 1, loopback)) {
            return new int[] {one.getLocalPort(), two.getLocalPort()};
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Folders.delete(folder);
    }
}
