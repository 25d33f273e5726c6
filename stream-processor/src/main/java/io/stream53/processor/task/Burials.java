package io.stream53.processor.task;

import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Says in the log that records become dead letters: the first at once, then at most one sentence a
 * minute, whatever somebody writes to dns.raw. The counter has every one of them.
 */
final class Burials {
    private static final long INTERVAL_MS = 60_000;

    private final Consumer<String> log;
    private long unsaid;
    private long nextMs = Long.MIN_VALUE;

    Burials(Consumer<String> log) {
        this.log = log;
    }

    void note(RecordMetadata from, String problem, long nowMs) {
        unsaid++;
        if (nowMs < nextMs) {
            return;
        }
        log.accept(
                "Record %d of %s-%d is a dead letter: %s%s."
                        .formatted(
                                from.offset(),
                                from.topic(),
                                from.partition(),
                                problem.replaceFirst("\\.$", ""),
                                unsaid == 1 ? "" : " (and %d before it)".formatted(unsaid - 1)));
        unsaid = 0;
        nextMs = nowMs + INTERVAL_MS;
    }
}
