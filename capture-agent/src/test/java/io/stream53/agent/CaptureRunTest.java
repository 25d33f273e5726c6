package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.dnstap.TapFiles;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.source.PcapFormatException;
import io.stream53.agent.source.SourceStats;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
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
    void theLedgerNeitherMissesARunNorCountsItTwiceWhileRunsFollowEachOther() throws Exception {
        String path = file("a", AgentMainTest.capture(START, 10)).toString();
        int files = 200;
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> reading =
                    threads.submit(
                            () -> {
                                run.read(Collections.nCopies(files, path));
                                return null;
                            });
            long before = 0;
            while (!reading.isDone()) {
                long captured = run.ledger().captured();
                assertThat(captured).isBetween(before, files * 20L);
                before = captured;
            }
            reading.get();
        }
        assertThat(run.ledger().captured()).isEqualTo(output.messages().size());
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
        assertThatThrownBy(() -> run.capture(List.of(source)))
                .hasMessage("the interface went away");
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
                                run.capture(List.of(source));
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
        run.capture(List.of(source));
        assertThat(output.sent()).isEmpty();
    }

    @Test
    void filesOfDnstapFramesMayBeAmongThem() throws IOException {
        byte[] tapped = TapFiles.twoNodes(START, 5);
        List<Path> files =
                List.of(
                        file("a", AgentMainTest.capture(START, 10)),
                        Files.write(folder.resolve("tapped"), tapped),
                        Files.write(
                                folder.resolve("cut"), Arrays.copyOf(tapped, tapped.length - 13)));
        AgentLedger ledger = CaptureRun.files(files, config, output);
        assertThat(ledger).isEqualTo(new AgentLedger(29, 0, 30, 29, Map.of("truncatedFile", 1L)));
        assertThat(output.messages().stream().filter(m -> m.getNode().equals("tap1"))).hasSize(10);
        assertThat(output.messages().stream().filter(m -> m.getNode().equals("tap2"))).hasSize(9);
        assertThat(output.messages().stream().map(DnsPacket::getRun).distinct()).hasSize(5);
    }

    @Test
    void dnstapsMessagesThatAFilterHoldsArePublishedAtTheEnd() throws IOException {
        Path taps = Files.write(folder.resolve("held.tap"), TapFiles.twoNodes(START, 10));
        AgentConfig filtered =
                AgentConfig.of(Map.of("node", "ns1", "filter.rcode.exclude", "SERVFAIL"));
        AgentLedger ledger = CaptureRun.files(List.of(taps), filtered, output);
        assertThat(ledger).isEqualTo(new AgentLedger(20, 0, 20, 20, Map.of()));
        assertThat(output.messages()).hasSize(20);
        assertThat(output.sent().getLast().packet().getFinal$()).isTrue();
    }

    @Test
    void whatIsNoFileOfDnstapFramesIsRefusedWithASentence() throws IOException {
        Path file = Files.write(folder.resolve("f"), TapFiles.ofOtherContent());
        assertThatThrownBy(() -> CaptureRun.files(List.of(file), config, output))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file
                                + " is no file of dnstap frames: it carries \"text:other\" and not"
                                + " protobuf:dnstap.Dnstap");
    }
}
