package io.stream53.agent.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureFileSourceTest {
    private static final long T = 1_447_934_400_123_456L; // 2015-11-19
    private static final byte[] ONE = {1, 2, 3};
    private static final byte[] TWO = {4, 5};

    @TempDir Path folder;

    private final List<String> frames = new ArrayList<>();

    private SourceStats read(byte[] file) throws IOException {
        try (CaptureFileSource source =
                CaptureFileSource.open(Files.write(folder.resolve("capture"), file))) {
            source.run(this::note);
            return source.stats();
        }
    }

    private void note(byte[] buffer, int offset, int captured, int wire, long us, int link) {
        String hex = HexFormat.of().formatHex(buffer, offset, offset + captured);
        frames.add("%d %s/%d %d".formatted(us, hex, wire, link));
    }

    @Test
    void readsMicroAndNanosecondsInBothByteOrders() throws IOException {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            for (boolean nanoseconds : new boolean[] {true, false}) {
                frames.clear();
                PcapWriter file = new PcapWriter(PcapWriter.LINUX_COOKED_2, order, nanoseconds);
                SourceStats stats =
                        read(file.frameAtNanos(T * 1000 + 999, ONE).frame(T + 1, TWO).bytes());

                assertThat(frames).containsExactly(T + " 010203/3 276", (T + 1) + " 0405/2 276");
                assertThat(stats).isEqualTo(SourceStats.NONE);
            }
        }
    }

    @Test
    void readsTimesBeyond2038() throws IOException {
        long t2106 = 4_294_967_295_999_999L;
        read(new PcapWriter(1).frame(t2106, ONE).bytes());

        assertThat(frames).containsExactly(t2106 + " 010203/3 1");
    }

    @Test
    void tellsTheLengthOnTheWireFromTheCapturedOne() throws IOException {
        read(new PcapWriter(1).snapLength(2).frame(T, ONE).bytes());

        assertThat(frames).containsExactly(T + " 0102/3 1");
    }

    @Test
    void takesOnlyTheLinkTypeFromItsField() throws IOException {
        byte[] file = new PcapWriter(0x1400_0001).frame(T, ONE).bytes();
        read(file);

        assertThat(frames).containsExactly(T + " 010203/3 1");
    }

    @Test
    void readsAFileWithoutFrames() throws IOException {
        assertThat(read(new PcapWriter(1).bytes())).isEqualTo(SourceStats.NONE);
        assertThat(frames).isEmpty();
    }

    @Test
    void readsGzipOfOneAndOfSeveralMembers() throws IOException {
        byte[] file = new PcapWriter(1).frame(T, ONE).frame(T, TWO).bytes();
        read(PcapWriter.gzip(file));
        for (int split = 0; split <= file.length; split += 7) {
            ByteArrayOutputStream members = new ByteArrayOutputStream();
            members.writeBytes(PcapWriter.gzip(Arrays.copyOf(file, split)));
            members.writeBytes(PcapWriter.gzip(Arrays.copyOfRange(file, split, file.length)));
            read(members.toByteArray());
        }

        assertThat(frames).hasSize(2 * (2 + file.length / 7));
    }

    @Test
    void readsRecordsAcrossItsBuffersEdge() throws IOException {
        PcapWriter file = new PcapWriter(1);
        int count = 3000;
        for (int i = 0; i < count; i++) {
            file.frame(T + i, new byte[1000 + i % 7]);
        }
        read(file.bytes());

        assertThat(frames).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(frames.get(i))
                    .startsWith(T + i + " 00")
                    .endsWith("/" + (1000 + i % 7) + " 1");
        }
    }

    @Test
    void readsTheLongestRecords() throws IOException {
        PcapWriter file = new PcapWriter(1);
        for (int i = 0; i < 10; i++) {
            file.frame(T, new byte[262_144]);
        }
        read(file.bytes());

        assertThat(frames).hasSize(10);
    }

    @Test
    void keepsWhatItReadOfATruncatedFile() throws IOException {
        byte[] file = new PcapWriter(1).frame(T, ONE).frame(T, TWO).bytes();
        int secondRecord = 24 + 16 + ONE.length;
        for (int length = secondRecord + 1; length < file.length; length++) {
            frames.clear();
            SourceStats stats = read(Arrays.copyOf(file, length));

            assertThat(frames).hasSize(1);
            assertThat(stats).isEqualTo(new SourceStats(0, true));
        }
        assertThat(read(Arrays.copyOf(file, secondRecord)).truncated()).isFalse();
    }

    @Test
    void keepsWhatItReadOfTruncatedGzip() throws IOException {
        byte[] packed = new PcapWriter(1).frame(T, new byte[5000]).frame(T, TWO).gzip();
        SourceStats stats = read(Arrays.copyOf(packed, packed.length - 12));

        assertThat(stats.truncated()).isTrue();
        assertThat(frames.size()).isLessThanOrEqualTo(2);
    }

    @Test
    void refusesARecordThatClaimsMoreThanAPacketCanHave() {
        byte[] file = new PcapWriter(1).frame(T, ONE).record(T, 262_145, 262_145, TWO).bytes();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(PcapFormatException.class)
                .hasMessageContaining("is damaged: record 2 claims 262145 captured bytes");
        assertThat(frames).hasSize(1);
    }

    @Test
    void refusesARecordWithANegativeLength() {
        byte[] file = new PcapWriter(1).record(T, -1, -1, TWO).bytes();

        assertThatThrownBy(() -> read(file)).isInstanceOf(PcapFormatException.class);
    }

    /** Alexey Kuznetzov's: its record headers end with the interface's index and more. */
    @Test
    void readsTheModifiedFormat() throws IOException {
        String record = "01000000 02000000 %s000000 03000000 07000000 0800 00 00 %s";
        String file =
                "34cdb2a1 02000400 00000000 00000000 ffff0000 01000000"
                        + record.formatted("03", "010203")
                        + record.formatted("02", "0405");
        read(HexFormat.of().parseHex(file.replace(" ", "")));

        assertThat(frames).containsExactly("1000002 010203/3 1", "1000002 0405/3 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "abc", "GIF89a and much more of a picture"})
    void refusesWhatIsNoCapture(String content) {
        assertThatThrownBy(() -> read(content.getBytes(UTF_8)))
                .isInstanceOf(PcapFormatException.class)
                .hasMessageContaining("name a capture");
    }

    @Test
    void refusesAFileThatEndsInItsHeader() {
        byte[] header = Arrays.copyOf(new PcapWriter(1).bytes(), 23);

        assertThatThrownBy(() -> read(header))
                .isInstanceOf(PcapFormatException.class)
                .hasMessageContaining("ends within the header");
        assertThatThrownBy(() -> read(PcapWriter.gzip(header)))
                .isInstanceOf(PcapFormatException.class);
        assertThatThrownBy(() -> read(new byte[] {0x1f, (byte) 0x8b}))
                .isInstanceOf(PcapFormatException.class);
    }

    @Test
    void saysInOneSentenceWhatIsWrongWithAPath() {
        assertThatThrownBy(() -> CaptureFileSource.open(folder.resolve("none.pcap")))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("none.pcap does not exist; name a capture file.");
        assertThatThrownBy(() -> CaptureFileSource.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void stopsBetweenTwoFrames() throws IOException {
        Path file = folder.resolve("capture");
        new PcapWriter(1).frame(T, ONE).frame(T, TWO).writeTo(file);
        try (CaptureFileSource source = CaptureFileSource.open(file.toString())) {
            source.run(
                    (buffer, offset, captured, wire, us, link) -> {
                        note(buffer, offset, captured, wire, us, link);
                        source.stop();
                    });

            assertThat(frames).hasSize(1);
            assertThat(source.stats()).isEqualTo(SourceStats.NONE);
        }
    }

    /** A pipe whose writer has nothing to say, as {@code tcpdump -w - | ...} on a quiet line. */
    @Test
    void stopEndsAReadThatWaits() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process mkfifo =
                new ProcessBuilder(Requires.tool("mkfifo").toString(), pipe.toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<OutputStream> writer = threads.submit(() -> Files.newOutputStream(pipe));
            Future<?> reading;
            try (CaptureFileSource source = opened(pipe, writer)) {
                CountDownLatch first = new CountDownLatch(1);
                reading =
                        threads.submit(
                                () -> {
                                    source.run((b, o, c, w, t, l) -> first.countDown());
                                    return source.stats();
                                });
                assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
                source.stop();
                assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo(SourceStats.NONE);
            }
            writer.get().close();
        }
    }

    private static CaptureFileSource opened(Path pipe, Future<OutputStream> writer)
            throws Exception {
        byte[] file = new PcapWriter(1).frame(T, ONE).bytes();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<CaptureFileSource> source = thread.submit(() -> CaptureFileSource.open(pipe));
            OutputStream out = writer.get(10, TimeUnit.SECONDS);
            out.write(file);
            out.flush();
            return source.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void readsEverySharedCaptureOrSaysInOneSentenceWhyNot() throws IOException {
        List<Path> captures;
        try (Stream<Path> files = Files.walk(Requires.shared("pcaps"))) {
            captures = files.filter(file -> file.toString().contains(".pcap")).toList();
        }
        assertThat(captures).isNotEmpty();
        for (Path capture : captures) {
            CaptureCounters counters = new CaptureCounters();
            FrameDecoder decoder =
                    new FrameDecoder(
                            DecoderSettings.of(Set.of(53)), (packet, message) -> {}, counters);
            try (CaptureFileSource source = CaptureFileSource.open(capture)) {
                source.run(decoder);
                counters.source(source.stats());
            } catch (PcapFormatException sentence) {
                assertThat(sentence).hasMessageEndingWith(".").hasMessageContaining(";");
            }
            AgentLedger ledger = counters.snapshot(counters.messages());
            assertThat(ledger.captured()).isEqualTo(ledger.published() + ledger.droppedTotal());
        }
    }
}
