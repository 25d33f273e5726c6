package io.stream53.processor.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other instances for their part, all at once, until a deadline. Only instances that the group
 * names are asked, no redirect is followed, and an answer is read to a limit. The request carries
 * {@code scope=instance}, of which no instance asks further: it cannot go in circles.
 */
final class Gatherer implements AutoCloseable {
    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_DEPTH = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Gatherer.class);

    private final HttpClient client;
    private final Duration deadline;
    private final ObjectMapper json =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNestingDepth(MAX_DEPTH)
                                            .build())
                            .build());

    Gatherer(Duration deadline) {
        this.deadline = deadline;
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(deadline)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        // Instances reach one another; a proxy is for what is outside.
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .build();
    }

    /** What they answer; nothing for one that does not answer with success in time. */
    Map<Instance.Member, Optional<JsonNode>> ask(
            Collection<Instance.Member> members, String path, Query query)
            throws InterruptedException {
        long endNs = System.nanoTime() + deadline.toNanos();
        Map<Instance.Member, CompletableFuture<HttpResponse<byte[]>>> asked = new LinkedHashMap<>();
        for (Instance.Member member : members) {
            asked.put(member, send(member, path, query.with(Api.SCOPE, Api.INSTANCE)));
        }
        Map<Instance.Member, Optional<JsonNode>> answers = new LinkedHashMap<>();
        try {
            for (var one : asked.entrySet()) {
                answers.put(one.getKey(), await(one.getKey(), one.getValue(), endNs));
            }
        } finally {
            asked.values().forEach(future -> future.cancel(true));
        }
        return answers;
    }

    private CompletableFuture<HttpResponse<byte[]>> send(
            Instance.Member member, String path, Query query) {
        try {
            URI uri = new URI("http://" + member.authority() + path + '?' + query.encoded());
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(deadline).GET().build();
            return client.sendAsync(
                    request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Optional<JsonNode> await(
            Instance.Member member, CompletableFuture<HttpResponse<byte[]>> answer, long endNs)
            throws InterruptedException {
        try {
            long left = Math.max(0, endNs - System.nanoTime());
            HttpResponse<byte[]> response = answer.get(left, TimeUnit.NANOSECONDS);
            if (response.statusCode() == 200) {
                return Optional.of(json.readTree(response.body()));
            }
            LOG.debug("Instance {} answers {}", member.authority(), response.statusCode());
        } catch (ExecutionException | TimeoutException | IOException e) {
            LOG.debug("Instance {} does not answer", member.authority(), e);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
