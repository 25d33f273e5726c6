package io.stream53.agent.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code /health} (200 while the process works), {@code /ready} (200 while packets are
 * being read and records have somewhere to go), {@code /metrics} (Prometheus text) and {@code
 * /ledger} (JSON).
 */
public final class StatusServer implements AutoCloseable {
    private record Answer(int status, String type, String body) {}

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;

    /** So that a client that never ends its request keeps none of the others waiting. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private StatusServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException with one sentence when the address is taken or not this host's
     */
    public static StatusServer start(StatusSettings settings, Status status) throws IOException {
        StatusServer started = new StatusServer(listen(settings));
        started.serve("/health", () -> new Answer(200, TEXT, "UP\n"));
        started.serve(
                "/ready",
                () -> new Answer(status.isReady() ? 200 : 503, TEXT, status.condition() + "\n"));
        started.serve("/metrics", () -> new Answer(200, PrometheusText.TYPE, status.metrics()));
        started.serve("/ledger", () -> new Answer(200, "application/json", status.ledger()));
        started.server.setExecutor(started.threads);
        started.server.start();
        return started;
    }

    private static HttpServer listen(StatusSettings settings) throws IOException {
        try {
            InetAddress host = InetAddress.getByName(settings.host());
            return HttpServer.create(new InetSocketAddress(host, settings.port()), 0);
        } catch (UnknownHostException e) {
            throw new IOException(
                    "http names %s, which is no address of this host".formatted(settings.host()),
                    e);
        } catch (IOException e) {
            throw new IOException(
                    ("the status cannot be served at %s:%d (%s): name another address with --http,"
                                    + " or --http off")
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
    }

    /** Address and port where it listens, as in a URL. */
    public String authority() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(String path, Supplier<Answer> answers) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        String method = exchange.getRequestMethod();
                        if (!exchange.getRequestURI().getPath().equals(path)) {
                            send(exchange, new Answer(404, TEXT, "There is nothing here.\n"));
                        } else if (!method.equals("GET") && !method.equals("HEAD")) {
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
