package io.stream53.processor.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stream53.processor.task.LedgerBoard;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code /health} (200 unless processing has failed), {@code /ready} (200 once records are
 * being processed), {@code /metrics} (Prometheus text) and {@code /ledger} (JSON).
 */
public final class StatusServer implements AutoCloseable {
    /** How the processor is. */
    public enum Health {
        /** Restoring state, waiting for partitions or for the broker. */
        STARTING,
        READY,
        FAILED
    }

    private record Answer(int status, String type, String body) {}

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    2, Thread.ofPlatform().name("http-", 0).daemon().factory());

    private StatusServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when the address is taken or not this machine's
     */
    public static StatusServer start(
            InetSocketAddress address,
            Supplier<Health> health,
            LedgerBoard board,
            PrometheusMeterRegistry metrics)
            throws IOException {
        StatusServer status = new StatusServer(HttpServer.create(address, 0));
        status.serve("/health", () -> health(health.get(), health.get() != Health.FAILED));
        status.serve("/ready", () -> health(health.get(), health.get() == Health.READY));
        status.serve(
                "/metrics",
                () ->
                        new Answer(
                                200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
        status.serve("/ledger", () -> new Answer(200, "application/json", LedgerJson.of(board)));
        status.server.setExecutor(status.threads);
        status.server.start();
        return status;
    }

    /** Where it listens: with port 0 in the settings, the port that was taken. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static Answer health(Health health, boolean good) {
        return new Answer(good ? 200 : 503, TEXT, health.name() + "\n");
    }

    private void serve(String path, Supplier<Answer> answers) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        boolean known = exchange.getRequestURI().getPath().equals(path);
                        boolean reads =
                                exchange.getRequestMethod().equals("GET")
                                        || exchange.getRequestMethod().equals("HEAD");
                        if (!known) {
                            send(exchange, new Answer(404, TEXT, "There is nothing here.\n"));
                        } else if (!reads) {
                            send(exchange, new Answer(405, TEXT, "Only GET works here.\n"));
                        } else {
                            send(exchange, answers.get());
                        }
                    }
                });
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
