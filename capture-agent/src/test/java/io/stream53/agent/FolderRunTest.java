package io.stream53.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.schema.DnsPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRunTest {
    /** Before the files of the test came to be, so that their times can be chosen. */
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir Path root;
    private Path folder;
    private Path done;
    private final Map<String, String> settings = new HashMap<>(Map.of("node", "ns1"));
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final MemoryOutput output = new MemoryOutput(1);
    private Instant now = NOON;
    private CaptureRun run;
    private FolderRun folderRun;

    @BeforeEach
    @SuppressWarnings("NullAway.Init") // by start(RecordOutput)
    void start() throws IOException {
        folder = Files.createDirectories(root.resolve("captures"));
        done = root.resolve("done");
        restart();
    }

    /** As another start of the program. */
    private void restart() throws IOException {
        start(output);
    }

    private void start(RecordOutput to) throws IOException {
        AgentConfig config = AgentConfig.of(settings);
        run = new CaptureRun(config, to);
        folderRun =
                FolderRun.open(
                        folder, config.input(), run, () -> now, new PrintStream(err, true, UTF_8));
    }

    private void moveReadFiles() throws IOException {
        settings.put("folder.done", done.toString());
        restart();
    }

    /** A capture of some queries, written to for the last time so long after noon. */
    private Path file(String name, int queries, int seconds) throws IOException {
        return at(folder.resolve(name), AgentMainTest.capture(1, queries).bytes(), seconds);
    }

    private static Path at(Path file, byte[] bytes, int seconds) throws IOException {
        Files.write(file, bytes);
        return touch(file, seconds);
    }

    private static Path touch(Path file, int seconds) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(NOON.plusSeconds(seconds)));
    }

    private int readAt(int seconds) throws IOException {
        now = NOON.plusSeconds(seconds);
        int before = output.messages().size();
        folderRun.readComplete();
        return output.messages().size() - before;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private String said() {
        return err.toString(UTF_8);
    }

    @Test
    void aFileIsReadWhenItHasNotChangedForTheTime() throws IOException {
        file("a.pcap", 3, 0);

        assertThat(readAt(59)).isZero();
        assertThat(readAt(60)).isEqualTo(3);
        assertThat(readAt(1000)).isZero();
    }

    @Test
    void aFileThatGrowsIsNotRead() throws IOException {
        Path file = file("a.pcap", 3, 0);
        assertThat(readAt(50)).isZero();
        touch(file, 55);
        assertThat(readAt(100)).isZero();
        file("a.pcap", 5, 100);
        assertThat(readAt(159)).isZero();

        assertThat(readAt(160)).isEqualTo(5);
    }

    @Test
    void aFileOfTheFutureIsReadWhenItWasSeenUnchangedForTheTime() throws IOException {
        file("a.pcap", 3, 1_000_000_000);

        assertThat(readAt(0)).isZero();
        assertThat(readAt(59)).isZero();
        assertThat(readAt(60)).isEqualTo(3);
    }

    @Test
    void aFileIsReadAtOnceWhenANewerOneOfTheSameWriterFollows() throws IOException {
        file("cap.pcap", 1, 0);
        file("cap.pcap1", 2, 10);
        file("cap.pcap2", 4, 20);

        assertThat(readAt(20)).isEqualTo(3);
        assertThat(readAt(80)).isEqualTo(4);
    }

    @Test
    void rotatedFilesAreReadButTheLast() throws IOException {
        file("eth0-20260301-1200.pcap", 1, 0);
        file("eth0-20260301-1201.pcap", 2, 10);
        file("eth0-20260301-1202.pcap", 4, 20);
        file("lo-20260301-1202.pcap", 8, 20);

        assertThat(readAt(20)).isEqualTo(3);
        assertThat(readAt(80)).isEqualTo(12);
    }

    /** The file system says when a file came to be, and that was before the other was done. */
    @Test
    void filesThatAreWrittenSideBySideDoNotFollowOneAnother() throws IOException {
        file("eth0.pcap", 1, 1_000_000_000);
        file("eth1.pcap", 2, 1_000_000_010);

        assertThat(readAt(1_000_000_010)).isZero();
    }

    @Test
    void theOldestIsReadFirstAndEachIsARunOfItsOwn() throws IOException {
        file("b", 1, 5);
        file("c", 2, 0);
        file("a", 4, 5);
        readAt(1000);

        List<Long> runs = output.messages().stream().map(DnsPacket::getRun).toList();
        assertThat(runs.stream().distinct()).hasSize(3);
        assertThat(runs.subList(0, 2)).containsOnly(runs.get(0));
        assertThat(runs.subList(2, 6)).containsOnly(runs.get(2));
        assertThat(run.ledger().published()).isEqualTo(7);
    }

    @Test
    void whatIsBeingWrittenOrNoFileIsLeftAlone() throws IOException {
        file(".hidden", 1, 0);
        file("a.tmp", 1, 0);
        file("a.part", 1, 0);
        file("b.pcap.partial", 1, 0);
        at(folder.resolve("empty"), new byte[0], 0);
        Files.createDirectory(folder.resolve("folder.pcap"));
        Path outside = at(root.resolve("secret"), AgentMainTest.capture(1, 9).bytes(), 0);
        Files.createSymbolicLink(folder.resolve("link.pcap"), outside);

        assertThat(readAt(1000)).isZero();
        assertThat(said()).isEmpty();
    }

    @Test
    void aFileRenamedToItsFinalNameIsRead() throws IOException {
        Path part = file("a.part", 3, 0);
        assertThat(readAt(1000)).isZero();
        Files.move(part, folder.resolve("a.pcap"));

        assertThat(readAt(1001)).isEqualTo(3);
    }

    @Test
    void filesThatStayAreNotReadAgainByTheNextStart() throws IOException {
        file("a\nb.pcap", 3, 0);
        readAt(100);
        restart();
        assertThat(readAt(200)).isZero();
        file("a\nb.pcap", 5, 300);

        assertThat(readAt(400)).isEqualTo(5);
        assertThat(names(folder)).hasSize(1);
    }

    @Test
    void filesAreMovedAwayWhenTheyWereReadAndNothingIsOverwritten() throws IOException {
        moveReadFiles();
        for (int i = 0; i < 3; i++) {
            file("a.pcap", 1 + i, i);
            assertThat(readAt(1000)).isEqualTo(1 + i);
        }

        assertThat(names(folder)).isEmpty();
        assertThat(names(done)).containsExactly("a.pcap", "a.pcap.1", "a.pcap.2");
        for (int i = 0; i < 3; i++) {
            Path moved = done.resolve(List.of("a.pcap", "a.pcap.1", "a.pcap.2").get(i));
            assertThat(moved).hasBinaryContent(AgentMainTest.capture(1, 1 + i).bytes());
        }
    }

    @Test
    void aFileNotedAsReadByAProgramThatWasKilledIsOnlyMoved() throws IOException {
        file("a.pcap", 3, 0);
        readAt(100);
        moveReadFiles();

        assertThat(readAt(200)).isZero();
        assertThat(names(done)).containsExactly("a.pcap");
    }

    @Test
    void aMoveThatACrashCutIsFinished() throws IOException {
        Path file = file("a.pcap", 3, 0);
        readAt(100);
        moveReadFiles();
        Files.createLink(done.resolve("a.pcap"), file);

        assertThat(readAt(200)).isZero();
        assertThat(names(folder)).isEmpty();
        assertThat(names(done)).containsExactly("a.pcap");
    }

    @Test
    void whatIsNoCaptureIsSaidOnceAndStopsNothing() throws IOException {
        moveReadFiles();
        at(folder.resolve("a\u001b[31m\n.txt"), "some text, no capture".getBytes(UTF_8), 0);
        file("b.pcap", 3, 1);
        assertThat(readAt(100)).isEqualTo(3);
        assertThat(readAt(200)).isZero();
        restart();
        assertThat(readAt(300)).isZero();

        assertThat(said()).hasLineCount(1).contains("is not a pcap file").doesNotContain("\u001b");
        assertThat(names(folder)).containsExactly("a\u001b[31m\n.txt");
        assertThat(names(done)).containsExactly("b.pcap");
    }

    @Test
    void aDamagedFileGivesWhatItHasAndItsLossIsCounted() throws IOException {
        byte[] damaged = AgentMainTest.capture(1, 3).record(1, -1, -1, new byte[0]).bytes();
        at(folder.resolve("a.pcap"), damaged, 0);

        assertThat(readAt(100)).isEqualTo(3);
        assertThat(readAt(200)).isZero();
        assertThat(run.ledger().dropped()).isEqualTo(Map.of("truncatedFile", 1L));
        assertThat(run.ledger().captured()).isEqualTo(4);
        assertThat(said()).contains("is damaged: record 4").hasLineCount(1);
    }

    @Test
    void aTruncatedFileIsReadAndCounted() throws IOException {
        byte[] whole = AgentMainTest.capture(1, 3).bytes();
        at(folder.resolve("a.pcap"), Arrays.copyOf(whole, whole.length - 1), 0);

        assertThat(readAt(100)).isEqualTo(2);
        assertThat(readAt(200)).isZero();
        assertThat(run.ledger().dropped()).isEqualTo(Map.of("truncatedFile", 1L));
    }

    @Test
    void aRunThatIsStoppedReadsNothingMoreAndNotesNothing() throws IOException {
        file("a.pcap", 3, 0);
        run.stop();
        assertThat(readAt(100)).isZero();
        restart();

        assertThat(readAt(100)).isEqualTo(3);
    }

    @Test
    void aFileHalfReadWhenItWasStoppedIsReadAgainFromItsStart() throws IOException {
        file("a.pcap", 3, 0);
        start(
                (id, partition, key, keyLength, value, valueLength) -> {
                    run.stop();
                    return true;
                });
        readAt(100);
        assertThat(run.ledger().captured()).isBetween(1L, 2L);
        restart();

        assertThat(readAt(100)).isEqualTo(3);
    }

    @Test
    void aFileWhoseRecordsWereNotAllAcknowledgedIsReadAgainByTheNextStartAlone()
            throws IOException {
        file("a.pcap", 3, 0);
        start(new LosingOutput());
        readAt(100);
        readAt(200);
        assertThat(run.ledger().captured()).isEqualTo(3);
        assertThat(run.ledger().dropped()).isEqualTo(Map.of("publishFailed", 1L));
        restart();

        assertThat(readAt(300)).isEqualTo(3);
    }

    @Test
    void aFileOfWhichRecordsWereDroppedIsReadAgainByTheNextStart() throws IOException {
        file("a.pcap", 3, 0);
        start((id, partition, key, keyLength, value, valueLength) -> false);
        readAt(100);
        assertThat(run.ledger().dropped()).isEqualTo(Map.of("queueFull", 3L));
        restart();

        assertThat(readAt(300)).isEqualTo(3);
    }

    /** The last message of each run is never acknowledged. */
    private static final class LosingOutput implements RecordOutput {
        @Override
        public boolean offer(
                long run, int partition, byte[] key, int keyLength, byte[] value, int length) {
            return true;
        }

        @Override
        public Acknowledgements acknowledgements(long sent) {
            return sent == 0 ? new Acknowledgements(0, 0) : new Acknowledgements(sent - 1, 1);
        }
    }

    @Test
    void aListThatACrashDamagedIsNoError() throws IOException {
        file("a.pcap", 3, 0);
        readAt(100);
        Path list = folder.resolve(".stream53-read");
        Files.write(list, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 'x'}, StandardOpenOption.APPEND);
        restart();
        file("b.pcap", 4, 0);
        assertThat(readAt(200)).isEqualTo(4);
        restart();

        assertThat(readAt(300)).isZero();
    }

    @Test
    void theListForgetsFilesThatAreGone() throws IOException {
        for (int i = 0; i < 1500; i++) {
            Path file = file("a" + i, 1, i);
            readAt(100_000);
            Files.delete(file);
        }
        assertThat(Files.readAllLines(folder.resolve(".stream53-read")).stream().distinct().count())
                .isLessThan(1100);
    }

    @Test
    void aFolderThatCannotBeUsedIsOneSentence() throws IOException {
        Path file = file("a", 1, 0);
        settings.put("folder.done", folder.toString());
        assertThatThrownBy(this::restart).hasMessageContaining("is the watched folder itself");
        settings.put("folder.done", file.resolve("x").toString());
        assertThatThrownBy(this::restart).hasMessageContaining("cannot be made");
        settings.remove("folder.done");
        folder = file;
        assertThatThrownBy(this::restart).hasMessageContaining("is not a folder");
    }

    @Test
    void readsNewFilesUntilItIsStopped() throws Exception {
        now = Instant.now().plusSeconds(3600);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> running =
                    thread.submit(
                            () -> {
                                folderRun.run();
                                return null;
                            });
            try {
                appear("a", 3);
                await().until(() -> output.messages().size() == 3);
                appear("b", 4);
                await().until(() -> output.messages().size() == 7);
                assertThat(Files.exists(folder.resolve("a"), LinkOption.NOFOLLOW_LINKS)).isTrue();
            } finally {
                run.stop();
            }
            running.get();
        }
    }

    /** Whole at once: with the clock of this test no file waits until it has settled. */
    private void appear(String name, int messages) throws IOException {
        Path written = Files.createTempFile("capture", null);
        Files.write(written, AgentMainTest.capture(1, messages).bytes());
        Files.move(written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
