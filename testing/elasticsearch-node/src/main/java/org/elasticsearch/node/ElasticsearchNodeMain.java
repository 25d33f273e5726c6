package org.elasticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.plugins.ClasspathModules;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/**
 * Runs one Elasticsearch node until the process is told to end.
 *
 * <p>Arguments: data folder, HTTP port, cluster name. More settings come from {@code
 * config/elasticsearch.yml} in the data folder. There is no security, no ILM and no ingest
 * processor in it.
 */
public final class ElasticsearchNodeMain {
    private static final String NAME = "stream53-test";
    private static final int ARGUMENTS = 3;
    private static final List<String> ZSTD_FOLDERS =
            List.of(
                    "/usr/lib/x86_64-linux-gnu",
                    "/usr/lib/aarch64-linux-gnu",
                    "/usr/lib64",
                    "/usr/lib");

    private ElasticsearchNodeMain() {}

    /** Starts the node; returns never, unless the start fails. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != ARGUMENTS) {
            System.err.println("expected: DATA_FOLDER HTTP_PORT CLUSTER_NAME");
            System.exit(2);
        }
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(home.resolve("config"));
        useZstdOfTheSystem(home.resolve("native"));
        Node node = node(home, settings(home, arguments));
        node.start();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, ended), "close"));
        ended.await();
    }

    /**
     * Elasticsearch's package has libraries of its own, which Maven Central has not. Without
     * libzstd a segment of an index with best_compression cannot be written.
     */
    private static void useZstdOfTheSystem(Path folder) throws IOException {
        Path library =
                ZSTD_FOLDERS.stream()
                        .map(of -> Path.of(of, "libzstd.so.1"))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() -> new IOException("libzstd.so.1 is missing (libzstd1)"));
        Path link = Files.createDirectories(folder).resolve("libzstd.so");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, library);
        System.setProperty("es.nativelibs.path", folder.toString());
        System.setProperty("org.elasticsearch.nativeaccess.enableVectorLibrary", "false");
    }

    private static Settings settings(Path home, String[] arguments) {
        Settings.Builder settings =
                Settings.builder()
                        .put("path.home", home)
                        .put("path.data", home.resolve("data"))
                        .put("path.logs", home.resolve("logs"))
                        .put("cluster.name", arguments[2])
                        .put("node.name", NAME)
                        .put("discovery.type", "single-node")
                        .put("network.host", "127.0.0.1")
                        .put("http.port", arguments[1])
                        .put("transport.port", "0")
                        .put("transport.type", "netty4")
                        .put("http.type", "netty4")
                        .put("node.processors", 2)
                        .put("cluster.routing.allocation.disk.threshold_enabled", false);
        return settings.build();
    }

    private static Node node(Path home, Settings settings) {
        LogConfigurator.configureWithoutConfig(settings);
        LogConfigurator.setNodeName(NAME);
        Environment environment =
                InternalSettingsPreparer.prepareEnvironment(
                        settings, Map.of(), home.resolve("config"), () -> NAME);
        return new Node(
                NodeConstruction.prepareConstruction(
                        environment,
                        PluginsLoader.createPluginsLoader(Set.of(), Set.of(), Map.of(), false),
                        new FromClasspath(),
                        true));
    }

    /** As a server has it, but for where modules come from. */
    private static final class FromClasspath extends NodeServiceProvider {
        @Override
        PluginsService newPluginService(Environment environment, PluginsLoader loader) {
            return new ClasspathModules(
                    environment.settings(),
                    environment,
                    loader,
                    List.of(Netty4Plugin.class, RootModule.class));
        }
    }

    private static void close(Node node, CountDownLatch ended) {
        try {
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            System.err.println("Elasticsearch did not close cleanly: " + e);
        } finally {
            ended.countDown();
        }
    }
}
