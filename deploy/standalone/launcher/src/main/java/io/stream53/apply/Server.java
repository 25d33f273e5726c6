package io.stream53.apply;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One server with a REST interface, at one or several addresses that stand in for each other. A
 * request is sent to the first address that answers; every request here may be sent twice.
 */
final class Server implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int REASON = 400;

    private final String option;
    private final List<String> addresses;
    private final Credentials credentials;
    private final HttpClient client;
    private final Map<String, String> headers = new LinkedHashMap<>();

    /** An answer, whatever its status. */
    record Answer(int status, HttpResponse<String> response, String from) {
        boolean isSuccess() {
            return status / 100 == 2;
        }

        /** The body; missing where it is no JSON. */
        JsonNode json() {
            try {
                JsonNode json = JSON.readTree(response.body());
                return json == null ? MissingNode.getInstance() : json;
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance();
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    /**
     * A request's body.
     *
     * @param type its media type
     */
    record Body(String text, String type) {
        static Body json(JsonNode json) {
            return new Body(json.toString(), "application/json");
        }
    }

    /**
     * @param option that named it, for sentences
     * @param addresses http or https, without user and without a final slash
     * @param tls null for the JVM's own
     */
    Server(
            String option,
            List<String> addresses,
            Credentials credentials,
            @Nullable SSLContext tls) {
        this.option = option;
        this.addresses = addresses.stream().map(url -> checked(option, url)).toList();
        this.credentials = credentials;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        if (tls != null) {
            builder.sslContext(tls);
        }
        client = builder.build();
        if (credentials.header() != null) {
            headers.put("Authorization", credentials.header());
        }
    }

    private static String checked(String option, String url) {
        URI uri;
        try {
            uri = URI.create(url.strip().replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            // The address may hold a password: it is not repeated.
            throw ApplyError.usage(option + " has what is no URL.");
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (uri.getRawUserInfo() != null) {
            throw ApplyError.usage(
                    "%s must not hold a user or a password, which others on this machine could"
                                    .formatted(option)
                            + " read: set them in the environment.");
        }
        if (!http || uri.getHost() == null) {
            throw ApplyError.usage(
                    "%s must begin with http:// or https://, but is %s.".formatted(option, url));
        }
        return uri.toString();
    }

    /** Sends a header with each request from now on. */
    void always(String name, String value) {
        headers.put(name, value);
    }

    /** All addresses, as one is named in a configuration. */
    String urls() {
        return String.join(",", addresses);
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer put(String path, JsonNode body) {
        return send("PUT", path, Body.json(body));
    }

    Answer post(String path, @Nullable JsonNode body) {
        return send("POST", path, body == null ? null : Body.json(body));
    }

    /**
     * The answer of the first address that gives one.
     *
     * @throws ApplyError when none does
     */
    Answer send(String method, String path, @Nullable Body body) {
        List<String> failures = new ArrayList<>();
        for (String address : addresses) {
            try {
                HttpResponse<String> response = once(method, address + path, body);
                return new Answer(response.statusCode(), response, address);
            } catch (SSLException e) {
                throw new ApplyError(
                        ("%s has a certificate that is not trusted (%s): name the file of its"
                                        + " authority with --ca.")
                                .formatted(address, e.getMessage()));
            } catch (IOException e) {
                failures.add(address + " (" + why(e) + ")");
            }
        }
        throw new ApplyError(
                "Nothing answers at %s: check %s, and that the server runs."
                        .formatted(String.join(" and ", failures), option));
    }

    private HttpResponse<String> once(String method, String url, @Nullable Body body)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(ANSWER)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body.text()));
        headers.forEach(request::setHeader);
        if (body != null) {
            request.setHeader("Content-Type", body.type());
        }
        try {
            return client.send(
                    request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String why(IOException e) {
        String name = e.getClass().getSimpleName().replaceAll("(Http|Exception)", "");
        return e.getMessage() == null ? name : name + ": " + e.getMessage();
    }

    /** A successful answer, or an error. */
    Answer accepted(Answer answer, String what, String privilege) {
        if (!answer.isSuccess()) {
            throw refused(answer, what, privilege);
        }
        return answer;
    }

    /**
     * The sentence for an answer that is none.
     *
     * @param what the server was to do, after "would not"
     * @param privilege that its user needs for it
     */
    ApplyError refused(Answer answer, String what, String privilege) {
        return new ApplyError(
                switch (answer.status()) {
                    case 401 ->
                            "%s refuses the credentials (401): %s."
                                    .formatted(answer.from(), credentials.advice());
                    case 403 ->
                            "%s does not let this user %s (403): it needs %s."
                                    .formatted(answer.from(), what, privilege);
                    default ->
                            "%s would not %s (%d): %s"
                                    .formatted(
                                            answer.from(),
                                            what,
                                            answer.status(),
                                            sentence(reason(answer)));
                });
    }

    /** The sentence for a server of another kind. */
    ApplyError wrongKind(Answer answer, String expected) {
        return new ApplyError(
                "What answers at %s is no %s (status %d): check %s."
                        .formatted(answer.from(), expected, answer.status(), option));
    }

    /** What a server says of its refusal, in any of the dialects spoken here. */
    static String reason(Answer answer) {
        JsonNode json = answer.json();
        JsonNode error = json.path("error");
        String reason;
        if (error.path("reason").isTextual()) {
            reason = error.path("type").asText() + ": " + error.path("reason").asText();
            JsonNode cause = error.path("caused_by");
            while (cause.path("caused_by").isObject()) {
                cause = cause.path("caused_by");
            }
            if (cause.path("reason").isTextual()) {
                reason += ", for " + cause.path("reason").asText();
            }
        } else if (json.path("message").isTextual()) {
            reason = json.path("message").asText();
        } else {
            reason = Objects.requireNonNullElse(error.textValue(), answer.response().body());
        }
        String line = reason.replaceAll("\\s+", " ").strip();
        return line.length() <= REASON ? line : line.substring(0, REASON) + "...";
    }

    private static String sentence(String text) {
        return text.isEmpty() || text.endsWith(".") ? text : text + ".";
    }

    @Override
    public void close() {
        client.close();
    }
}
