package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.FrameHandler;
import io.stream53.agent.source.SourceStats;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveTicksTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static final long SKEW = WatermarkSettings.DEFAULT.skewUs();

    private final CaptureCounters counters = new CaptureCounters();
    private final MemoryOutput output = new MemoryOutput(1);
    private final PacketPublisher publisher =
            new PacketPublisher(
                    new EncoderSettings("ns1", "", 1, 1, MessageCarry.ALL, Set.of()),
                    WatermarkSettings.DEFAULT,
                    counters,
                    output,
                    () -> 1);
    private final FrameDecoder decoder =
            new FrameDecoder(DecoderSettings.of(Set.of(53)), publisher, counters);
    private final FakeSource source = new FakeSource();
    private long nowUs = START;
    private final LiveTicks ticks = new LiveTicks(() -> Instant.EPOCH.plusNanos(nowUs * 1000));

    /** Each tick comes at the next second of the clock; a frame may come shortly before it. */
    private void second(boolean frame) throws IOException {
        nowUs += SECOND;
        if (frame) {
            source.frameAt(nowUs - SECOND / 10);
            ticks.run(source, decoder, publisher, counters);
        }
        ticks.tick(source, publisher, counters);
    }

    private List<Long> watermarks() {
        return output.watermarks().stream().map(DnsPacket::getTimestampUs).toList();
    }

    @Test
    void whilePacketsComeTheyAloneTellTheTime() throws IOException {
        second(true);
        second(true);
        assertThat(watermarks()).containsExactly(START + 2 * SECOND - SECOND / 10 - SKEW);
    }

    @Test
    void whileNothingComesTimeIsThatOfTheTickBefore() throws IOException {
        second(true);
        second(false);
        second(false);
        assertThat(watermarks()).containsExactly(START + SECOND - SKEW, START + 2 * SECOND - SKEW);
    }

    @Test
    void idlenessSettlesWhatWaits() throws IOException {
        second(true);
        for (int i = 0; i < 100; i++) {
            second(false);
        }
        long settled = START + SECOND - SECOND / 10 + 5 * SECOND + SKEW + 70 * SECOND;
        assertThat(watermarks()).hasSizeBetween(76, 78);
        assertThat(watermarks().getLast()).isGreaterThan(settled);
    }

    @Test
    void kernelDropsAreInTheNextWatermarkAndInTheLedger() throws IOException {
        source.stats = new SourceStats(5, false);
        second(true);
        second(false);
        assertThat(output.watermarks().getFirst().getLosses()).isEqualTo(Map.of("kernel", 5L));
        assertThat(publisher.ledger().captured()).isEqualTo(6);
        assertThat(publisher.ledger().dropped()).isEqualTo(Map.of("kernel", 5L));
    }

    @Test
    void handsFramesOnAsTheyAre() throws IOException {
        source.frameAt(START + 7);
        FrameHandler seen =
                (buffer, offset, captured, wire, timestampUs, linkType) -> {
                    assertThat(timestampUs).isEqualTo(START + 7);
                    assertThat(captured).isEqualTo(wire);
                    counters.source(new SourceStats(1, false));
                };
        ticks.run(source, seen, publisher, counters);
        assertThat(counters.losses()).containsKey("kernel");
    }
}
