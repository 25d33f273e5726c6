package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends ready-made bulk requests as fast as the engine answers: what no sink can be faster than. As
 * large and as many at a time as the sink's with its defaults.
 */
final class BareBulk {
    private static final int DOCUMENTS_IN_A_REQUEST = 2_000;
    private static final int BYTES_IN_A_REQUEST = 5 * 1024 * 1024;
    private static final int REQUESTS_AT_A_TIME = 5;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI bulk;
    private final List<byte[]> bodies;

    /**
     * @param operations the lines of each: action, document
     */
    BareBulk(String url, List<byte[]> operations) {
        bulk = URI.create(url + "/_bulk?filter_path=errors,items.*.status,items.*.error.type");
        bodies = bodies(operations);
    }

    private static List<byte[]> bodies(List<byte[]> operations) {
        List<byte[]> bodies = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int count = 0;
        for (byte[] operation : operations) {
            if (count == DOCUMENTS_IN_A_REQUEST
                    || body.size() + operation.length > BYTES_IN_A_REQUEST) {
                bodies.add(body.toByteArray());
                body.reset();
                count = 0;
            }
            body.writeBytes(operation);
            count++;
        }
        bodies.add(body.toByteArray());
        return bodies;
    }

    /** Begins to send all; returns at once. */
    void start() {
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < REQUESTS_AT_A_TIME; i++) {
            Thread.ofPlatform().daemon().name("bare-bulk-" + i).start(() -> send(next));
        }
    }

    private static JsonNode firstError(JsonNode answer) {
        JsonNode error = answer.path("items").findValue("error");
        return error == null ? answer : error;
    }

    private void send(AtomicInteger next) {
        try {
            for (int i = next.getAndIncrement(); i < bodies.size(); i = next.getAndIncrement()) {
                HttpRequest request =
                        HttpRequest.newBuilder(bulk)
                                .header("Content-Type", "application/x-ndjson")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bodies.get(i)))
                                .build();
                HttpResponse<byte[]> response =
                        http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                JsonNode answer = new ObjectMapper().readTree(response.body());
                if (answer.path("errors").asBoolean(true)) {
                    throw new IOException("the engine did not take all: " + firstError(answer));
                }
            }
        } catch (IOException e) {
            System.err.println("stream53 bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
