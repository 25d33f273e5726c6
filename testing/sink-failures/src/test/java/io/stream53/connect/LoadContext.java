package io.stream53.connect;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Connect's side of a task under load: what is paused, and the dead letters. */
final class LoadContext implements SinkTaskContext {
    /** A record in the dead-letter topic. */
    record DeadLetter(SinkRecord record, String reason) {}

    private final Set<TopicPartition> assignment;
    private final Set<TopicPartition> paused = new HashSet<>();
    private final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();

    LoadContext(Collection<TopicPartition> assignment) {
        this.assignment = Set.copyOf(assignment);
    }

    boolean isPaused() {
        return !paused.isEmpty();
    }

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    @Override
    public ErrantRecordReporter errantRecordReporter() {
        return this::report;
    }

    private CompletableFuture<Void> report(SinkRecord record, Throwable error) {
        deadLetters.add(new DeadLetter(record, String.valueOf(error.getMessage())));
        return CompletableFuture.completedFuture(null);
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
        // Put is called as soon as the load has more.
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
        // The load commits every few steps.
    }
}
