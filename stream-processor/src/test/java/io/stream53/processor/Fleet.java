package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.ledger.ProcessorCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Processor instances that share one pipeline's work. */
final class Fleet implements AutoCloseable {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** The instances' ledgers together. */
    record Sum(
            Map<ProcessorCounter, Long> counters,
            long pending,
            long unsent,
            long openWindows,
            boolean uncommitted) {
        long get(ProcessorCounter counter) {
            return counters.getOrDefault(counter, 0L);
        }
    }

    private final Pipeline pipeline;
    private final String[] settings;
    private final Map<String, ProcessorProcess> running = new LinkedHashMap<>();

    /**
     * @param settings of every instance
     */
    Fleet(Pipeline pipeline, String... settings) {
        this.pipeline = pipeline;
        this.settings = settings;
    }

    List<String> names() {
        return List.copyOf(running.keySet());
    }

    /** Starts an instance, and returns when it has partitions that hold something. */
    void add(String name, String... more) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(more));
        ProcessorProcess process = pipeline.start(name, all.toArray(String[]::new));
        running.put(name, process);
    }

    /** Waits until an instance has partitions of which something was read. */
    void awaitWork(String name) {
        Pipeline.awaitLedger(
                get(name), ledger -> Pipeline.value(ledger, ProcessorCounter.PACKETS_READ) > 0);
    }

    /** {@code kill -9}. */
    void kill(String name) {
        take(name).kill();
    }

    /** SIGTERM, which must end it as it should. */
    void stop(String name) throws InterruptedException {
        ProcessorProcess process = take(name);
        try {
            assertThat(process.terminate(A_MINUTE)).as(process::log).contains(143);
        } finally {
            process.close();
        }
    }

    ProcessorProcess get(String name) {
        ProcessorProcess process = running.get(name);
        if (process == null) {
            throw new IllegalArgumentException("no instance " + name);
        }
        return process;
    }

    private ProcessorProcess take(String name) {
        ProcessorProcess process = get(name);
        running.remove(name);
        return process;
    }

    /** The ledgers of all instances together; empty while one does not answer. */
    Optional<Sum> ledger() {
        Map<ProcessorCounter, Long> counters = new EnumMap<>(ProcessorCounter.class);
        long pending = 0;
        long unsent = 0;
        long openWindows = 0;
        boolean uncommitted = false;
        for (ProcessorProcess process : running.values()) {
            Optional<JsonNode> answer = process.ledger();
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            JsonNode ledger = answer.get();
            for (ProcessorCounter counter : ProcessorCounter.values()) {
                counters.merge(counter, Pipeline.value(ledger, counter), Long::sum);
            }
            pending += ledger.path("pending").asLong();
            unsent += ledger.path("unsent").asLong();
            openWindows += ledger.path("openWindows").asLong();
            uncommitted |= ledger.path("uncommitted").asBoolean();
        }
        return Optional.of(new Sum(counters, pending, unsent, openWindows, uncommitted));
    }

    /** What each instance's partitions have read, for people. */
    String shares() {
        return running.entrySet().stream()
                .map(
                        entry ->
                                entry.getKey()
                                        + " "
                                        + entry.getValue()
                                                .ledger()
                                                .map(
                                                        ledger ->
                                                                Pipeline.value(
                                                                        ledger,
                                                                        ProcessorCounter
                                                                                .PACKETS_READ))
                                                .orElse(0L))
                .collect(Collectors.joining(", "));
    }

    /** Waits for a ledger of all; an instance that ends meanwhile is a failure. */
    Sum awaitLedger(Predicate<Sum> condition) {
        Sum[] last = new Sum[1];
        await().atMost(Pipeline.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .failFast(this::allAlive)
                .until(
                        () -> {
                            ledger().ifPresent(sum -> last[0] = sum);
                            return last[0] != null && condition.test(last[0]);
                        });
        return last[0];
    }

    private void allAlive() {
        running.forEach(
                (name, process) ->
                        assertThat(process.isAlive())
                                .as(() -> name + " is alive; its log:\n" + process.log())
                                .isTrue());
    }

    @Override
    public void close() {
        running.values().forEach(ProcessorProcess::close);
    }
}
