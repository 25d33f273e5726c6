package io.stream53.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to whichever registry answers. An attempt asks the addresses in turn, beginning with the
 * one that answered last; attempts are repeated for what may pass (408, 429, 5xx, broken
 * connections), never for what will not. For any thread.
 */
final class RegistryHttp implements AutoCloseable {
    /** How to wait; tests do not. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_MESSAGE = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A failure that may pass. */
    private static final class Transient extends Exception {
        private static final long serialVersionUID = 1;
        final String sentence;
        final Duration retryAfter;

        Transient(String sentence, Duration retryAfter, @Nullable Throwable cause) {
            super(sentence, cause);
            this.sentence = sentence;
            this.retryAfter = retryAfter;
        }
    }

    private final RegistryConfig config;
    private final HttpClient http;
    private final Pause pause;
    private volatile int preferred;

    RegistryHttp(RegistryConfig config, Pause pause) {
        this.config = config;
        this.pause = pause;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(config.connectTimeout());
        SSLContext tls = RegistryTls.context(config.tls());
        if (tls != null) {
            builder.sslContext(tls);
        }
        String proxy = config.proxyHost();
        if (proxy != null) {
            builder.proxy(ProxySelector.of(new InetSocketAddress(proxy, config.proxyPort())));
        }
        http = builder.build();
    }

    /**
     * Sends a request and returns the JSON of the answer.
     *
     * @param body null for a GET
     * @throws RegistryUnavailableException when nobody answered in all attempts
     * @throws RegistryRefusedException when the answer was a 4xx that stays
     */
    JsonNode send(String path, @Nullable JsonNode body) {
        for (int attempt = 0; ; attempt++) {
            try {
                return attempt(path, body);
            } catch (Transient e) {
                if (attempt >= config.maxRetries()) {
                    throw new RegistryUnavailableException(e.sentence, e);
                }
                sleep(waitBefore(attempt + 1, e.retryAfter));
            }
        }
    }

    private JsonNode attempt(String path, @Nullable JsonNode body) throws Transient {
        int first = preferred;
        int count = config.endpoints().size();
        Transient failure = null;
        for (int i = 0; i < count; i++) {
            int index = (first + i) % count;
            try {
                JsonNode answer = once(config.endpoints().get(index), path, body);
                preferred = index;
                return answer;
            } catch (Transient e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private JsonNode once(RegistryConfig.Endpoint endpoint, String path, @Nullable JsonNode body)
            throws Transient {
        String what = (body == null ? "GET " : "POST ") + endpoint + path;
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(
                        request(endpoint, path, body), HttpResponse.BodyHandlers.ofByteArray());
        try {
            // The client's own timeout ends with the headers; a body may stall as well.
            Duration longest = config.connectTimeout().plus(config.readTimeout());
            return read(what, response.get(longest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw unanswered(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw unanswered(what, e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            response.cancel(true);
        }
    }

    private static Transient unanswered(String what, Throwable cause) {
        String reason =
                cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new Transient(
                "The schema registry does not answer " + what + ": " + reason,
                Duration.ZERO,
                cause);
    }

    private HttpRequest request(
            RegistryConfig.Endpoint endpoint, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(endpoint.base() + path))
                        .timeout(config.readTimeout())
                        .header("Accept", CONTENT_TYPE + ", application/json");
        if (endpoint.authorization() != null) {
            request.header("Authorization", endpoint.authorization());
        }
        if (body != null) {
            request.header("Content-Type", CONTENT_TYPE)
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        return request.build();
    }

    private static JsonNode read(String what, HttpResponse<byte[]> response) throws Transient {
        int status = response.statusCode();
        JsonNode json = json(response.body());
        if (status / 100 == 2 && json != null) {
            return json;
        }
        String said = json == null ? "" : json.path("message").asText();
        String message =
                "The schema registry answered "
                        + what
                        + " with "
                        + (status / 100 == 2
                                ? "something that is not JSON"
                                : Integer.toString(status))
                        + (said.isEmpty()
                                ? ""
                                : ": " + said.substring(0, Math.min(MAX_MESSAGE, said.length())));
        if (status == 408 || status == 429 || status >= 500) {
            throw new Transient(message, retryAfter(response), null);
        }
        int code = json == null ? status : json.path("error_code").asInt(status);
        throw new RegistryRefusedException(message, status, code);
    }

    private static @Nullable JsonNode json(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json.isMissingNode() ? null : json;
        } catch (IOException e) {
            return null;
        }
    }

    /** Seconds of a Retry-After header; a date, the header's other form, counts as none. */
    private static Duration retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(Duration.ZERO);
    }

    /**
     * Doubles with each retry; half of it is chance, so that clients that failed together do not
     * come back together.
     */
    private Duration waitBefore(int retry, Duration retryAfter) {
        long longest = config.maxRetryWait().toMillis();
        long base = Math.min(longest, config.retryWait().toMillis() << Math.min(retry - 1, 16));
        long jittered = base / 2 + RandomGenerator.getDefault().nextLong(base - base / 2 + 1);
        return Duration.ofMillis(Math.max(jittered, Math.min(longest, retryAfter.toMillis())));
    }

    private void sleep(Duration time) {
        try {
            pause.sleep(time);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
