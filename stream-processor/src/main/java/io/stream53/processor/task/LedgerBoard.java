package io.stream53.processor.task;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.view.ViewLimits;
import io.stream53.processor.view.Views;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The figures of this instance's tasks, for HTTP threads to read. They are those of each task's
 * last commit, so that a crash takes none of them back; what has been read since then is not in
 * them.
 */
public final class LedgerBoard {
    /**
     * Figures of one task, or the sum of several.
     *
     * @param pending queries that wait for their response, and responses held for their query
     * @param unsent partial counts not yet sent to their merger
     * @param openWindows counts (one key in one window) that are not final yet
     * @param finalWindows counts that are final
     */
    public record Figures(
            Map<ProcessorCounter, Long> counters,
            long pending,
            long unsent,
            long openWindows,
            long finalWindows) {
        public static final Figures NONE = new Figures(Map.of(), 0, 0, 0, 0);

        public long get(ProcessorCounter counter) {
            return counters.getOrDefault(counter, 0L);
        }

        Figures plus(Figures other) {
            Map<ProcessorCounter, Long> sum = new EnumMap<>(ProcessorCounter.class);
            for (ProcessorCounter counter : ProcessorCounter.values()) {
                sum.put(counter, get(counter) + other.get(counter));
            }
            return new Figures(
                    sum,
                    pending + other.pending,
                    unsent + other.unsent,
                    openWindows + other.openWindows,
                    finalWindows + other.finalWindows);
        }
    }

    private final Map<String, TaskFigures> tasks = new ConcurrentHashMap<>();
    private final Views views;

    public LedgerBoard() {
        this(ViewLimits.DEFAULT);
    }

    /**
     * @param limits of what the tasks show beside their figures
     */
    public LedgerBoard(ViewLimits limits) {
        views = new Views(limits);
    }

    /** What the tasks show beside their figures, committed or not. */
    public Views views() {
        return views;
    }

    /** A task that starts anew takes its own place, however it ended before. */
    void add(String id, TaskFigures task) {
        tasks.put(id, task);
    }

    void remove(String id, TaskFigures task) {
        tasks.remove(id, task);
    }

    /** The sum over the tasks that run here. */
    public Figures sum() {
        return tasks.values().stream()
                .map(TaskFigures::committed)
                .reduce(Figures.NONE, Figures::plus);
    }

    /** Whether a task has read or sent something that is not in {@link #sum} yet. */
    public boolean uncommitted() {
        return tasks.values().stream().anyMatch(TaskFigures::uncommitted);
    }
}
