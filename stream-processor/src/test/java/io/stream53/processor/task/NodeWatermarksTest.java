package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeWatermarksTest {
    private static final long NO_LOSS = 0;

    private final NodeWatermarks nodes = new NodeWatermarks(Duration.ofSeconds(15));

    @Test
    void aWatermarkNeverGoesBackWithinARun() {
        assertThat(nodes.advance("a", 1, 100, NO_LOSS, 0)).isTrue();
        assertThat(nodes.advance("a", 1, 90, NO_LOSS, 0)).isFalse();
        assertThat(nodes.smallest()).isEqualTo(100);
    }

    @Test
    void aNewRunStartsTheNodesWatermarkAnew() {
        nodes.advance("a", 1, 100, NO_LOSS, 0);
        nodes.heard("a", 2, 10, 0);
        assertThat(nodes.smallest()).isEqualTo(NodeWatermarks.NONE);
        assertThat(nodes.advance("a", 2, 50, NO_LOSS, 0)).isTrue();
        assertThat(nodes.smallest()).isEqualTo(50);
    }

    @Test
    void nodesThatHaveEndedHoldNobodyUp() {
        nodes.advance("a", 1, 100, NO_LOSS, 0);
        nodes.advance("b", 1, NodeWatermarks.ENDED, NO_LOSS, 0);
        assertThat(nodes.smallest()).isEqualTo(100);
        assertThat(nodes.largest()).isEqualTo(100);
        assertThat(nodes.ended()).isFalse();
        nodes.advance("a", 1, NodeWatermarks.ENDED, NO_LOSS, 0);
        assertThat(nodes.smallest()).isEqualTo(NodeWatermarks.ENDED);
        assertThat(nodes.ended()).isTrue();
    }

    @Test
    void silenceCountsFromTheLastThingHeard() {
        nodes.heard("a", 1, 10, 1_000);
        nodes.advance("b", 1, 100, NO_LOSS, 2_000);
        assertThat(nodes.silentSince(1_500)).containsExactly("a");
        nodes.heardAll(3_000);
        assertThat(nodes.silentSince(2_500)).isEmpty();
    }

    @Test
    void aLostNodeComesBackWithTheNextThingHeard() {
        nodes.advance("a", 1, 100, NO_LOSS, 0);
        nodes.lost("a");
        assertThat(nodes.ended()).isTrue();
        nodes.heard("a", 1, 10, 5);
        assertThat(nodes.ended()).isFalse();
        assertThat(nodes.advance("a", 1, 90, NO_LOSS, 5)).isTrue();
    }

    @Test
    void lossesConcernWhatBeganBeforeTheWatermarkThatToldOfThem() {
        nodes.advance("a", 1, 100, 3, 0);
        nodes.advance("a", 1, 200, 3, 0);
        assertThat(nodes.mayHaveLost("a", 1, 100)).isTrue();
        assertThat(nodes.mayHaveLost("a", 1, 101)).isFalse();
        assertThat(nodes.mayHaveLost("b", 1, 0)).isFalse();
    }

    @Test
    void aWatermarkTellsOfLossesUpToTheLatestMessageBeforeIt() {
        nodes.heard("a", 1, 290, 0);
        nodes.advance("a", 1, 100, 3, 0);
        assertThat(nodes.mayHaveLost("a", 1, 290)).isTrue();
        assertThat(nodes.mayHaveLost("a", 1, 291)).isFalse();
    }

    @Test
    void theWatermarkThatPassesTheTimeoutTellsOfItToo() {
        nodes.heard("a", 1, 100, 0);
        nodes.advance("a", 1, 90, 3, 0);
        nodes.heard("a", 1, 200, 0);
        nodes.advance("a", 1, 190, 3, 0);
        assertThat(nodes.mayHaveLost("a", 1, 200)).isFalse();
        nodes.advance("a", 1, 5_201, 4, 0);
        assertThat(nodes.mayHaveLost("a", 1, 200)).isTrue();
    }

    @Test
    void theLastWatermarkTellsOfLossesToo() {
        nodes.heard("a", 1, 100, 0);
        nodes.advance("a", 1, NodeWatermarks.ENDED, 1, 0);
        assertThat(nodes.mayHaveLost("a", 1, 100)).isTrue();
    }

    @Test
    void aRunThatAnotherTookThePlaceOfMayHaveLostAnything() {
        nodes.heard("a", 1, 100, 0);
        nodes.advance("a", 1, 90, NO_LOSS, 0);
        nodes.heard("a", 2, 150, 0);
        assertThat(nodes.mayHaveLost("a", 1, 100)).isTrue();
        assertThat(nodes.mayHaveLost("a", 2, 150)).isFalse();
    }

    @Test
    void aSilentNodeHoldsUpNoAlertUntilItIsHeardAgain() {
        long second = 1_000_000;
        nodes.heard("a", 1, 60 * second, 1_000);
        nodes.advance("a", 1, 61 * second, NO_LOSS, 1_000);
        nodes.heard("b", 2, 60 * second, 31_000);
        nodes.advance("b", 2, 91 * second, NO_LOSS, 31_000);
        assertThat(nodes.exactTimes().holding()).containsExactly(61 * second, 91 * second);
        nodes.silence(1_001);
        assertThat(nodes.exactTimes().holding()).containsExactly(91 * second);
        assertThat(nodes.exactTimes().resting()).containsExactly(61 * second);
        assertThat(nodes.times().holding()).containsExactly(61 * second, 91 * second);
        nodes.advance("a", 1, 62 * second, NO_LOSS, 32_000);
        assertThat(nodes.exactTimes().holding()).containsExactly(62 * second, 91 * second);
    }

    @Test
    void nodesInOneSlotAreOneTimeForAlerts() {
        long second = 1_000_000;
        nodes.advance("a", 1, 76 * second, NO_LOSS, 0);
        nodes.advance("b", 2, 79 * second, NO_LOSS, 0);
        nodes.advance("c", 3, 90 * second, NO_LOSS, 0);
        assertThat(nodes.exactTimes().holding()).containsExactly(76 * second, 90 * second);
        nodes.advance("a", 1, 86 * second, NO_LOSS, 0);
        assertThat(nodes.exactTimes().holding()).containsExactly(79 * second, 86 * second);
    }

    @Test
    void whatWasHeardLastSurvivesARestart() {
        nodes.heard("a", 1, 290, 0);
        NodeWatermarks restored = new NodeWatermarks(Duration.ofSeconds(15));
        RunSequencesTest.Entries.of(nodes).giveTo(restored);
        restored.advance("a", 1, 100, 3, 0);
        assertThat(restored.mayHaveLost("a", 1, 290)).isTrue();
    }

    @Test
    void watermarksSurviveARestart() {
        nodes.advance("a", 1, 100, 3, 0);
        NodeWatermarks restored = new NodeWatermarks(Duration.ofSeconds(15));
        RunSequencesTest.Entries.of(nodes).giveTo(restored);
        assertThat(restored.smallest()).isEqualTo(100);
        assertThat(restored.mayHaveLost("a", 1, 99)).isTrue();
        assertThat(restored.advance("a", 1, 100, 3, 0)).isFalse();
    }
}
