package io.stream53.agent.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.agent.load.MemoryPlan.TooLittle;
import io.stream53.agent.load.MemoryPlan.Wish;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long MIB = 1 << 20;

    private static Wish wish(long mebibytes, boolean isGiven) {
        return new Wish("some", mebibytes * MIB, isGiven, MIB);
    }

    private static MemoryPlan plan(long max, long heap, boolean given) throws TooLittle {
        return MemoryPlan.of(
                max * MIB, heap * MIB, 16 * MIB, wish(8, given), wish(16, given), wish(32, given));
    }

    @Test
    void withRoomEverythingIsAsWished() throws TooLittle {
        assertThat(plan(0, 128, false)).isEqualTo(new MemoryPlan(8 * MIB, 16 * MIB, 32 * MIB));
    }

    @Test
    void defaultsShrinkTogetherToWhatTheHeapHas() throws TooLittle {
        MemoryPlan plan = plan(160, 40, false);
        long sum = plan.queueBytes() + plan.reassemblyBytes() + plan.producerBytes();
        assertThat(sum).isLessThanOrEqualTo(28 * MIB).isGreaterThan(27 * MIB);
        assertThat(plan.producerBytes()).isGreaterThan(plan.reassemblyBytes());
        assertThat(plan.reassemblyBytes()).isGreaterThan(plan.queueBytes());
    }

    @Test
    void whatSomebodyAskedForStaysAndTheRestShrinks() throws TooLittle {
        MemoryPlan plan =
                MemoryPlan.of(0, 40 * MIB, 0, wish(20, true), wish(16, false), wish(32, false));
        assertThat(plan.queueBytes()).isEqualTo(20 * MIB);
        assertThat(plan.reassemblyBytes()).isBetween(MIB, 4 * MIB);
        assertThat(plan.producerBytes()).isBetween(MIB, 6 * MIB);
    }

    @Test
    void aBoundThatCannotBeKeptIsRefusedWithTheLeastThatCan() throws TooLittle {
        assertThatThrownBy(() -> plan(100, 40, false))
                .isInstanceOf(TooLittle.class)
                .hasMessage(
                        "max.memory of 100 MiB is too little: with these settings the agent needs"
                                + " at least 123 MiB");
        assertThat(plan(123, 40, false)).isEqualTo(new MemoryPlan(MIB, MIB, MIB));
    }

    @Test
    void whatSomebodyAskedForAndCannotFitIsRefused() {
        assertThatThrownBy(() -> plan(0, 40, true))
                .hasMessage(
                        "queue.mib, reassembly.mib and kafka.buffer.memory need a heap of 68 MiB,"
                                + " and there are 40: set max.memory to 192m or more");
    }

    @Test
    void theHeapMustLeaveRoomForTheRestOfTheProcess() {
        assertThat(MemoryPlan.keeps(160 * MIB, 52 * MIB, 16 * MIB)).isTrue();
        assertThat(MemoryPlan.keeps(160 * MIB, 56 * MIB, 16 * MIB)).isFalse();
        assertThat(MemoryPlan.keeps(0, 4096 * MIB, 16 * MIB)).isTrue();
    }
}
