package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.ledger.ProcessorCounter;
import org.junit.jupiter.api.Test;

class TaskFiguresTest {
    private static final String TASK = "task-state 0_1";

    private final LedgerBoard board = new LedgerBoard();
    private final TaskFigures figures = new TaskFigures(TASK, board);
    private final RunSequencesTest.Entries store = new RunSequencesTest.Entries();

    @Test
    void showsWhatIsCommittedAndNoMore() {
        figures.open();
        read();
        assertThat(shown()).isZero();
        assertThat(board.uncommitted()).isTrue();

        figures.drain(store);
        assertThat(shown()).isZero();
        read();
        assertThat(shown()).isEqualTo(1);
        assertThat(board.uncommitted()).isTrue();
    }

    @Test
    void aDrainIsCommittedWhenTheTaskGoesOn() {
        figures.open();
        read();
        figures.drain(store);
        assertThat(board.uncommitted()).isTrue();
        figures.idle();
        assertThat(shown()).isEqualTo(1);
        assertThat(board.uncommitted()).isFalse();
    }

    @Test
    void showsWhatWasRestored() {
        figures.open();
        read();
        figures.drain(store);
        figures.close();
        assertThat(shown()).isZero();

        TaskFigures restored = new TaskFigures(TASK, board);
        store.giveTo(restored);
        restored.open();
        assertThat(shown()).isEqualTo(1);
        assertThat(board.uncommitted()).isFalse();
    }

    @Test
    void aTaskThatStartsAnewIsNotCountedTwice() {
        read();
        figures.open();
        TaskFigures again = new TaskFigures(TASK, board);
        again.add(ProcessorCounter.PACKETS_READ, 1);
        again.open();
        figures.close();
        assertThat(shown()).isEqualTo(1);
    }

    @Test
    void anIdleTaskWritesNothing() {
        figures.open();
        figures.drain(store);
        assertThat(store.size()).isZero();
    }

    private void read() {
        figures.touched();
        figures.add(ProcessorCounter.PACKETS_READ, 1);
    }

    private long shown() {
        return board.sum().get(ProcessorCounter.PACKETS_READ);
    }
}
