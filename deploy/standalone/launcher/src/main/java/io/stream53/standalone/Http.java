package io.stream53.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** JSON over HTTP with the children. */
final class Http {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    // The children are on loopback: a proxy of the user's must not come between.
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .build();

    /** The answer's body, or nothing while the server is not there or answers with an error. */
    Optional<JsonNode> find(String url) {
        try {
            HttpResponse<String> response = send("GET", url, "");
            return isSuccess(response) ? Optional.of(parse(response.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The answer's body. */
    JsonNode get(String url) {
        return call("GET", url, "");
    }

    /**
     * Sends a request and returns the answer's body.
     *
     * @throws UserError when the server is not there or refuses
     */
    JsonNode call(String method, String url, String body) {
        try {
            HttpResponse<String> response = send(method, url, body);
            if (!isSuccess(response)) {
                throw new UserError(
                        "%s %s was refused with status %d: %s"
                                .formatted(method, url, response.statusCode(), response.body()));
            }
            return parse(response.body());
        } catch (IOException e) {
            throw new UserError("%s %s failed: %s".formatted(method, url, e));
        }
    }

    private HttpResponse<String> send(String method, String url, String body) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static boolean isSuccess(HttpResponse<String> response) {
        return response.statusCode() / 100 == 2;
    }

    /** Some answers are plain text; they are as good as none. */
    private static JsonNode parse(String body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
