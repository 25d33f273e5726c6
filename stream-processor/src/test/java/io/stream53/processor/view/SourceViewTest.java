package io.stream53.processor.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.DnsPacket;
import org.junit.jupiter.api.Test;

class SourceViewTest {
    private final SourceView view = new Views(ViewLimits.DEFAULT).source(3);

    @Test
    void theDelayIsTheSmallestOfTheLastMinuteOrTwo() {
        view.watermark(watermark(1, 10_000), 10_900);
        view.watermark(watermark(1, 11_000), 11_300);
        view.watermark(watermark(1, 12_000), 12_900);
        assertThat(time().delayMs()).isEqualTo(300);
        assertThat(time().watermarkMs()).isEqualTo(12_000);
        view.watermark(watermark(1, 75_000), 75_800);
        assertThat(time().delayMs()).isEqualTo(300);
        view.watermark(watermark(1, 140_000), 140_700);
        assertThat(time().delayMs()).isEqualTo(700);
    }

    @Test
    void anotherRunHasAnotherClock() {
        view.watermark(watermark(1, 10_000), 10_100);
        view.watermark(watermark(2, 10_000), 3_610_000);
        assertThat(time().delayMs()).isEqualTo(3_600_000);
    }

    @Test
    void aClockThatIsAheadGivesANegativeDelay() {
        view.watermark(watermark(1, 3_610_000), 10_100);
        assertThat(time().delayMs()).isEqualTo(-3_599_900);
    }

    @Test
    void aRunThatHasEndedKeepsItsLastWatermark() {
        view.watermark(watermark(1, 10_000), 10_100);
        DnsPacket last = watermark(1, 0);
        last.setTimestampUs(Long.MAX_VALUE);
        last.setFinal$(true);
        view.watermark(last, 11_000);
        assertThat(time().ended()).isTrue();
        assertThat(time().watermarkMs()).isEqualTo(10_000);
        assertThat(time().readMs()).isEqualTo(11_000);
    }

    private NodeTime time() {
        return view.nodes().iterator().next();
    }

    private static DnsPacket watermark(long run, long timeMs) {
        return DnsPacket.newBuilder()
                .setKind("watermark")
                .setNode("ns1")
                .setRun(run)
                .setSequence(0)
                .setTimestampUs(timeMs * 1000)
                .build();
    }
}
