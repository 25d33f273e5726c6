package io.stream53.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.connect.OpenAlerts.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the engine every ten seconds which alerts are open, on a thread of its own, so that putting
 * records never waits for it. While the engine does not answer, what it said last holds.
 */
final class AlertWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AlertWatch.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Alerts that are looked at, the latest ones. */
    private static final int MOST = 1_000;

    private static final String QUERY =
            """
            {"size": %d, "_source": ["subject"], "query": {"term": {"final": false}},
             "sort": [{"event.last_seen": {"order": "desc", "unmapped_type": "date"}}]}
            """
                    .formatted(MOST);

    private final Callable<OpenAlerts> source;
    private final AutoCloseable connection;
    private final SinkCounters counters;
    private final ScheduledExecutorService thread;
    private volatile OpenAlerts open = OpenAlerts.NONE;

    /** Only the thread uses it: a failure is logged once until something changes. */
    private boolean failing;

    /**
     * @param connection closed with the watch
     */
    AlertWatch(Callable<OpenAlerts> source, AutoCloseable connection, SinkCounters counters) {
        this.source = source;
        this.connection = connection;
        this.counters = counters;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("stream53-alerts").factory());
    }

    /** A watch on the engine that the sink writes to. */
    static AlertWatch of(SinkSettings settings, SinkCounters counters) {
        RestClient client = BulkClient.connect(settings);
        return new AlertWatch(() -> ask(client, settings.alertsIndex()), client, counters);
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::poll, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The alerts that were open when the engine was asked last. */
    OpenAlerts open() {
        return open;
    }

    /** Asks once; never throws, since that would end the schedule. */
    void poll() {
        try {
            open = source.call();
            if (failing) {
                log.info(
                        "The engine says again which alerts are open: {}.", open.subjects().size());
            }
            failing = false;
        } catch (Exception e) {
            counters.alertQueriesFailed.incrementAndGet();
            if (!failing && !thread.isShutdown()) {
                log.warn(
                        "The engine does not say which alerts are open, so the {} known go on:"
                                + " {}",
                        open.subjects().size(),
                        e.toString());
            }
            failing = true;
        }
    }

    private static OpenAlerts ask(RestClient client, String index) throws IOException {
        Request request = new Request("POST", "/" + index + "/_search");
        request.addParameter("ignore_unavailable", "true");
        request.addParameter("allow_no_indices", "true");
        request.addParameter("filter_path", "hits.hits._source.subject");
        request.setJsonEntity(QUERY);
        byte[] answer = EntityUtils.toByteArray(client.performRequest(request).getEntity());
        return read(JSON.readTree(answer));
    }

    /** The subjects in an answer of the search API. */
    static OpenAlerts read(JsonNode answer) {
        Set<Subject> subjects = new HashSet<>();
        for (JsonNode hit : answer.path("hits").path("hits")) {
            JsonNode subject = hit.path("_source").path("subject");
            JsonNode node = subject.path("node");
            subjects.add(
                    new Subject(
                            subject.path("kind").asText(),
                            subject.path("value").asText(),
                            node.isTextual() ? node.asText() : null));
        }
        return new OpenAlerts(subjects);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            connection.close();
        } catch (Exception e) {
            log.debug("The connection for alerts could not be closed: {}", e.toString());
        }
    }
}
