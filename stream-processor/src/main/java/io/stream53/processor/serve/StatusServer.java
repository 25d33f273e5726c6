package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stream53.processor.task.LedgerBoard;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side: {@code /health} (200 unless processing has failed), {@code /ready} (200 once
 * records are being processed), {@code /metrics} (Prometheus text), {@code /ledger} and {@code
 * /api/...} (JSON). What cannot be answered is {@code {"error":..., "message":...}}.
 *
 * <p>Every request has a virtual thread of its own, so that a slow client keeps nobody waiting; so
 * many are worked on at once, and connections and the time to send a request are limited.
 */
public final class StatusServer implements AutoCloseable {
    /** How the processor is. */
    public enum Health {
        /** Restoring state, waiting for partitions or for the broker. */
        STARTING,
        READY,
        FAILED
    }

    private record Answer(int status, String type, String body) {
        static Answer json(int status, Object body) {
            return new Answer(status, JSON, body + "\n");
        }
    }

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final int AT_ONCE = 16;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

    static {
        // The JDK's server reads them once, and has no limits without them.
        limit("jdk.httpserver.maxConnections", 500);
        limit("sun.net.httpserver.maxReqTime", 30);
        limit("sun.net.httpserver.maxReqHeaders", 100);
    }

    private final HttpServer server;
    private final HostGuard guard;
    private final Instance instance;
    private final LedgerBoard board;
    private final PrometheusMeterRegistry metrics;
    private final InstanceMetrics instanceMetrics;
    private final Gatherer gatherer;
    private final Api api;
    private final LiveHandler live;
    private final String openApi;
    private final ApiSettings settings;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());

    private StatusServer(
            HttpServer server,
            ApiSettings settings,
            Instance instance,
            LedgerBoard board,
            PrometheusMeterRegistry metrics) {
        this.server = server;
        this.settings = settings;
        this.instance = instance;
        this.board = board;
        this.metrics = metrics;
        guard = new HostGuard(server.getAddress());
        gatherer = new Gatherer(settings.forwardTimeout());
        api = new Api(board.views(), instance, gatherer, Clock.systemUTC());
        live = new LiveHandler(board.views().live(), settings.liveClients(), HEARTBEAT, PATIENCE);
        openApi = OpenApi.text();
        instanceMetrics = new InstanceMetrics(board, instance, metrics);
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when the address is taken or not this machine's
     */
    public static StatusServer start(
            InetSocketAddress address,
            ApiSettings settings,
            Instance instance,
            LedgerBoard board,
            PrometheusMeterRegistry metrics)
            throws IOException {
        StatusServer status =
                new StatusServer(HttpServer.create(address, 0), settings, instance, board, metrics);
        status.server.createContext("/", status::handle);
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
        live.close();
        gatherer.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Timer.Sample time = Timer.start(metrics);
        int status = 500;
        try (exchange) {
            headers(exchange.getResponseHeaders());
            status = serve(exchange);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            instanceMetrics.answered(time, status);
        }
    }

    private void headers(Headers headers) {
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (!settings.allowOrigin().isEmpty()) {
            headers.set("Access-Control-Allow-Origin", settings.allowOrigin());
            headers.set("Vary", "Origin");
        }
    }

    private int serve(HttpExchange exchange) throws IOException, InterruptedException {
        try {
            check(exchange);
            String path = exchange.getRequestURI().getRawPath();
            if (path.equals(LiveHandler.PATH) && exchange.getRequestMethod().equals("GET")) {
                Query query =
                        Query.parse(exchange.getRequestURI().getRawQuery(), LiveHandler.PARAMETERS);
                exchange.getResponseHeaders().set("Content-Type", LiveHandler.TYPE);
                live.stream(exchange, query);
                return 200;
            }
            return send(exchange, limited(path, exchange.getRequestURI().getRawQuery()));
        } catch (ApiException refused) {
            return refuse(exchange, refused);
        } catch (RuntimeException fault) {
            LOG.error("{} failed", exchange.getRequestURI(), fault);
            return send(exchange, Answer.json(500, error("fault", "This is a fault of ours.")));
        }
    }

    private void check(HttpExchange exchange) {
        if (!guard.accepts(exchange.getRequestHeaders().getFirst("Host"))) {
            throw ApiException.misdirected();
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            throw ApiException.method();
        }
    }

    private Answer limited(String path, @Nullable String query) throws InterruptedException {
        // Whoever watches over the process is answered however busy it is.
        if (path.equals("/health")) {
            return health();
        }
        if (path.equals("/ready")) {
            return ready();
        }
        if (!places.tryAcquire()) {
            throw ApiException.unavailable("busy", "Too many requests at once.");
        }
        try {
            return switch (path) {
                case "/metrics" -> {
                    instanceMetrics.refresh();
                    yield new Answer(
                            200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
                }
                case "/ledger" -> new Answer(200, JSON, LedgerJson.of(board));
                case OpenApi.PATH -> new Answer(200, JSON, openApi);
                default -> Answer.json(200, api.answer(path, query));
            };
        } finally {
            places.release();
        }
    }

    private Answer health() {
        StatusServer.Health health = instance.health();
        return new Answer(health == Health.FAILED ? 503 : 200, TEXT, health.name() + "\n");
    }

    private Answer ready() {
        Health health = instance.health();
        return Answer.json(health == Health.READY ? 200 : 503, ReadyJson.of(instance, board));
    }

    private static int refuse(HttpExchange exchange, ApiException refused) throws IOException {
        if (refused.status() == 503) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        return send(
                exchange,
                Answer.json(refused.status(), error(refused.error(), refused.sentence())));
    }

    private static ObjectNode error(String error, String message) {
        return RecordJson.JSON.objectNode().put("error", error).put("message", message);
    }

    private static int send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return answer.status();
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
        return answer.status();
    }
}
