package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As much of a schema registry as the measured programs ask for when they start, on loopback. */
final class RegistryStub implements AutoCloseable {
    /** Id of DnsPacket's schema. */
    static final int PACKET_ID = 1;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final HttpServer server;
    private final List<String> schemas = new ArrayList<>();

    RegistryStub() throws IOException {
        // As an agent registers it: without the notes for Java.
        schemas.add(
                DnsPacket.getClassSchema()
                        .toString()
                        .replace(
                                "{\"type\":\"string\",\"avro.java.string\":\"String\"}",
                                "\"string\"")
                        .replace(",\"avro.java.string\":\"String\"", ""));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            if (exchange.getRequestMethod().equals("POST")) {
                String schema = JSON.readTree(exchange.getRequestBody()).path("schema").asText();
                reply(exchange, OK, Map.of("id", idOf(schema)));
            } else if (exchange.getRequestURI().getPath().startsWith("/schemas/ids/")) {
                int id = Integer.parseInt(path[3]);
                reply(exchange, OK, Map.of("schema", schemas.get(id - 1)));
            } else {
                reply(exchange, NOT_FOUND, Map.of("error_code", 40401, "message", "not here"));
            }
        }
    }

    private synchronized int idOf(String schema) {
        int at = schemas.indexOf(schema);
        if (at < 0) {
            schemas.add(schema);
            at = schemas.size() - 1;
        }
        return at + 1;
    }

    private static void reply(HttpExchange exchange, int status, Map<String, ?> body)
            throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
