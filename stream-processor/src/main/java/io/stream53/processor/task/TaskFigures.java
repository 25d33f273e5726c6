package io.stream53.processor.task;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.StateWriter;
import io.stream53.processor.task.LedgerBoard.Figures;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * The ledger counters of one task, kept in its store, and what of them is committed. The task's
 * thread calls {@link #touched} whenever it is about to do something; other threads read {@link
 * #committed} and {@link #uncommitted}.
 *
 * <p>A drain writes the counters into the transaction that is about to end. Streams does not say
 * when it has ended; but when the task does the next thing, it has, or the task would be gone.
 */
final class TaskFigures implements DrainedStore.Part {
    private static final byte[] KEY = "counters".getBytes(StandardCharsets.US_ASCII);

    private final String id;
    private final LedgerBoard board;
    private CounterSet counters = new CounterSet();
    private LongSupplier pending = () -> 0;
    private LongSupplier unsent = () -> 0;
    private LongSupplier openWindows = () -> 0;
    private LongSupplier finalWindows = () -> 0;
    private Figures drained = Figures.NONE;
    private boolean justDrained;
    private volatile Figures committed = Figures.NONE;
    private volatile boolean uncommitted;

    /**
     * @param id of the task and its store: what starts anew has the same one
     */
    TaskFigures(String id, LedgerBoard board) {
        this.id = id;
        this.board = board;
    }

    /** Shows the figures, as they were restored, to other threads. */
    void open() {
        committed = snapshot();
        drained = committed;
        board.add(id, this);
    }

    void close() {
        board.remove(id, this);
    }

    CounterSet counters() {
        return counters;
    }

    void add(ProcessorCounter counter, long amount) {
        counters.add(counter, amount);
    }

    void pending(LongSupplier figure) {
        pending = figure;
    }

    void unsent(LongSupplier figure) {
        unsent = figure;
    }

    void windows(LongSupplier open, LongSupplier last) {
        openWindows = open;
        finalWindows = last;
    }

    /** The task is about to change its figures. */
    void touched() {
        if (justDrained) {
            publish();
        }
        if (!uncommitted) {
            uncommitted = true;
        }
    }

    /** Time passes and nothing has changed: what was drained is committed by now. */
    void idle() {
        if (justDrained) {
            publish();
        }
    }

    private void publish() {
        justDrained = false;
        committed = drained;
        uncommitted = false;
    }

    Figures committed() {
        return committed;
    }

    boolean uncommitted() {
        return uncommitted;
    }

    private Figures snapshot() {
        return new Figures(
                counters.toMap(),
                pending.getAsLong(),
                unsent.getAsLong(),
                openWindows.getAsLong(),
                finalWindows.getAsLong());
    }

    @Override
    public void restore(byte[] key, byte[] value) {
        counters = CounterSet.fromBytes(value);
    }

    @Override
    public void drain(StateWriter writer) {
        Figures now = snapshot();
        if (!now.counters().equals(drained.counters())) {
            writer.put(KEY, counters.toBytes());
        }
        drained = now;
        justDrained = true;
    }
}
