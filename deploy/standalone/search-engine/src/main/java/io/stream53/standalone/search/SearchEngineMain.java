package io.stream53.standalone.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.Node;

/**
 * Runs one search engine node until the process is told to end.
 *
 * <p>Arguments: data folder, HTTP port, cluster name. The launcher compares the cluster name of
 * whoever answers on the port with the one it gave here.
 */
public final class SearchEngineMain {
    private SearchEngineMain() {}

    /** Starts the node; returns never, unless the start fails. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("expected: DATA_FOLDER HTTP_PORT CLUSTER_NAME");
            System.exit(2);
        }
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Node node = start(home, Integer.parseInt(arguments[1]), arguments[2]);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, ended), "close"));
        ended.await();
    }

    private static Node start(Path home, int port, String cluster) throws Exception {
        Path config = Files.createDirectories(home.resolve("config"));
        Settings settings =
                Settings.builder()
                        .put("path.home", home)
                        .put("path.data", home.resolve("data"))
                        .put("path.logs", home.resolve("logs"))
                        .put("cluster.name", cluster)
                        .put("node.name", "stream53-standalone")
                        .put("discovery.type", "single-node")
                        .put("network.host", "127.0.0.1")
                        .put("http.port", port)
                        .put("transport.port", "0")
                        .put("transport.type", "netty4")
                        .put("http.type", "netty4")
                        .put("processors", 2)
                        .put("action.auto_create_index", "dns-*")
                        // A nearly full disk must not make a demonstration read-only.
                        .put("cluster.routing.allocation.disk.threshold_enabled", false)
                        .build();
        Node node = new EmbeddedNode(settings, config, "stream53-standalone");
        node.start();
        return node;
    }

    private static void close(Node node, CountDownLatch ended) {
        try {
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            System.err.println("the search engine did not close cleanly: " + e);
        } finally {
            ended.countDown();
        }
    }
}
