package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTimesTest {
    private static final Duration DELAY = Duration.ofSeconds(15);

    @Test
    void theNodeThatIsFurthestClosesMinutesUpToTheDelayBehindIt() {
        NodeTimes times = new NodeTimes(List.of(5_000_000L, 75_000_001L), List.of(), false);
        assertThat(times.closedByMs(DELAY)).isEqualTo(60_000);
        assertThat(NodeTimes.UNKNOWN.closedByMs(DELAY)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aNodeThatRestsHoldsNothingOpenSoAllMustBeSent() {
        assertThat(new NodeTimes(List.of(5L), List.of(7L), false).closedByMs(DELAY))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(NodeTimes.NONE.closedByMs(DELAY)).isEqualTo(Long.MAX_VALUE);
    }
}
