package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.agent.privacy.Privacy;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.SourceStats;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveCaptureTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static final long SKEW = WatermarkSettings.DEFAULT.skewUs();

    private final MemoryOutput output = new MemoryOutput(1);
    private final Pipeline pipeline =
            new Pipeline(
                    AgentConfig.of(Map.of("node", "ns1")), Privacy.none(), "ns1", output, () -> 1);
    private final FakeSource source = new FakeSource();
    private long nowUs = START;
    private final LiveCapture capture =
            new LiveCapture(List.of(source), pipeline, () -> Instant.EPOCH.plusNanos(nowUs * 1000));

    /** Each tick comes at the next second of the clock; a frame may come shortly before it. */
    private void second(boolean frame) throws IOException {
        nowUs += SECOND;
        if (frame) {
            source.frameAt(nowUs - SECOND / 10);
            capture.run();
        }
        capture.tick();
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
    void framesWithoutAMessageMoveTimeOnAsWell() throws IOException {
        second(true);
        for (int i = 0; i < 30; i++) {
            nowUs += SECOND;
            source.otherFrameAt(nowUs - SECOND / 10);
            capture.run();
            capture.tick();
        }
        assertThat(watermarks()).hasSizeGreaterThan(25);
        assertThat(watermarks().getLast()).isEqualTo(START + 31 * SECOND - SECOND / 10 - SKEW);
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
        assertThat(pipeline.ledger().captured()).isEqualTo(6);
        assertThat(pipeline.ledger().dropped()).isEqualTo(Map.of("kernel", 5L));
    }

    private static final long FRAMES = 5_000;

    /** Two threads whose packets come at times of their own. */
    private LiveCapture two(FakeSource other) {
        return new LiveCapture(
                List.of(source, other), pipeline, () -> Instant.EPOCH.plusNanos(nowUs * 1000));
    }

    @Test
    void timeIsThatOfTheThreadThatIsFurthestBehind() throws IOException {
        FakeSource other = new FakeSource();
        LiveCapture both = two(other);
        source.frameAt(START + 30 * SECOND);
        other.frameAt(START);
        both.run();
        both.tick();
        assertThat(watermarks()).isEmpty();
        other.frameAt(START + 4 * SECOND);
        both.run();
        assertThat(watermarks()).containsExactly(START + 4 * SECOND - SKEW);
    }

    @Test
    void aThreadWithoutPacketsHoldsTimeUpForItsFirstTicksOnly() throws IOException {
        LiveCapture both = two(new FakeSource());
        source.frameAt(START);
        both.run();
        nowUs = START + 3 * SECOND;
        both.tick();
        assertThat(watermarks()).isEmpty();
        nowUs = START + 4 * SECOND;
        both.tick();
        nowUs = START + 5 * SECOND;
        both.tick();
        assertThat(watermarks()).containsExactly(START + 4 * SECOND - SKEW);
    }

    @Test
    void severalThreadsPublishEachMessageOnceWithNumbersWithoutGaps() throws IOException {
        FakeSource other = new FakeSource();
        for (long i = 0; i < FRAMES; i++) {
            source.frameAt(START + i);
            other.frameAt(START + i);
        }
        two(other).run();
        pipeline.publisher().finish();
        assertThat(output.messages()).hasSize((int) (2 * FRAMES));
        long number = 0;
        for (MemoryOutput.Sent sent : output.sent()) {
            assertThat(sent.packet().getSequence()).isEqualTo(number++);
        }
        assertThat(pipeline.ledger())
                .isEqualTo(new AgentLedger(2 * FRAMES, 0, 2 * FRAMES, 2 * FRAMES, Map.of()));
    }

    @Test
    void theFailureOfOneThreadEndsTheOthersAndIsTold() {
        FakeSource other = new FakeSource();
        other.failure = new IOException("the interface went away");
        source.goesOn = true;
        LiveCapture both = two(other);
        assertThatThrownBy(both::run).hasMessage("the interface went away");
    }
}
