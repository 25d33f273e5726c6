package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunSequencesTest {
    private final RunSequences sequences = new RunSequences(2);

    @Test
    void theFirstRecordOfARunIsTheBaseline() {
        assertThat(sequences.accept(1, 40)).isZero();
    }

    @Test
    void aGapIsTheNumberOfMissingRecords() {
        sequences.accept(1, 0);
        assertThat(sequences.accept(1, 1)).isZero();
        assertThat(sequences.accept(1, 5)).isEqualTo(3);
    }

    @Test
    void aNumberNotAboveTheLastIsRedelivered() {
        sequences.accept(1, 7);
        assertThat(sequences.accept(1, 7)).isEqualTo(RunSequences.REDELIVERED);
        assertThat(sequences.accept(1, 3)).isEqualTo(RunSequences.REDELIVERED);
        assertThat(sequences.accept(1, 8)).isZero();
    }

    @Test
    void eachRunHasItsOwnNumbers() {
        sequences.accept(1, 7);
        assertThat(sequences.accept(2, 3)).isZero();
        assertThat(sequences.accept(1, 8)).isZero();
    }

    @Test
    void theRunNotHeardOfForTheLongestIsForgotten() {
        sequences.accept(1, 7);
        sequences.accept(2, 7);
        sequences.accept(1, 8);
        sequences.accept(3, 7);
        assertThat(sequences.accept(1, 8)).isEqualTo(RunSequences.REDELIVERED);
        assertThat(sequences.accept(2, 7)).isZero();
    }

    @Test
    void numbersSurviveARestart() {
        sequences.accept(1, 7);
        sequences.accept(2, 9);
        RunSequences restored = new RunSequences(2);
        Entries.of(sequences).giveTo(restored);
        assertThat(restored.accept(1, 7)).isEqualTo(RunSequences.REDELIVERED);
        assertThat(restored.accept(2, 11)).isEqualTo(1);
    }

    @Test
    void forgottenRunsLeaveTheStore() {
        Entries entries = Entries.of(sequences);
        for (long run = 1; run <= 5; run++) {
            sequences.accept(run, 0);
            sequences.drain(entries);
        }
        assertThat(entries.size()).isEqualTo(2);
    }

    /** A store's entries by key. */
    static final class Entries implements io.stream53.processor.match.StateWriter {
        private final Map<byte[], byte[]> values = new TreeMap<>(Arrays::compare);

        static Entries of(DrainedStore.Part part) {
            Entries entries = new Entries();
            part.drain(entries);
            return entries;
        }

        void giveTo(DrainedStore.Part part) {
            values.forEach(part::restore);
        }

        int size() {
            return values.size();
        }

        @Override
        public void put(byte[] key, byte[] value) {
            values.put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            values.remove(key);
        }
    }
}
