package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class MnemonicsTest {
    @Test
    void namesTypesAsDnsjavaDoes() {
        for (int type = 0; type <= 0xffff; type++) {
            String theirs = Type.string(type);
            if (!theirs.startsWith("TYPE")) {
                assertThat(Mnemonics.type(type)).isEqualTo(theirs);
            }
        }
    }

    @Test
    void namesRcodesAndOpcodesAsDnsjavaDoes() {
        for (int rcode = 0; rcode < 24; rcode++) {
            String theirs = Rcode.string(rcode);
            if (!theirs.startsWith("RESERVED")) {
                assertThat(Mnemonics.rcode(rcode)).isEqualTo(theirs);
            }
        }
        for (int opcode = 0; opcode < 6; opcode++) {
            String theirs = Opcode.string(opcode);
            if (!theirs.startsWith("RESERVED")) {
                assertThat(Mnemonics.opcode(opcode)).isEqualTo(theirs);
            }
        }
    }

    @Test
    void namesClassesAsDnsjavaDoes() {
        for (int number : new int[] {1, 3, 4, 254, 255}) {
            assertThat(Mnemonics.recordClass(number)).isEqualTo(DClass.string(number));
        }
    }

    @Test
    void keepsTheNumberOfWhatHasNoName() {
        assertThat(Mnemonics.type(0)).isEqualTo("TYPE0");
        assertThat(Mnemonics.type(54)).isEqualTo("TYPE54");
        assertThat(Mnemonics.type(65_280)).isEqualTo("TYPE65280");
        assertThat(Mnemonics.recordClass(5)).isEqualTo("CLASS5");
        assertThat(Mnemonics.recordClass(1232)).isEqualTo("CLASS1232");
        assertThat(Mnemonics.rcode(4095)).isEqualTo("RCODE4095");
        assertThat(Mnemonics.opcode(7)).isEqualTo("OPCODE7");
    }

    @Test
    void knowsTypesYoungerThanDnsjava() {
        assertThat(Mnemonics.type(65)).isEqualTo("HTTPS");
        assertThat(Mnemonics.type(66)).isEqualTo("DSYNC");
        assertThat(Mnemonics.type(261)).isEqualTo("RESINFO");
        assertThat(Mnemonics.type(32_769)).isEqualTo("DLV");
    }

    @Test
    void findsNumbersByTheirNames() {
        assertThat(Mnemonics.typeNumber("aaaa")).isEqualTo(28);
        assertThat(Mnemonics.typeNumber("TYPE65280")).isEqualTo(65280);
        assertThat(Mnemonics.rcodeNumber("NXDOMAIN")).isEqualTo(3);
        assertThat(Mnemonics.typeNumber("TYPE65536")).isEqualTo(-1);
        assertThat(Mnemonics.typeNumber("TYPE")).isEqualTo(-1);
        assertThat(Mnemonics.rcodeNumber("")).isEqualTo(-1);
    }
}
