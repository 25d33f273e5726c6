package io.stream53.processor.task;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.processor.detect.TaskSignals;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A counting task's signs of attacks, kept in its store, and when they are sent to mergers. */
final class SignalPart implements DrainedStore.Part {
    private static final Logger LOG = LoggerFactory.getLogger(SignalPart.class);

    /**
     * Watermarks come each second until all is settled. Where none came for so long although
     * nothing is left to read, none will: what is held is sent, so that mergers do not wait for it.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** With more times than that, each passing slots of its own, progress goes now and then. */
    private static final int MAX_TIMES_AT_ONCE = 32;

    private final TaskSignals signals;
    private final Consumer<CountMessage> out;
    private @Nullable NodeTimes seen;
    private boolean seenIdle;
    private Step.@Nullable Progress last;
    private long lastChangeMs;
    private long leftBefore;

    SignalPart(
            AlertSettings settings,
            int partition,
            Duration closeDelay,
            Consumer<CountMessage> out) {
        signals = new TaskSignals(settings, partition, closeDelay);
        this.out = out;
    }

    /** Record key of what is sent. */
    static String key(CountMessage message) {
        return message instanceof CountMessage.Signal signal ? signal.recordKey() : "slots";
    }

    void add(DnsTransaction transaction) {
        signals.add(transaction);
        if (signals.isFull()) {
            signals.takeAll().forEach(out);
            warn();
        }
    }

    /** Sends at once what the judging of a slot waits for. */
    @SuppressWarnings("ReferenceEquality") // The same times as before are the same object.
    void advance(Step.Progress progress, TaskFigures figures) {
        NodeTimes times = progress.exactTimes();
        if (times == seen && progress.idle() == seenIdle) {
            return;
        }
        seen = times;
        seenIdle = progress.idle();
        if (times.size() <= MAX_TIMES_AT_ONCE && signals.isDue(times, progress.idle())) {
            send(signals.take(times, progress.idle()), figures);
        }
    }

    /** Sends what may be sent; called each ten seconds or so. */
    void send(Step.@Nullable Progress progress, long nowMs, TaskFigures figures) {
        if (progress == null) {
            return;
        }
        if (!progress.equals(last)) {
            last = progress;
            lastChangeMs = nowMs;
        }
        if (progress.idle() && nowMs - lastChangeMs >= PATIENCE.toMillis()) {
            send(signals.takeAll(), figures);
        }
        send(signals.take(progress.exactTimes(), progress.idle()), figures);
    }

    private void send(List<CountMessage> messages, TaskFigures figures) {
        if (!messages.isEmpty()) {
            figures.touched();
            messages.forEach(out);
        }
    }

    private void warn() {
        long left = signals.left() - leftBefore;
        leftBefore = signals.left();
        LOG.warn(
                "Too many subjects at once for alerts: {} with little traffic were left out.",
                left);
    }

    @Override
    public void restore(byte[] key, byte[] value) {
        signals.restore(key, value);
    }

    @Override
    public void drain(StateWriter writer) {
        signals.drain(writer);
    }
}
