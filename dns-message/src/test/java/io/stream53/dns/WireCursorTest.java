package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WireCursorTest {
    private final WireCursor in = new WireCursor();

    @Test
    void readsBigEndianUnsigned() {
        in.reset(Wire.bytes("00 fe fffe fffffffe"), 1, 7, 7);

        assertThat(in.require(7)).isTrue();
        assertThat(in.u8()).isEqualTo(0xfe);
        assertThat(in.u16()).isEqualTo(0xfffe);
        assertThat(in.u32()).isEqualTo(0xfffffffeL);
        assertThat(in.require(0)).isTrue();
        assertThat(in.require(1)).isFalse();
    }

    @Test
    void callsBytesThatTheCaptureLacksCut() {
        in.reset(new byte[4], 0, 4, 8);

        assertThat(in.require(8)).isFalse();
        assertThat(in.defect()).isEqualTo(Defect.CUT);
    }

    @Test
    void callsBytesThatTheMessageLacksMalformedEvenWhenCut() {
        in.reset(new byte[4], 0, 4, 8);

        assertThat(in.require(9)).isFalse();
        assertThat(in.defect()).isEqualTo(Defect.MALFORMED);
    }

    @Test
    void doesNotReadBeyondTheMessageInALargerArray() {
        in.reset(new byte[100], 10, 5, 5);

        assertThat(in.require(6)).isFalse();
    }
}
