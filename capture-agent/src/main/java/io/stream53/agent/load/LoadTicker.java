package io.stream53.agent.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells a {@link SamplingGovernor} each second what processor time the process took. */
public final class LoadTicker implements AutoCloseable {
    private static final int SECONDS_BETWEEN_LINES = 10;

    private final SamplingGovernor governor;
    private final Consumer<String> log;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("load").daemon().factory());
    private long lastLineNs = Long.MIN_VALUE;

    private LoadTicker(SamplingGovernor governor, Consumer<String> log) {
        this.governor = governor;
        this.log = log;
    }

    /** Starts; a sentence on each new rate goes to the log, but not every second. */
    public static LoadTicker start(SamplingGovernor governor, Consumer<String> log) {
        LoadTicker ticker = new LoadTicker(governor, log);
        var _ = ticker.timer.scheduleAtFixedRate(ticker::tick, 1, 1, TimeUnit.SECONDS);
        return ticker;
    }

    private void tick() {
        long now = System.nanoTime();
        SamplingGovernor.Change change = governor.tick(processCpuSeconds(), now / 1e9);
        if (change != null
                && (lastLineNs == Long.MIN_VALUE
                        || now - lastLineNs > TimeUnit.SECONDS.toNanos(SECONDS_BETWEEN_LINES))) {
            lastLineNs = now;
            log.accept(sentence(change));
        }
    }

    static String sentence(SamplingGovernor.Change change) {
        return String.format(
                Locale.ROOT,
                "sampling: one transaction in %,d is kept from now on, the process took %.0f %% of"
                        + " a core, and may take %d %%",
                change.rate(),
                change.usedPercent(),
                change.maxPercent());
    }

    /** Processor time of the whole process since its start; 0 where it is not known. */
    public static double processCpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? Math.max(0, system.getProcessCpuTime()) / 1e9
                : 0;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
