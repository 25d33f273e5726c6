package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.source.PcapFormatException;
import io.stream53.agent.source.SourceStats;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureRunTest {
    private static final long START = 1_700_000_000_000_000L;

    @TempDir Path folder;
    private final MemoryOutput output = new MemoryOutput(2);
    private final AgentConfig config = AgentConfig.of(Map.of("node", "ns1"));
    private final CaptureRun run = new CaptureRun(config, output);

    private Path file(String name, PcapWriter capture) {
        return capture.writeTo(folder.resolve(name));
    }

    @Test
    void filesAreReadIntoMemoryEachAsARun() throws IOException {
        PcapWriter cut = AgentMainTest.capture(START, 10).raw((byte) 1, (byte) 2, (byte) 3);
        List<Path> files = List.of(file("a", AgentMainTest.capture(START, 10)), file("cut", cut));
        AgentLedger ledger = CaptureRun.files(files, config, output);
        assertThat(ledger).isEqualTo(new AgentLedger(20, 0, 21, 20, Map.of("truncatedFile", 1L)));
        assertThat(output.messages()).hasSize(20);
        assertThat(output.messages().stream().map(DnsPacket::getRun).distinct()).hasSize(2);
        assertThat(output.watermarks().getLast().getLosses())
                .isEqualTo(Map.of("truncatedFile", 1L));
    }

    @Test
    void aFileThatIsNoCaptureEndsTheReadingWithTheRunsBeforeItFinished() throws IOException {
        List<Path> files =
                List.of(
                        file("a", AgentMainTest.capture(START, 10)),
                        folder.resolve("b"),
                        file("c", AgentMainTest.capture(START, 10)));
        Files.writeString(files.get(1), "not a capture at all, only some text");
        assertThatThrownBy(() -> CaptureRun.files(files, config, output))
                .isInstanceOf(PcapFormatException.class);
        assertThat(output.messages()).hasSize(10);
        assertThat(output.sent().getLast().packet().getFinal$()).isTrue();
    }

    @Test
    void whatWasReadBeforeAnErrorIsPublishedAndExpires() {
        FakeSource source = new FakeSource().frameAt(START).frameAt(START + 1);
        source.failure = new IOException("the interface went away");
        assertThatThrownBy(() -> run.capture(source)).hasMessage("the interface went away");
        assertThat(output.messages()).hasSize(2);
        assertThat(output.sent().getLast().packet().getFinal$()).isTrue();
        assertThat(run.ledger()).isEqualTo(new AgentLedger(2, 0, 2, 2, Map.of()));
        assertThat(source.closed).isTrue();
    }

    @Test
    void stopEndsALiveCaptureWithItsFinalWatermark() throws Exception {
        FakeSource source = new FakeSource().frameAt(START);
        source.goesOn = true;
        source.stats = new SourceStats(3, false);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> capture =
                    thread.submit(
                            () -> {
                                run.capture(source);
                                return null;
                            });
            await().until(() -> run.ledger().frames() == 1);
            assertThat(output.watermarks()).noneMatch(DnsPacket::getFinal$);
            run.stop();
            capture.get();
        }
        assertThat(output.watermarks().getLast().getFinal$()).isTrue();
        assertThat(run.ledger()).isEqualTo(new AgentLedger(1, 0, 4, 1, Map.of("kernel", 3L)));
    }

    @Test
    void aRunStoppedBeforehandReadsNothing() throws IOException {
        run.stop();
        run.read(List.of(file("a", AgentMainTest.capture(START, 10)).toString()));
        FakeSource source = new FakeSource();
        source.goesOn = true;
        run.capture(source);
        assertThat(output.sent()).isEmpty();
    }
}
