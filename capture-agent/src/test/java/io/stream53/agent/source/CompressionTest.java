package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.PcapngWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
    private static final byte[] PCAP = pcap();
    private static final List<String> FRAMES = frames(PCAP);

    private static byte[] pcap() {
        PcapWriter file = new PcapWriter(1);
        Random random = new Random(53);
        for (int i = 0; i < 300; i++) {
            byte[] frame = new byte[20 + i];
            // Half of it can be packed.
            for (int j = 0; j < frame.length; j += 2) {
                frame[j] = (byte) random.nextInt();
            }
            file.frame(1_700_000_000_000_000L + i, frame);
        }
        return file.bytes();
    }

    private static List<String> frames(byte[] file) {
        try {
            return ReadFrames.of(file).frames;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] pack(Compression compression, byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (compression) {
                    case GZIP -> new GZIPOutputStream(packed);
                    case ZSTD -> new ZstdOutputStream(packed).setChecksum(true);
                    case XZ -> new XZOutputStream(packed, new LZMA2Options(1));
                    case LZ4 ->
                            new LZ4FrameOutputStream(
                                    packed,
                                    LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB,
                                    LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
                                    LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM);
                }) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void givesTheFramesOfThePlainFile(Compression compression) throws IOException {
        ReadFrames read = ReadFrames.of(pack(compression, PCAP));

        assertThat(read.frames).isEqualTo(FRAMES).hasSize(300);
        assertThat(read.truncated()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void readsPcapng(Compression compression) throws IOException {
        byte[] file =
                new PcapngWriter(ByteOrder.BIG_ENDIAN)
                        .describeInterface(1, 0)
                        .packet(0, 7, new byte[] {1})
                        .bytes();

        assertThat(ReadFrames.of(pack(compression, file)).frames).containsExactly("7 01/1 1");
    }

    @ParameterizedTest
    @EnumSource
    void readsSeveralMembersOneAfterTheOther(Compression compression) throws IOException {
        for (int split = 0; split <= PCAP.length; split += 1777) {
            byte[] first = pack(compression, Arrays.copyOf(PCAP, split));
            byte[] second = pack(compression, Arrays.copyOfRange(PCAP, split, PCAP.length));

            assertThat(ReadFrames.of(joined(first, second)).frames).isEqualTo(FRAMES);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ZSTD", "LZ4"})
    void stepsOverSkippableFrames(Compression compression) throws IOException {
        byte[] skippable = HexFormat.of().parseHex("502a4d1803000000010203");
        byte[] last = HexFormat.of().parseHex("5f2a4d1800000000");
        byte[] packed = pack(compression, PCAP);

        assertThat(ReadFrames.of(joined(skippable, last, packed, skippable)).frames)
                .isEqualTo(FRAMES);
    }

    @ParameterizedTest
    @EnumSource
    void readsAPackedFileThatWasPackedAgain(Compression compression) throws IOException {
        for (Compression outer : Compression.values()) {
            byte[] twice = pack(outer, pack(compression, PCAP));
            assertThat(ReadFrames.of(twice).frames).isEqualTo(FRAMES);

            byte[] thrice = pack(compression, twice);
            assertThatThrownBy(() -> ReadFrames.of(thrice))
                    .isInstanceOf(PcapFormatException.class)
                    .hasMessageContaining("packed more than twice");
        }
    }

    /** As a pipe gives them when its writer is slow. */
    @ParameterizedTest
    @EnumSource
    void readsBytesThatComeOneByOne(Compression compression) throws IOException {
        byte[] packed = joined(pack(compression, PCAP), pack(compression, new byte[0]));
        InputStream slow =
                new ByteArrayInputStream(packed) {
                    @Override
                    public synchronized int read(byte[] to, int offset, int length) {
                        return super.read(to, offset, Math.min(1, length));
                    }

                    @Override
                    public synchronized int available() {
                        return 0;
                    }
                };
        int[] frames = {0};
        try (CaptureFileSource source = CaptureFileSource.open("slow", slow)) {
            source.run((buffer, offset, captured, wire, us, link) -> frames[0]++);
            assertThat(source.stats()).isEqualTo(SourceStats.NONE);
        }
        assertThat(frames[0]).isEqualTo(300);
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatItReadOfAFileTruncatedAnywhere(Compression compression) throws IOException {
        byte[] packed = pack(compression, PCAP);
        int most = 0;
        for (int length = packed.length - 1; length >= 0; length -= length < 60 ? 1 : 97) {
            try {
                ReadFrames part = ReadFrames.of(Arrays.copyOf(packed, length));
                assertThat(part.truncated()).as("truncated at %d", length).isTrue();
                assertThat(part.frames).isEqualTo(FRAMES.subList(0, part.frames.size()));
                most = Math.max(most, part.frames.size());
            } catch (PcapFormatException sentence) {
                // Before the capture's own header.
                assertThat(sentence).hasMessageContaining(";").hasMessageEndingWith(".");
            }
        }
        assertThat(most).isEqualTo(300);
    }

    @ParameterizedTest
    @EnumSource
    void damageIsASentenceWhateverItHits(Compression compression) throws IOException {
        byte[] packed = joined(pack(compression, PCAP), pack(compression, PCAP));
        Random random = new Random(53);
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = packed.clone();
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                int where = random.nextInt(i % 2 == 0 ? 40 : damaged.length);
                damaged[where] = (byte) random.nextInt();
            }
            try {
                ReadFrames.of(damaged);
            } catch (PcapFormatException sentence) {
                assertThat(sentence).hasMessageContaining(";").hasMessageEndingWith(".");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError(HexFormat.of().formatHex(damaged), e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatWasReadBeforeDamage(Compression compression) throws IOException {
        byte[] first = pack(compression, Arrays.copyOf(PCAP, PCAP.length / 2));
        byte[] second = pack(compression, Arrays.copyOfRange(PCAP, PCAP.length / 2, PCAP.length));
        Arrays.fill(second, second.length / 2, second.length, (byte) 0x55);
        ReadFrames read = new ReadFrames();

        assertThatThrownBy(() -> read.read(joined(first, second)))
                .isInstanceOf(PcapFormatException.class)
                .hasMessageStartingWith("capture is damaged: ")
                .hasMessageEndingWith("before it were read.")
                .satisfies(
                        e ->
                                assertThat(e)
                                        .hasMessageContaining(
                                                "; the %d ".formatted(read.frames.size())));
    }

    @Test
    void refusesXzThatNeedsMoreMemoryThanThereMayBe() throws IOException {
        byte[] packed = pack(Compression.XZ, PCAP);
        ByteBuffer bytes = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        // The block's header: its size, flags, LZMA2, one byte of properties, padding, CRC-32.
        assertThat(bytes.get(14)).isEqualTo((byte) 0x21);
        bytes.put(16, (byte) 36); // a dictionary of 1 GiB
        CRC32 checksum = new CRC32();
        checksum.update(packed, 12, 8);
        bytes.putInt(20, (int) checksum.getValue());

        assertThatThrownBy(() -> ReadFrames.of(packed))
                .isInstanceOf(PcapFormatException.class)
                .hasMessageContaining("MiB of memory");
    }

    /** Zstandard's library holds memory that is not on the heap until it is closed. */
    @ParameterizedTest
    @EnumSource
    void closesWhatItHasOpenedWhenUnpackingFails(Compression compression) throws IOException {
        byte[] packed = pack(compression, PCAP);
        Arrays.fill(packed, 16, packed.length, (byte) 0xa5);
        byte[] twice = pack(compression, packed);
        boolean[] closed = {false};
        InputStream bytes =
                new ByteArrayInputStream(twice) {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                };
        assertThatThrownBy(() -> Compression.unpacked("capture", bytes))
                .isInstanceOf(IOException.class);
        assertThat(closed[0]).isTrue();
    }
}
