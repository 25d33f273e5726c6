package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WireNameTest {
    private static final String HEADER = "0000 0000 0000 0000 0000 0000";

    private final WireName name = new WireName();
    private final WireCursor in = new WireCursor();

    /** Puts the cursor at the byte after the header and {@code before}. */
    private void at(int before, String body) {
        byte[] bytes = Wire.bytes(HEADER + body);
        in.reset(bytes, 0, bytes.length, bytes.length);
        in.position(12 + before);
    }

    private void assertReads(String text, int behind) {
        int from = in.position();
        assertThat(name.read(in)).isTrue();
        assertThat(name.toString()).isEqualTo(text);
        assertThat(in.position()).isEqualTo(12 + behind);
        in.position(from);
        assertThat(WireName.skip(in)).isTrue();
        assertThat(in.position()).isEqualTo(12 + behind);
    }

    private void assertRefuses(Defect defect) {
        int from = in.position();
        assertThat(name.read(in)).isFalse();
        assertThat(name.length()).isZero();
        assertThat(in.defect()).isEqualTo(defect);
        in.position(from);
        assertThat(WireName.skip(in)).isFalse();
        assertThat(in.defect()).isEqualTo(defect);
    }

    @Test
    void writesLabelsWithDotsBetween() {
        at(0, "'www.example.com' 00");
        assertReads("www.example.com", 17);
        assertThat(name.mixedCase()).isFalse();
    }

    @Test
    void writesTheRootAsADot() {
        at(0, "00");
        assertReads(".", 1);
    }

    @Test
    void lowersAsciiLettersOnlyAndRemembersThat() {
        at(0, "'wWw.eXample[' 00");
        assertReads("www.example[", 14);
        assertThat(name.mixedCase()).isTrue();
    }

    @Test
    void escapesDotBackslashAndAllThatIsNotPrintable() {
        at(0, "08 61 2e 5c 20 00 7f c4 7e 00");
        assertReads("a\\046\\092\\032\\000\\127\\196~", 10);
        assertThat(name.mixedCase()).isFalse();
    }

    @Test
    void followsPointersBackward() {
        at(13, "'example.com' 00 'www' c00c");
        assertReads("www.example.com", 19);
    }

    @Test
    void followsPointersToPointers() {
        at(11, "'com' 00 'a' c00c 'b' c011 ");
        in.position(12 + 9);
        assertReads("b.a.com", 13);
    }

    @Test
    void refusesPointersToThemselves() {
        at(0, "c00c");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void refusesPointersIntoTheRunOfLabelsTheyEnd() {
        at(0, "'a.b' c00e");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void refusesPointersForward() {
        at(0, "c00e 00");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void refusesLoopsOfTwoPointers() {
        at(2, "c00e c00c");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void refusesPointersIntoTheHeader() {
        at(0, "c000");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void readsLabelsOf63BytesAndRefusesOtherLengthBytes() {
        at(0, "'" + "x".repeat(63) + "' 00");
        assertReads("x".repeat(63), 65);
        at(0, "40" + "78".repeat(64) + "00");
        assertRefuses(Defect.MALFORMED);
        at(0, "80 00");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void readsNamesOf255BytesAndRefusesLongerOnes() {
        String labels = "'" + ("y".repeat(62) + ".").repeat(3) + "y".repeat(63) + "'";
        at(0, labels + "00");
        assertReads(("y".repeat(62) + ".").repeat(3) + "y".repeat(63), 254);
        at(0, labels + "0161 00");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void countsLabelsBehindPointersTowardsTheLimit() {
        String half = "'" + "z".repeat(63) + "." + "z".repeat(62) + "'";
        at(128, half + "00" + half + "c00c");
        in.position(12 + 128);
        assertReads(
                "z".repeat(63) + "." + "z".repeat(62) + "." + "z".repeat(63) + "." + "z".repeat(62),
                257);
        at(128, half + "00" + "0161" + half + "c00c");
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void refusesMorePointersThanANameCanHaveLabels() {
        StringBuilder chain = new StringBuilder("00");
        for (int i = 0; i < 127; i++) {
            chain.append("%04x".formatted(0xc000 | (i == 0 ? 12 : 11 + 2 * i)));
        }
        at(1 + 2 * 126, chain.toString());
        assertReads(".", 1 + 2 * 127);
        at(1 + 2 * 127, chain + "%04x".formatted(0xc000 | 11 + 2 * 127));
        assertRefuses(Defect.MALFORMED);
    }

    @Test
    void hasRoomForTheLongestText() {
        at(0, ("3f" + "00".repeat(63)).repeat(3) + "3d" + "00".repeat(61) + "00");
        assertThat(name.read(in)).isTrue();
        assertThat(name.length()).isEqualTo(4 * 250 + 3);
    }

    @Test
    void tellsACutNameFromOneThatRunsOutOfTheMessage() {
        byte[] bytes = Wire.bytes(HEADER + "'www.example.com' 00");
        for (int end = 12; end < bytes.length; end++) {
            in.reset(bytes, 0, end, bytes.length);
            in.position(12);
            assertRefuses(Defect.CUT);
            in.reset(bytes, 0, end, end);
            in.position(12);
            assertRefuses(Defect.MALFORMED);
        }
    }
}
