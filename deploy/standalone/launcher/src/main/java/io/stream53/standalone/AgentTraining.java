package io.stream53.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Runs an agent once against a broker that is made for it and goes with it, so that the JVM can
 * write down what an agent needs (an AOT cache, JEP 483). Its arguments are the agent's command, to
 * which broker and topic are added. The exit status is the agent's.
 */
public final class AgentTraining {
    private static final String TOPIC = "training";

    private AgentTraining() {}

    public static void main(String[] command) throws Exception {
        Path folder = Files.createTempDirectory("stream53-training");
        int status = 1;
        try {
            status = train(folder, List.of(command));
        } finally {
            delete(folder);
            // The broker's threads go on until the process ends.
            Runtime.getRuntime().halt(status);
        }
    }

    private static int train(Path folder, List<String> command) throws Exception {
        int port = freePort();
        String[] broker = {folder.toString(), "" + port, "" + freePort()};
        Thread.ofPlatform().daemon().start(() -> broker(broker));
        String bootstrap = "127.0.0.1:" + port;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 8, (short) 1))).all().get();
        }
        List<String> all = new ArrayList<>(command);
        all.addAll(Arrays.asList("--bootstrap", bootstrap, "--topic", TOPIC, "--schema-id", "1"));
        return new ProcessBuilder(all).inheritIO().start().waitFor();
    }

    private static void broker(String[] arguments) {
        try {
            BrokerMain.main(arguments);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.toList();
        }
        for (Path file : files.reversed()) {
            Files.deleteIfExists(file);
        }
    }
}
