package io.stream53.processor.serve;

import com.sun.net.httpserver.HttpExchange;
import io.stream53.processor.view.LiveFeed;
import io.stream53.processor.view.LiveWatch;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Question;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Streams transactions of this instance's tasks to whoever watches, as server-sent events (the
 * EventSource section of WHATWG HTML): {@code transaction}, and {@code dropped} with how many were
 * left out. A comment goes out when there is nothing else, so that a client that has gone is
 * noticed. One that reads nothing for a while is cut off.
 */
final class LiveHandler implements AutoCloseable {
    static final String PATH = "/api/live";
    static final String TYPE = "text/event-stream; charset=utf-8";
    static final List<String> PARAMETERS =
            List.of("node", "tld", "status", "client", "rcode", "slower_than_ms", "rate");

    private static final Set<String> STATUSES =
            Set.of(
                    "ANSWERED",
                    "UNANSWERED",
                    "UNSOLICITED",
                    "MISMATCHED",
                    "LATE",
                    "ONE_WAY",
                    "SAMPLED_OUT");
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LiveFeed feed;
    private final int clients;
    private final Duration heartbeat;
    private final Duration patience;

    /** The threads that write, and since when; interrupting one closes its connection. */
    private final Map<Thread, Long> writing = new ConcurrentHashMap<>();

    private final ScheduledExecutorService guard =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("http-live").daemon().factory());

    /**
     * @param heartbeat the longest silence
     * @param patience how long a client may read nothing
     */
    LiveHandler(LiveFeed feed, int clients, Duration heartbeat, Duration patience) {
        this.feed = feed;
        this.clients = clients;
        this.heartbeat = heartbeat;
        this.patience = patience;
        long every = Math.max(1, patience.toMillis() / 4);
        var _ = guard.scheduleWithFixedDelay(this::cutOff, every, every, TimeUnit.MILLISECONDS);
    }

    private void cutOff() {
        long now = System.nanoTime();
        writing.forEach(
                (thread, sinceNs) -> {
                    if (now - sinceNs > patience.toNanos()) {
                        thread.interrupt();
                    }
                });
    }

    /**
     * Streams until the client goes.
     *
     * @throws ApiException before anything is sent
     */
    void stream(HttpExchange exchange, Query query) throws IOException {
        int rate = query.number("rate", 50, 1, 1_000);
        LiveWatch watch =
                feed.watch(filter(query), rate, clients)
                        .orElseThrow(
                                () ->
                                        ApiException.unavailable(
                                                "too-many-clients",
                                                "%d clients watch already.".formatted(clients)));
        try (watch) {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            write(out, "retry: 3000\n\n");
            while (!Thread.currentThread().isInterrupted()) {
                step(watch, out);
            }
        } catch (InterruptedException cutOff) {
            Thread.currentThread().interrupt();
        } finally {
            writing.remove(Thread.currentThread());
        }
    }

    private void step(LiveWatch watch, OutputStream out) throws IOException, InterruptedException {
        DnsTransaction transaction = watch.next(heartbeat.toMillis());
        long dropped = watch.takeDropped();
        StringBuilder events = new StringBuilder();
        if (dropped > 0) {
            events.append("event: dropped\ndata: {\"dropped\":").append(dropped).append("}\n\n");
        }
        if (transaction != null) {
            events.append("event: transaction\nid: ")
                    .append(transaction.getId())
                    .append("\ndata: ")
                    .append(RecordJson.of(transaction))
                    .append("\n\n");
        }
        write(out, events.isEmpty() ? ": nothing new\n\n" : events.toString());
    }

    private void write(OutputStream out, String text) throws IOException {
        writing.put(Thread.currentThread(), System.nanoTime());
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        writing.remove(Thread.currentThread());
    }

    static Predicate<DnsTransaction> filter(Query query) {
        if (query.has("status")) {
            query.oneOf("status", STATUSES, "");
        }
        long slowerNs = query.number("slower_than_ms", 0, 0, 3_600_000) * NANOS;
        boolean anySpeed = slowerNs == 0;
        String node = query.text("node").orElse("");
        String tld = query.text("tld").orElse("");
        String status = query.text("status").orElse("");
        String client = query.text("client").orElse("");
        String rcode = query.text("rcode").orElse("");
        return transaction ->
                isAny(node, transaction.getObserver().getName())
                        && isAny(tld, tldOf(transaction))
                        && isAny(status, transaction.getDns().getStatus())
                        && isAny(client, transaction.getClient().getIp())
                        && isAny(rcode, transaction.getDns().getResponseCode())
                        && (anySpeed || isSlower(transaction, slowerNs));
    }

    private static @Nullable String tldOf(DnsTransaction transaction) {
        Question question = transaction.getDns().getQuestion();
        return question == null ? null : question.getTopLevelDomain();
    }

    private static boolean isAny(String wanted, @Nullable String value) {
        return wanted.isEmpty() || wanted.equals(value);
    }

    private static boolean isSlower(DnsTransaction transaction, long nanos) {
        Long duration = transaction.getEvent().getDuration();
        return duration != null && duration > nanos;
    }

    @Override
    public void close() {
        guard.shutdownNow();
    }
}
