package io.stream53.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A search engine that knows the bulk API alone and misbehaves as a test tells it to. */
final class FakeEngine implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One write of a bulk request. */
    record Item(String action, String index, String id, @Nullable String document) {
        String path() {
            return index + "/" + id;
        }
    }

    /** What happens to the next request; the default applies each item. */
    @FunctionalInterface
    interface Script {
        void answer(FakeEngine engine, HttpExchange exchange, List<Item> items) throws IOException;
    }

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private volatile Script fallback = ok();
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final List<List<Item>> requests = new CopyOnWriteArrayList<>();
    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();

    FakeEngine() throws IOException {
        this(HttpServer.create(loopback(), 0), "http");
    }

    /** Listens with TLS. */
    FakeEngine(SSLContext tls) throws IOException {
        this(secure(tls), "https");
    }

    private static HttpServer secure(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private FakeEngine(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The requests to come are answered by these, then by the default. */
    void then(Script... next) {
        scripts.addAll(List.of(next));
    }

    /** What answers when {@link #then} has no more. */
    void otherwise(Script script) {
        fallback = script;
    }

    /** Documents by {@code index/id}. */
    Map<String, String> documents() {
        return documents;
    }

    /** Every bulk request so far. */
    List<List<Item>> requests() {
        return requests;
    }

    /** The first value of a header in the last request. */
    @Nullable String lastHeader(String name) {
        List<String> values = headers.getLast().get(name);
        return values == null ? null : values.getFirst();
    }

    /** The whole request fails with a status. */
    static Script status(int status, String type) {
        return (engine, exchange, items) -> {
            String body =
                    "{\"error\":{\"type\":\"%s\",\"reason\":\"no\"},\"status\":%d}"
                            .formatted(type, status);
            engine.reply(exchange, status, body);
        };
    }

    /** Some items fail with a status, the others are applied. */
    static Script items(Predicate<Item> failing, int status, String type) {
        return (engine, exchange, items) -> {
            ArrayNode answers = JSON.createArrayNode();
            for (Item item : items) {
                ObjectNode answer = answers.addObject().putObject(item.action());
                if (failing.test(item)) {
                    answer.put("status", status);
                    answer.putObject("error").put("type", type).put("reason", "because");
                } else {
                    engine.apply(item);
                    answer.put("status", 201);
                }
            }
            ObjectNode body = JSON.createObjectNode().put("errors", true);
            body.set("items", answers);
            engine.reply(exchange, 200, body.toString());
        };
    }

    /** All is applied, but the connection is cut before the answer. */
    static Script cutAfterApplying() {
        return (engine, exchange, items) -> {
            items.forEach(engine::apply);
            exchange.close();
        };
    }

    /** Waits for something before it goes on as another script. */
    static Script after(java.util.concurrent.CountDownLatch latch, Script then) {
        return (engine, exchange, items) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            then.answer(engine, exchange, items);
        };
    }

    /** All is well. */
    static Script ok() {
        return items(item -> false, 201, "");
    }

    private void handle(HttpExchange exchange) throws IOException {
        List<Item> items = parse(exchange.getRequestBody().readAllBytes());
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        requests.add(items);
        Script script = scripts.poll();
        (script == null ? fallback : script).answer(this, exchange, items);
    }

    private static List<Item> parse(byte[] body) {
        List<Item> items = new ArrayList<>();
        String[] lines = new String(body, StandardCharsets.UTF_8).split("\n", -1);
        try {
            for (int i = 0; i < lines.length - 1; i++) {
                JsonNode line = JSON.readTree(lines[i]);
                String action = line.fieldNames().next();
                JsonNode target = line.get(action);
                String document = action.equals("delete") ? null : lines[++i];
                items.add(
                        new Item(
                                action,
                                target.get("_index").asText(),
                                target.get("_id").asText(),
                                document));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return items;
    }

    private void apply(Item item) {
        if (item.document() == null) {
            documents.remove(item.path());
        } else {
            documents.put(item.path(), item.document());
        }
    }

    private void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
