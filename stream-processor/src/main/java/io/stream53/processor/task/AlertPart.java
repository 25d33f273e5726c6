package io.stream53.processor.task;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.detect.AlertMerger;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsAlert;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A merging task's alerts, kept in its store. Every record of an alert passes {@link #emit}; {@link
 * #open} has those that are open, after a restart too.
 */
final class AlertPart implements DrainedStore.Part {
    private static final Logger LOG = LoggerFactory.getLogger(AlertPart.class);

    /**
     * Tasks begin one after the other, and nobody says how many there will be. Until no new one
     * came for so long, what was judged would lack what the next one has in its backlog.
     */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final AlertMerger merger;
    private final Consumer<DnsAlert> out;
    private long refusedBefore;
    private int tasks;
    private long settledMs;

    AlertPart(AlertSettings settings, Consumer<DnsAlert> out) {
        merger = new AlertMerger(settings);
        this.out = out;
    }

    /** Takes a message if it is for alerts, and returns whether it is. */
    boolean accept(CountMessage message) {
        return switch (message) {
            case CountMessage.Signal signal -> {
                merger.accept(signal);
                yield true;
            }
            case CountMessage.SlotsSent progress -> {
                merger.accept(progress);
                yield true;
            }
            default -> false;
        };
    }

    /** Judges what is due, and hands on what came of it. */
    void emit(long nowMs) {
        if (merger.tasks() > tasks) {
            tasks = merger.tasks();
            settledMs = nowMs + SETTLING.toMillis();
        }
        boolean clockSetBack = settledMs - nowMs > SETTLING.toMillis();
        if (nowMs >= settledMs || clockSetBack) {
            merger.take().forEach(this::emit);
        }
        if (merger.refused() > refusedBefore) {
            LOG.warn(
                    "{} signals were of no use for alerts: they came late, or were too many.",
                    merger.refused() - refusedBefore);
            refusedBefore = merger.refused();
        }
    }

    private void emit(DnsAlert alert) {
        if (!alert.getStatus().equals("updated")) {
            LOG.info(
                    "Alert {}: {}, {} {}, score {}",
                    alert.getStatus(),
                    alert.getRule().getName(),
                    alert.getSubject().getKind(),
                    alert.getSubject().getValue(),
                    Math.round(alert.getEvent().getRiskScore()));
        }
        out.accept(alert);
    }

    /** Alerts that are open. */
    List<DnsAlert> open() {
        return merger.open();
    }

    int openSlots() {
        return merger.openSlots();
    }

    @Override
    public void restore(byte[] key, byte[] value) {
        merger.restore(key, value);
        tasks = merger.tasks();
    }

    @Override
    public void drain(StateWriter writer) {
        merger.drain(writer);
    }
}
