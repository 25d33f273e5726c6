package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.fixtures.PcapngWriter;
import io.stream53.fixtures.PcapngWriter.Option;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngReaderTest {
    private static final long T = 1_447_934_400_123_456L; // 2015-11-19
    private static final byte[] ONE = {1, 2, 3};
    private static final byte[] TWO = {4, 5};

    private final PcapngWriter file = new PcapngWriter(ByteOrder.LITTLE_ENDIAN);
    private final ReadFrames read = new ReadFrames();

    private List<String> frames() throws IOException {
        read.read(file.bytes());
        return read.frames;
    }

    private void assertRefused(String part) {
        assertThatThrownBy(() -> read.read(file.bytes()))
                .isInstanceOf(PcapFormatException.class)
                .hasMessageContaining(part)
                .hasMessageContaining("frames before it were read.");
    }

    /** As in the draft's figures, by hand: what a writer of ours gets wrong would not show. */
    @Test
    void readsASectionAnInterfaceAndAPacketOfHexadecimalDigits() throws IOException {
        String little =
                "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
                        + "01000000 14000000 0100 0000 00000400 14000000"
                        + "06000000 24000000 00000000 e4240500 40420f00 03000000 05000000"
                        + "01020300 24000000";
        String big =
                "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
                        + "00000001 00000014 0001 0000 00040000 00000014"
                        + "00000006 00000024 00000000 000524e4 000f4240 00000003 00000005"
                        + "01020300 00000024";
        for (String hex : List.of(little, big)) {
            assertThat(ReadFrames.of(HexFormat.of().parseHex(hex.replace(" ", ""))).frames)
                    .containsExactly((0x524e4L << 32 | 1_000_000) + " 010203/5 1");
        }
    }

    @Test
    void readsSectionsOfBothByteOrdersEachWithInterfacesOfItsOwn() throws IOException {
        file.describeInterface(1, 0).describeInterface(101, 0).packet(1, T, ONE);
        file.section(ByteOrder.BIG_ENDIAN).describeInterface(113, 0).packet(0, T + 1, TWO);
        file.section(ByteOrder.LITTLE_ENDIAN).describeInterface(276, 0).packet(0, T + 2, ONE);

        assertThat(frames())
                .containsExactly(
                        T + " 010203/3 101", (T + 1) + " 0405/2 113", (T + 2) + " 010203/3 276");
    }

    @Test
    void readsPacketsOfInterfacesThatAreToldOfLater() throws IOException {
        file.describeInterface(1, 0).packet(0, T, ONE).describeInterface(101, 0).packet(1, T, TWO);

        assertThat(frames()).containsExactly(T + " 010203/3 1", T + " 0405/2 101");
    }

    @Test
    void readsTimesInTheUnitsOfTheirInterface() throws IOException {
        file.describeInterface(0, 0, PcapngWriter.resolution(9))
                .describeInterface(1, 0, PcapngWriter.resolution(0x80 | 20))
                .describeInterface(2, 0, file.offset(3), PcapngWriter.resolution(0))
                .packet(0, 1_447_934_400_123_456_789L, ONE)
                .packet(1, 5L << 20 | 1 << 19, ONE)
                .packet(2, 7, ONE);

        assertThat(frames())
                .containsExactly(
                        "1447934400123456 010203/3 0", "5500000 010203/3 1", "10000000 010203/3 2");
    }

    @Test
    void givesSimplePacketsTheTimeOfTheLastPacketThatHadOne() throws IOException {
        file.describeInterface(1, 0).simplePacket(3, ONE).packet(0, T, TWO).simplePacket(2, TWO);

        assertThat(frames()).containsExactly("0 010203/3 1", T + " 0405/2 1", T + " 0405/2 1");
    }

    @Test
    void cutsSimplePacketsAtTheFirstInterfacesSnapLength() throws IOException {
        file.describeInterface(1, 2).describeInterface(101, 9).simplePacket(3, TWO);

        assertThat(frames()).containsExactly("0 0405/3 1");
    }

    @Test
    void readsTheObsoletePacketBlock() throws IOException {
        file.describeInterface(1, 0).obsoletePacket(0, 5, T, ONE).obsoletePacket(0, 0xffff, T, TWO);

        assertThat(frames()).containsExactly(T + " 010203/3 1", T + " 0405/2 1");
        assertThat(read.dropped()).isEqualTo(5);
    }

    @Test
    void stepsOverBlocksAndOptionsItDoesNotKnow() throws IOException {
        Option comment = new Option(1, "hello".getBytes(StandardCharsets.UTF_8));
        file.block(0xbad, new byte[12])
                .section(ByteOrder.BIG_ENDIAN, comment)
                .describeInterface(1, 0, comment, PcapngWriter.resolution(3))
                .block(PcapngWriter.NAME_RESOLUTION, new byte[3 << 20])
                .packet(0, T / 1000, ONE, comment)
                .block(0x80000001, new byte[0])
                .packet(0, T / 1000, TWO);

        assertThat(frames())
                .containsExactly(T / 1000 + "000 010203/3 1", T / 1000 + "000 0405/2 1");
    }

    @Test
    void ignoresOptionsThatContradictThemselves() throws IOException {
        file.block(1, HexFormat.of().parseHex("0100000000000000" + "0900ffff06000000"))
                .block(1, HexFormat.of().parseHex("0100000000000000" + "0900020003030000"))
                .block(
                        1,
                        HexFormat.of()
                                .parseHex("0100000000000000" + "00000000" + "0900010003000000"))
                .packet(0, T, ONE)
                .packet(1, T, ONE)
                .packet(2, T, ONE);

        assertThat(frames()).hasSize(3).allMatch((T + " 010203/3 1")::equals);
    }

    @Test
    void countsDropsBetweenPacketsWhereThereAreNoStatistics() throws IOException {
        file.describeInterface(1, 0)
                .describeInterface(1, 0)
                .packet(0, T, ONE, file.u64(4, 2))
                .packet(1, T, ONE, file.u64(4, 3))
                .packet(0, T, ONE, file.u64(4, 4), file.u64(4, 100));

        assertThat(frames()).hasSize(3);
        assertThat(read.dropped()).isEqualTo(9);
    }

    @Test
    void believesStatisticsRatherThanPacketsAndTheirLastTotalOnly() throws IOException {
        file.describeInterface(1, 0)
                .describeInterface(1, 0)
                .packet(0, T, ONE, file.u64(4, 50))
                .packet(1, T, ONE, file.u64(4, 1))
                .statistics(0, T, file.u64(4, 1000), file.u64(5, 20), file.u64(7, 2))
                .statistics(0, T, file.u64(5, 30), file.u64(7, 3))
                .packet(0, T, ONE, file.u64(4, 70));
        file.section(ByteOrder.BIG_ENDIAN).describeInterface(1, 0).statistics(0, T, file.u64(5, 1));

        assertThat(frames()).hasSize(3);
        assertThat(read.dropped()).isEqualTo(33 + 1 + 1);
    }

    @Test
    void doesNotBelieveCountsThatNothingCouldReach() throws IOException {
        file.describeInterface(1, 0)
                .packet(0, T, ONE, file.u64(4, -1))
                .statistics(0, T, file.u64(5, Long.MAX_VALUE), file.u64(7, Long.MAX_VALUE))
                .statistics(0, T, file.u64(5, -1));

        assertThat(frames()).hasSize(1);
        assertThat(read.dropped()).isZero();
    }

    @Test
    void tellsTheLengthOnTheWireFromTheCapturedOne() throws IOException {
        file.describeInterface(1, 2).packet(0, T, 2, 90, TWO).packet(0, T, 2, 1, TWO);

        assertThat(frames()).containsExactly(T + " 0405/90 1", T + " 0405/2 1");
    }

    @Test
    void readsTheLongestFrames() throws IOException {
        file.describeInterface(1, 0);
        for (int i = 0; i < 10; i++) {
            file.packet(0, T, new byte[262_144], file.u64(4, 1));
        }

        assertThat(frames()).hasSize(10);
        assertThat(read.dropped()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 262_145, 4})
    void refusesAPacketThatClaimsMoreThanItsBlockOrAnyPacketHas(int captured) {
        byte[] frame = captured == 262_145 ? new byte[262_148] : ONE.clone();
        file.describeInterface(1, 0).packet(0, T, ONE);
        file.packet(0, T, captured == 4 ? 5 : captured, 99, frame);

        assertRefused("block 4 claims");
        assertThat(read.frames).hasSize(1);
    }

    @Test
    void refusesASimplePacketLongerThanItsBlock() {
        file.describeInterface(1, 0).simplePacket(5, ONE);

        assertRefused("claims 5 captured bytes of 5");
    }

    @Test
    void refusesAPacketOfAnInterfaceItDoesNotKnow() {
        file.describeInterface(1, 0).section(ByteOrder.BIG_ENDIAN).packet(0, T, ONE);

        assertRefused("block 4 is of interface 0, of which nothing was said");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "06000000 00000000", // none
                "06000000 1c000000", // too few for its kind
                "06000000 29000000", // no multiple of four
                "06000000 f0ffffff", // more than fits
                "99990000 08000000",
            })
    void refusesABlockWithAWrongLength(String start) {
        byte[] bytes = HexFormat.of().parseHex(start.replace(" ", ""));
        file.describeInterface(1, 0).packet(0, T, ONE).raw(bytes).raw(new byte[60]);

        assertRefused("block 4 claims to have");
        assertThat(read.frames).hasSize(1);
    }

    @Test
    void refusesABlockWhoseTwoLengthsDiffer() {
        file.describeInterface(1, 0).packet(0, T, ONE);
        for (int type : new int[] {6, 0x999}) {
            byte[] block =
                    new PcapngWriter(ByteOrder.LITTLE_ENDIAN).block(type, new byte[32]).bytes();
            block[block.length - 4] ^= 4;
            PcapngWriter damaged = new PcapngWriter(ByteOrder.LITTLE_ENDIAN);
            damaged.describeInterface(1, 0).packet(0, T, ONE);
            damaged.raw(Arrays.copyOfRange(block, 28, block.length));

            assertThatThrownBy(() -> read.read(damaged.bytes()))
                    .isInstanceOf(PcapFormatException.class)
                    .hasMessageContaining(
                            "block 4 has 44 bytes by its start and 40 by its end; the 1");
        }
    }

    @Test
    void refusesASectionWithoutAByteOrderOrOfAnotherVersion() {
        ByteBuffer section = ByteBuffer.wrap(new PcapngWriter(ByteOrder.BIG_ENDIAN).bytes());
        byte[] version = section.duplicate().array().clone();
        version[13] = 2;
        byte[] order = version.clone();
        order[8] = 0;

        assertThatThrownBy(() -> read.read(version)).hasMessageContaining("pcapng's version 2");
        assertThatThrownBy(() -> read.read(order)).hasMessageContaining("has no byte order");
    }

    @Test
    void boundsTheInterfacesOfASection() throws IOException {
        for (int i = 0; i < 1 << 16; i++) {
            file.describeInterface(1, 0);
        }
        file.packet(65_535, T, ONE);
        assertThat(frames()).hasSize(1);
        file.describeInterface(1, 0);

        assertRefused("is one interface more than 65536");
    }

    /** 4 GiB of a block that is not there: no memory is taken for it. */
    @Test
    void stepsOverABlockOfManyBytesWithoutKeepingThem() throws IOException {
        file.describeInterface(1, 0).packet(0, T, ONE);
        file.raw(HexFormat.of().parseHex("99990000" + "fcffffff")).raw(new byte[5 << 20]);

        assertThat(frames()).hasSize(1);
        assertThat(read.truncated()).isTrue();
    }

    private static byte[] varied() {
        PcapngWriter file = new PcapngWriter(ByteOrder.BIG_ENDIAN);
        file.describeInterface(1, 64, PcapngWriter.resolution(9), file.offset(-5));
        file.packet(0, T, ONE, file.u64(4, 1)).simplePacket(2, TWO).obsoletePacket(0, 1, T, ONE);
        file.statistics(0, T, file.u64(5, 7)).block(0x999, new byte[8]);
        return file.section(ByteOrder.LITTLE_ENDIAN)
                .describeInterface(101, 0)
                .packet(0, T, TWO)
                .bytes();
    }

    @Test
    void keepsWhatItReadOfAFileTruncatedAnywhere() throws IOException {
        byte[] whole = varied();
        List<String> all = ReadFrames.of(whole).frames;
        assertThat(all).hasSize(4);
        List<Integer> ends = new ArrayList<>();
        for (int length = 28; length <= whole.length; length++) {
            ReadFrames part = ReadFrames.of(Arrays.copyOf(whole, length));

            assertThat(part.frames).isEqualTo(all.subList(0, part.frames.size()));
            if (!part.truncated()) {
                ends.add(length);
            }
        }
        assertThat(ends).hasSize(10); // the ends of its ten blocks
        for (int length = 0; length < 28; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ReadFrames.of(part)).isInstanceOf(PcapFormatException.class);
        }
    }

    @Test
    void damageIsASentenceWhateverItHits() {
        byte[] whole = varied();
        Random random = new Random(53);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                ReadFrames.of(damaged);
            } catch (PcapFormatException sentence) {
                assertThat(sentence).hasMessageEndingWith(".");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError(HexFormat.of().formatHex(damaged), e);
            }
        }
    }

    @Test
    void readsRealFilesAsTsharkDoes() throws Exception {
        String tshark = Requires.tool("tshark").toString();
        for (String name : List.of("QinQ_802.1_AD.pcapng", "dns_over_tcp.pcapng")) {
            Path capture = Requires.shared("PcapPlusPlus/" + name);
            ReadFrames ours = ReadFrames.of(Files.readAllBytes(capture));

            assertThat(ours.frames.stream().map(PcapngReaderTest::timeAndLength).toList())
                    .isNotEmpty()
                    .isEqualTo(TsharkFrames.of(tshark, capture));
        }
    }

    private static String timeAndLength(String frame) {
        return frame.replaceFirst(" [0-9a-f]*/", " ").replaceFirst(" \\d+$", "");
    }
}
