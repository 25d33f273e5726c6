package io.stream53.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.source.SourceStats;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaptureCountersTest {
    private final CaptureCounters counters = new CaptureCounters();

    @Test
    void addsUpWhatWasCaptured() {
        counters.frame();
        counters.frame();
        counters.frame();
        counters.ignored();
        counters.message();
        counters.drop(DropReason.FRAGMENT);

        assertThat(counters.snapshot(1))
                .isEqualTo(new AgentLedger(3, 1, 2, 1, Map.of("fragment", 1L)));
    }

    @Test
    void takesTheTotalsOfTheSourceEachTime() {
        counters.source(new SourceStats(5, false));
        counters.source(new SourceStats(7, true));

        assertThat(counters.losses()).isEqualTo(Map.of("kernel", 7L, "truncatedFile", 1L));
        assertThat(counters.snapshot(0).captured()).isEqualTo(8);
    }

    @Test
    void doesNotCountTwiceWhatWasLostWhilePublishing() {
        counters.message();
        counters.drop(DropReason.PUBLISH_FAILED);

        AgentLedger ledger = counters.snapshot(0);
        assertThat(ledger.captured()).isOne();
        assertThat(ledger.droppedTotal()).isOne();
    }
}
