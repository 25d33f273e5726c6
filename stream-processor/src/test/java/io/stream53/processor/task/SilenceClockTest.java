package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceClockTest {
    private final SilenceClock clock = new SilenceClock(Duration.ofMinutes(10), 0);

    @Test
    void silenceCountsWhileTheTaskRunsAndNothingIsLeftToRead() {
        assertThat(clock.counts(1_000, true)).isTrue();
        assertThat(clock.counts(2_000, false)).isFalse();
        assertThat(clock.counts(3_000, true)).isTrue();
    }

    @Test
    void aBreakOfTheTaskSaysNothingAboutNodes() {
        assertThat(clock.counts(60_001, true)).isFalse();
        assertThat(clock.counts(61_000, true)).isTrue();
    }

    @Test
    void aClockThatIsSetBackSaysNothingAndCountsAnewFromThere() {
        SilenceClock clock = new SilenceClock(Duration.ofMinutes(10), 3_600_000);
        assertThat(clock.counts(1_000, true)).isFalse();
        assertThat(clock.counts(2_000, true)).isTrue();
    }
}
