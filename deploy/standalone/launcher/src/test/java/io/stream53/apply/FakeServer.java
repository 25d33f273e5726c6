package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Any of the servers: answers by method and path, and 404 else. */
final class FakeServer implements AutoCloseable {
    /** What came in. */
    record Request(String line, Map<String, List<String>> headers, String body) {
        JsonNode json() {
            return Json.of(body);
        }

        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    /** What goes out. */
    record Response(int status, String body, Map<String, String> headers) {
        Response(int status, String body) {
            this(status, body, Map.of());
        }
    }

    private final HttpServer server;
    private final Map<String, Function<Request, Response>> routes = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    FakeServer() throws IOException {
        this(null);
    }

    /**
     * @param tls null for plain HTTP
     */
    FakeServer(@Nullable SSLContext tls) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = https;
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return (server instanceof HttpsServer ? "https" : "http")
                + "://127.0.0.1:"
                + server.getAddress().getPort();
    }

    /** The line is such as {@code GET /path?query}. */
    FakeServer on(String line, int status, String body) {
        return on(line, request -> new Response(status, body));
    }

    FakeServer on(String line, Function<Request, Response> answer) {
        routes.put(line, answer);
        return this;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Requests that may have changed something. */
    List<Request> writes() {
        return requests.stream()
                .filter(request -> !request.line().startsWith("GET "))
                .filter(request -> !request.line().endsWith("/_export"))
                .filter(request -> !request.line().endsWith("/validate"))
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Request request =
                new Request(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                        exchange.getRequestHeaders(),
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        requests.add(request);
        Response response =
                routes.getOrDefault(request.line(), unknown -> new Response(404, "{}"))
                        .apply(request);
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        response.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
