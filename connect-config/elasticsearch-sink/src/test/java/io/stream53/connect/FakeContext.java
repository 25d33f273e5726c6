package io.stream53.connect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/** Connect's side of a task: remembers what was paused and what was reported. */
final class FakeContext implements SinkTaskContext {
    private final Set<TopicPartition> assignment;
    private final Set<TopicPartition> paused = new HashSet<>();
    private final List<String> reports = new ArrayList<>();
    private final boolean withReporter;

    /** Done when the dead-letter queue has what is reported. */
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

    FakeContext(boolean withReporter, TopicPartition... assignment) {
        this.assignment = Set.of(assignment);
        this.withReporter = withReporter;
    }

    Set<TopicPartition> paused() {
        return paused;
    }

    /** Key and reason of each record that went to the dead-letter queue. */
    List<String> reports() {
        return reports;
    }

    /** Reports to come are done when this is. */
    void reportsAreDoneWith(CompletableFuture<Void> done) {
        written = done;
    }

    @Override
    public @Nullable ErrantRecordReporter errantRecordReporter() {
        return withReporter ? this::report : null;
    }

    private CompletableFuture<Void> report(SinkRecord record, Throwable error) {
        reports.add(record.key() + ": " + error.getMessage());
        return written;
    }

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void timeout(long timeoutMs) {
        // The tests call put as they please.
    }

    @Override
    public Set<TopicPartition> assignment() {
        return assignment;
    }

    @Override
    public void pause(TopicPartition... partitions) {
        paused.addAll(Set.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
        paused.removeAll(Set.of(partitions));
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requestCommit() {
        // Commits are the tests' to make.
    }
}
