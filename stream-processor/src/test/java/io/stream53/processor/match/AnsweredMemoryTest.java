package io.stream53.processor.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnsweredMemoryTest {
    private static final long QUESTION = 99;
    private final NodeClock clock = new NodeClock("ns1");

    private Arrival arrival(int key, long us, long question) {
        byte[] bytes = ByteBuffer.allocate(4).putInt(key).array();
        return new Arrival(bytes, Hashes.key(bytes), clock, us, 0, question);
    }

    private void remember(AnsweredMemory memory, int key, long us) {
        memory.remember(arrival(key, us, QUESTION), QUESTION, us + 10, 0);
    }

    private boolean knows(AnsweredMemory memory, int key, long us) {
        return memory.isDuplicate(arrival(key, us, QUESTION), 0);
    }

    @Test
    void growsUpToItsMaximumAndThenForgetsTheOldest() {
        AnsweredMemory memory = new AnsweredMemory(5_000);
        for (int i = 0; i < 12_000; i++) {
            remember(memory, i, 0);
        }
        for (int i = 0; i < 12_000; i++) {
            assertThat(knows(memory, i, 5)).as("query %d", i).isEqualTo(i >= 7_000);
        }
    }

    @Test
    void forgetsWhatItsNodesTimeHasPassedBeforeItGrows() {
        AnsweredMemory memory = new AnsweredMemory(1_000_000);
        for (int i = 0; i < 100_000; i++) {
            remember(memory, i, i);
            clock.advance(1, i - 100L);
        }
        assertThat(knows(memory, 99_999, 99_999)).isTrue();
        assertThat(knows(memory, 1_000, 1_000)).isFalse();
    }

    @Test
    void forgetsANodesQueriesWhenItsRunEnds() {
        AnsweredMemory memory = new AnsweredMemory(10);
        remember(memory, 1, 0);
        memory.forgetAll(clock);
        assertThat(knows(memory, 1, 0)).isFalse();
        remember(memory, 1, 0);
        assertThat(knows(memory, 1, 0)).isTrue();
    }

    @Test
    void agreesWithAHashMapOnRandomOperations() {
        AnsweredMemory memory = new AnsweredMemory(1 << 20);
        Map<Integer, Long> expected = new HashMap<>();
        Random random = new Random(53);
        for (int i = 0; i < 200_000; i++) {
            int key = random.nextInt(20_000);
            switch (random.nextInt(3)) {
                case 0 -> {
                    remember(memory, key, i);
                    expected.put(key, i + 10L);
                }
                case 1 -> {
                    memory.forget(arrival(key, 0, QUESTION), QUESTION);
                    expected.remove(key);
                }
                default -> {
                    Long until = expected.get(key);
                    long us = until == null ? i : until - random.nextInt(5);
                    assertThat(knows(memory, key, us)).isEqualTo(until != null);
                }
            }
        }
    }
}
