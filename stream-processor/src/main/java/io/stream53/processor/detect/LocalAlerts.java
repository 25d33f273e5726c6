package io.stream53.processor.detect;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
import java.util.function.Consumer;

/** One task and its merger together, where one program does it all. For one thread. */
public final class LocalAlerts {
    private final TaskSignals signals;
    private final AlertMerger merger;
    private final Consumer<DnsAlert> out;

    /**
     * @param closeDelay {@code match.timeout} and a grace
     * @param out gets each alert as it opens, each slot it goes on, and as it closes
     */
    public LocalAlerts(AlertSettings settings, Duration closeDelay, Consumer<DnsAlert> out) {
        signals = new TaskSignals(settings, 0, closeDelay);
        merger = new AlertMerger(settings);
        this.out = out;
    }

    /** Takes a transaction. */
    public void add(DnsTransaction transaction) {
        signals.add(transaction);
        if (signals.isFull()) {
            signals.takeAll().forEach(this::merge);
        }
    }

    /**
     * All transactions that began {@code match.timeout} before a time, and earlier, were added.
     *
     * @param watermarkUs microseconds since the epoch; {@link Long#MAX_VALUE} for the end
     */
    public void advance(long watermarkUs) {
        NodeTimes watermark = NodeTimes.of(watermarkUs, false);
        if (signals.isDue(watermark, false)) {
            signals.take(watermark, false).forEach(this::merge);
            merger.take().forEach(out);
        }
    }

    private void merge(CountMessage message) {
        switch (message) {
            case CountMessage.Signal signal -> merger.accept(signal);
            case CountMessage.SlotsSent progress -> merger.accept(progress);
            default -> throw new IllegalStateException("not of alerts: " + message);
        }
    }
}
