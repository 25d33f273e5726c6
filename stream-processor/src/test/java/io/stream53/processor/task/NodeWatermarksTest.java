package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeWatermarksTest {
    private static final long NO_LOSS = 0;

    private final NodeWatermarks nodes = new NodeWatermarks();

    @Test
    void aWatermarkNeverGoesBackWithinARun() {
        assertThat(nodes.advance("a", 1, 100, NO_LOSS, 0)).isTrue();
        assertThat(nodes.advance("a", 1, 90, NO_LOSS, 0)).isFalse();
        assertThat(nodes.smallest()).isEqualTo(100);
    }

    @Test
    void aNewRunStartsTheNodesWatermarkAnew() {
        nodes.advance("a", 1, 100, NO_LOSS, 0);
        nodes.heard("a", 2, 0);
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
        nodes.heard("a", 1, 1_000);
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
        nodes.heard("a", 1, 5);
        assertThat(nodes.ended()).isFalse();
        assertThat(nodes.advance("a", 1, 90, NO_LOSS, 5)).isTrue();
    }

    @Test
    void lossesConcernWhatBeganBeforeTheWatermarkThatToldOfThem() {
        nodes.advance("a", 1, 100, 3, 0);
        nodes.advance("a", 1, 200, 3, 0);
        assertThat(nodes.lostSince("a", 99)).isTrue();
        assertThat(nodes.lostSince("a", 101)).isFalse();
        assertThat(nodes.lostSince("b", 0)).isFalse();
    }

    @Test
    void watermarksSurviveARestart() {
        nodes.advance("a", 1, 100, 3, 0);
        NodeWatermarks restored = new NodeWatermarks();
        RunSequencesTest.Entries.of(nodes).giveTo(restored);
        assertThat(restored.smallest()).isEqualTo(100);
        assertThat(restored.lostSince("a", 99)).isTrue();
        assertThat(restored.advance("a", 1, 100, 3, 0)).isFalse();
    }
}
