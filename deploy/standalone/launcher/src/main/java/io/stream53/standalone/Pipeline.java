package io.stream53.standalone;

import io.stream53.standalone.Children.Tier;
import io.stream53.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The parts of the pipeline as child processes: how each is started and when it serves. {@link
 * Startup} says in which order.
 */
final class Pipeline implements AutoCloseable {
    /** Partitions of dns.raw and dns.enriched: enough to show that there are several. */
    static final int PARTITIONS = 4;

    static final String APPLICATION = "stream53";

    private final Programs programs;
    private final DataFolder data;
    private final Endpoints endpoints;
    private final Http http = new Http();
    private final Children children = new Children();

    Pipeline(Programs programs, DataFolder data, Endpoints endpoints) {
        this.programs = programs;
        this.data = data;
        this.endpoints = endpoints;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    Http http() {
        return http;
    }

    DataFolder data() {
        return data;
    }

    Children children() {
        return children;
    }

    /** The broker, with our topics. */
    void startBroker() {
        Path folder = data.of("kafka");
        Child broker =
                start(
                        Tier.BROKER,
                        "broker",
                        programs.broker(folder, endpoints.broker(), endpoints.controller()));
        Readiness.await(broker, endpoints.broker(), () -> accepts(endpoints.broker()));
        try (Admin admin = admin()) {
            String cluster = admin.describeCluster().clusterId().get(60, TimeUnit.SECONDS);
            if (!cluster.equals(BrokerMain.clusterId(folder))) {
                throw new UserError(
                        "Another broker answers on port %d: start again."
                                .formatted(endpoints.broker()));
            }
            Topics.createMissing(admin, PARTITIONS, (short) 1);
        } catch (ExecutionException | java.util.concurrent.TimeoutException | IOException e) {
            broker.checkAlive();
            throw new UserError(
                    "The broker does not work (%s): see its log %s.".formatted(e, broker.log()));
        } catch (InterruptedException e) {
            throw new UserError("The start was interrupted.");
        }
    }

    /** The schema registry; new schema versions must be readable by old data's readers. */
    void startRegistry() {
        Child registry =
                start(
                        Tier.STORES,
                        "registry",
                        programs.registry(
                                data.of("registry"),
                                endpoints.registryPort(),
                                endpoints.registryManagement()));
        String subjects = endpoints.registry() + "/subjects";
        Readiness.await(registry, endpoints.registryPort(), () -> http.find(subjects).isPresent());
        http.call("PUT", endpoints.registry() + "/config", "{\"compatibility\":\"BACKWARD\"}");
    }

    /** The search engine. */
    void startSearchEngine() {
        String cluster = "stream53-" + Long.toHexString(System.nanoTime());
        Child engine =
                start(
                        Tier.STORES,
                        "search-engine",
                        programs.searchEngine(data.of("search"), endpoints.searchPort(), cluster));
        Readiness.await(
                engine,
                endpoints.searchPort(),
                () ->
                        http.find(endpoints.search() + "/_cluster/health")
                                .map(
                                        health ->
                                                health.path("cluster_name").asText().equals(cluster)
                                                        && !health.path("status")
                                                                .asText()
                                                                .equals("red"))
                                .orElse(false));
    }

    /** The worker that runs the sinks. */
    void startConnect() {
        Child worker =
                start(
                        Tier.WORKERS,
                        "connect",
                        programs.connect(
                                data.of("connect"),
                                endpoints.connectPort(),
                                endpoints.bootstrap()));
        Readiness.await(
                worker,
                endpoints.connectPort(),
                () ->
                        http.find(endpoints.connect() + "/connectors")
                                .map(answer -> answer.isArray())
                                .orElse(false));
    }

    /** Starts a child whose standard input is empty. */
    Child start(Tier tier, String name, Programs.Command command) {
        return start(tier, name, command, ProcessBuilder.Redirect.PIPE);
    }

    Child start(Tier tier, String name, Programs.Command command, ProcessBuilder.Redirect input) {
        return children.add(tier, Child.start(name, command, data.log(name), input));
    }

    Programs programs() {
        return programs;
    }

    Admin admin() {
        Map<String, Object> settings =
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints.bootstrap());
        return Admin.create(settings);
    }

    /** Whether anybody accepts connections there: Kafka's clients are noisier and slower to ask. */
    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What is printed with {@code --verbose}: start time and largest resident set of each part. */
    List<String> figures() {
        return children.all().stream()
                .map(
                        child ->
                                "%-14s ready after %6s ms, largest resident set %4d MB"
                                        .formatted(
                                                child.name(),
                                                child.startMs().isPresent()
                                                        ? child.startMs().getAsLong()
                                                        : "-",
                                                child.peakKib().orElse(0) / 1024))
                .toList();
    }

    @Override
    public void close() {
        children.close();
    }
}
