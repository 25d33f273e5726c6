package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.SearchNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A task that is driven as Connect drives it, and watched: no call may wait for the engine, and
 * what an offset covers when it is committed must be in the index or among the dead letters then.
 */
final class SinkUnderLoad implements AutoCloseable {
    private static final int POLL = 50;
    private static final int STEPS_BETWEEN_COMMITS = 5;

    /** Far below any max.poll.interval.ms, and more than a busy machine takes. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(3);

    private final SearchNode engine;
    private final Load load;
    private final LoadContext context;
    private final ElasticsearchSinkTask task = new ElasticsearchSinkTask();
    private final Map<TopicPartition, Integer> positions = new HashMap<>();
    private final Map<TopicPartition, Integer> committed = new HashMap<>();
    private final List<Load.Expected> unchecked = new ArrayList<>();
    private int steps;
    private boolean hasPaused;
    private boolean hasRebalanced;

    /** Settings are alternating keys and values. */
    SinkUnderLoad(SearchNode engine, String url, Load load, String topic, String... settings) {
        this.engine = engine;
        this.load = load;
        load.partitions().forEach(partition -> positions.put(partition, 0));
        committed.putAll(positions);
        context = new LoadContext(positions.keySet());
        Map<String, String> all = new HashMap<>();
        all.put("name", topic);
        all.put("topics", topic);
        all.put("connection.url", url);
        all.put("index.pattern", "{topic}-{yyyy.MM.dd}");
        all.put("batch.size", "100");
        all.put("linger.ms", "5");
        all.put("max.buffered.records", "1000");
        all.put("retry.backoff.ms", "20");
        all.put("read.timeout.ms", "5000");
        all.put("flush.timeout.ms", "2000");
        all.put("behavior.on.malformed.documents", "ignore");
        all.put("behavior.on.null.values", "ignore");
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        task.initialize(context);
        task.start(all);
    }

    List<LoadContext.DeadLetter> deadLetters() {
        return context.deadLetters();
    }

    /** Whether the task has ever paused its partitions. */
    boolean hasPaused() {
        return hasPaused;
    }

    boolean hasDelivered() {
        return positions.entrySet().stream()
                .allMatch(at -> at.getValue() == load.of(at.getKey()).size());
    }

    /** One turn of Connect's loop. */
    void step() throws IOException, InterruptedException {
        List<SinkRecord> polled = new ArrayList<>();
        if (!context.isPaused()) {
            positions.replaceAll((partition, at) -> poll(partition, at, polled));
        }
        timed(() -> task.put(polled));
        hasPaused |= context.isPaused();
        if (++steps % STEPS_BETWEEN_COMMITS == 0) {
            commit();
        }
        if (polled.isEmpty()) {
            // As Connect waits for records, with the time-out that the task asked for.
            LockSupport.parkNanos(1_000_000);
        }
    }

    private int poll(TopicPartition partition, int at, List<SinkRecord> polled) {
        List<SinkRecord> records = load.of(partition);
        int end = Math.min(at + POLL, records.size());
        polled.addAll(records.subList(at, end));
        return end;
    }

    private static void timed(Runnable call) {
        long start = System.nanoTime();
        call.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST_CALL);
    }

    private void commit() throws IOException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> delivered = new HashMap<>();
        positions.forEach((partition, at) -> delivered.put(partition, new OffsetAndMetadata(at)));
        timed(() -> task.preCommit(delivered).forEach(this::commit));
        checkCommitted();
    }

    private void commit(TopicPartition partition, OffsetAndMetadata offset) {
        int before = committed.getOrDefault(partition, 0);
        int now = (int) offset.offset();
        assertThat(now).isBetween(before, positions.getOrDefault(partition, 0));
        committed.put(partition, now);
        for (SinkRecord record : load.of(partition).subList(before, now)) {
            Load.Expected expected = load.expected(record);
            if (expected.faulty()) {
                assertThat(deadLetterIds()).contains(expected.id());
            } else if (record.value() != null) {
                unchecked.add(expected);
            }
        }
    }

    /** Looks for what was committed; an engine that is away is asked when it is back. */
    private void checkCommitted() throws IOException, InterruptedException {
        if (unchecked.isEmpty()) {
            return;
        }
        String asked =
                unchecked.stream()
                        .map(e -> "{\"_index\":\"%s\",\"_id\":\"%s\"}".formatted(e.index(), e.id()))
                        .collect(Collectors.joining(",", "{\"docs\":[", "]}"));
        JsonNode found;
        try {
            found = engine.call("POST", "/_mget?_source_includes=n", asked).path("docs");
        } catch (IOException e) {
            return;
        }
        if (found.findValue("error") != null) {
            // It is back, but some of its shards are not yet.
            return;
        }
        for (int i = 0; i < unchecked.size(); i++) {
            assertThat(found.get(i).at("/_source/n").asLong(-1))
                    .as("what is committed of %s: %s", unchecked.get(i), found.get(i))
                    .isGreaterThanOrEqualTo(unchecked.get(i).n());
        }
        unchecked.clear();
    }

    private List<String> deadLetterIds() {
        return context.deadLetters().stream().map(l -> String.valueOf(l.record().key())).toList();
    }

    /** Goes on until an offset is committed. */
    void stepUntilMoreIsCommitted() throws IOException, InterruptedException {
        Map<TopicPartition, Integer> before = Map.copyOf(committed);
        while (before.equals(committed)) {
            step();
        }
    }

    /** Takes all partitions away and gives them back, from the offsets that are committed. */
    void rebalance() throws IOException, InterruptedException {
        commit();
        hasRebalanced = true;
        task.close(positions.keySet());
        positions.putAll(committed);
        task.open(positions.keySet());
    }

    /** Goes on until every record is settled and committed. */
    void finish() throws IOException, InterruptedException {
        while (!hasDelivered() || !committed.equals(positions) || !unchecked.isEmpty()) {
            step();
        }
    }

    /** Every document is in its index once, in its last version, or a dead letter with a reason. */
    void check() throws IOException, InterruptedException {
        Map<String, Long> documents = new HashMap<>();
        String all = load.last().values().iterator().next().index().replaceAll("-2026.*", "-2026*");
        engine.call("POST", "/" + all + "/_refresh", "");
        for (JsonNode hit : hits(all)) {
            String path = hit.path("_index").asText() + "/" + hit.path("_id").asText();
            assertThat(documents.put(path, hit.at("/_source/n").asLong())).isNull();
        }
        Map<String, Long> expected = new HashMap<>();
        List<String> faulty = new ArrayList<>();
        load.last()
                .forEach(
                        (path, e) -> {
                            if (e.faulty()) {
                                faulty.add(e.id());
                            } else {
                                expected.put(path, e.n());
                            }
                        });
        assertThat(documents).isEqualTo(expected);
        // Dead letters may come again with what was not committed, as any record may.
        List<String> ids = deadLetterIds();
        assertThat(hasRebalanced ? ids.stream().distinct().toList() : ids)
                .containsExactlyInAnyOrderElementsOf(faulty);
        assertThat(context.deadLetters()).allMatch(letter -> !letter.reason().isBlank());
    }

    private List<JsonNode> hits(String index) throws IOException, InterruptedException {
        List<JsonNode> hits = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page =
                    engine.call(
                                    "POST",
                                    "/" + index + "/_search",
                                    "{\"size\":5000,\"_source\":[\"n\"],\"sort\":[\"key\"]%s}"
                                            .formatted(after))
                            .at("/hits/hits");
            if (page.isEmpty()) {
                return hits;
            }
            page.forEach(hits::add);
            after = ",\"search_after\":" + page.get(page.size() - 1).path("sort");
        }
    }

    @Override
    public void close() {
        task.close(positions.keySet());
        task.stop();
    }
}
