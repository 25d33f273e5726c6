package io.stream53.agent.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much is sampled so that the process keeps its bound of processor time. The rate is
 * the configured one as long as that suffices. When the last {@value #WINDOW_TICKS} ticks together
 * were over the bound, it rises by the factor that they were over it, at the least to the double;
 * when each of {@value #CALM_TICKS} ticks was below {@value #CALM_PERCENT} % of the bound, it falls
 * to the half: a half of the rate at most doubles the cost, which then is still within the bound.
 *
 * <p>Pure: it knows neither clock nor process. {@link #getAsInt} may be called by any thread, the
 * others take turns.
 */
public final class SamplingGovernor implements IntSupplier {
    /** The highest rate: one transaction in about a million. */
    public static final int MAX_RATE = 1 << 20;

    private static final int WINDOW_TICKS = 2;
    private static final int CALM_TICKS = 30;
    private static final int CALM_PERCENT = 45;

    /** The JVM starts and compiles: not what the bound is for, and over soon. */
    private static final int WARM_UP_TICKS = 5;

    private record Tick(double cpuSeconds, double wallSeconds) {
        double percentSince(Tick before) {
            return 100 * (cpuSeconds - before.cpuSeconds) / (wallSeconds - before.wallSeconds);
        }
    }

    /**
     * A new rate.
     *
     * @param rate one transaction in so many from now on
     * @param usedPercent processor time that the process took, 100 being one core
     * @param maxPercent what it may take; 0 when there is no bound any more
     */
    public record Change(int rate, double usedPercent, int maxPercent) {}

    private volatile int rate;
    private LoadSettings settings;
    private final Deque<Tick> window = new ArrayDeque<>();
    private int warmUp = WARM_UP_TICKS;
    private int calm;

    public SamplingGovernor(LoadSettings settings) {
        this.settings = settings;
        this.rate = settings.samplingRate();
    }

    /** One transaction in so many is kept at present. */
    @Override
    public int getAsInt() {
        return rate;
    }

    /** Takes other settings: at once where the rate is outside of them, else at the next ticks. */
    public synchronized void settings(LoadSettings changed) {
        boolean floorOnly = rate == settings.samplingRate();
        settings = changed;
        if (floorOnly || changed.maxCpuPercent() == 0 || rate < changed.samplingRate()) {
            rate = changed.samplingRate();
        }
        calm = 0;
    }

    /**
     * Takes how far both clocks are, about each second.
     *
     * @param cpuSeconds processor time of the process since its start
     * @param wallSeconds since any moment in the past
     * @return the new rate; null when it stays
     */
    public synchronized @Nullable Change tick(double cpuSeconds, double wallSeconds) {
        Tick now = new Tick(cpuSeconds, wallSeconds);
        Tick before = window.peekLast();
        if (before != null && wallSeconds <= before.wallSeconds) {
            return null;
        }
        window.addLast(now);
        if (settings.maxCpuPercent() == 0 || before == null || warmUp > 0) {
            warmUp = Math.max(0, warmUp - 1);
            restart(now);
            return null;
        }
        return decide(now, before);
    }

    private @Nullable Change decide(Tick now, Tick before) {
        int max = settings.maxCpuPercent();
        calm = now.percentSince(before) * 100 < (double) max * CALM_PERCENT ? calm + 1 : 0;
        if (window.size() <= WINDOW_TICKS) {
            return null;
        }
        double used = now.percentSince(window.removeFirst());
        int next = rate;
        if (used > max) {
            next = (int) Math.min(MAX_RATE, rate * Math.max(2, Math.ceil(used / max)));
        } else if (calm >= CALM_TICKS) {
            next = Math.max(settings.samplingRate(), rate / 2);
        }
        if (next == rate) {
            return null;
        }
        rate = next;
        calm = 0;
        restart(now);
        return new Change(next, used, max);
    }

    /** What was measured before says nothing of the new rate. */
    private void restart(Tick now) {
        window.clear();
        window.addLast(now);
    }
}
