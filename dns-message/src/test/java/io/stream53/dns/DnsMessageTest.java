package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DnsMessageTest {
    private static final String QUESTION = "'www.example.com' 00 0001 0001";
    private static final String ANSWER = "c00c 0001 0001 0000003c 0004 c0000201";
    private static final String AUTHORITY = "c010 0002 0001 00000e10 0005 'ns' c010";
    private static final String OPT = "00 0029 04d0 00008000 0000";
    private static final String RESPONSE =
            "1234 8180 0001 0001 0001 0001" + QUESTION + ANSWER + AUTHORITY + OPT;

    private final DnsMessage message = new DnsMessage();

    @Test
    void readsAQuery() {
        DnsMessage query = Wire.message("1234 0110 0001 0000 0000 0000" + QUESTION);

        assertThat(query.id()).isEqualTo(0x1234);
        assertThat(query.flags()).isEqualTo(0x0110);
        assertThat(query.isResponse()).isFalse();
        assertThat(query.opcode()).isZero();
        assertThat(query.rcode()).isZero();
        assertThat(query.hasQuestion()).isTrue();
        assertThat(query.questionName()).isEqualTo("www.example.com");
        assertThat(query.questionType()).isEqualTo(1);
        assertThat(query.questionClass()).isEqualTo(1);
        assertThat(query.hasEdns()).isFalse();
        assertThat(query.ednsVersion()).isEqualTo(-1);
        assertThat(query.size()).isEqualTo(33);
        assertDefect(query, Defect.NONE, Section.TRAILING);
    }

    @Test
    void readsAResponseWithEdns() {
        DnsMessage response = Wire.message(RESPONSE);

        assertThat(response.isResponse()).isTrue();
        assertThat(response.questionCount()).isOne();
        assertThat(response.answerCount()).isOne();
        assertThat(response.authorityCount()).isOne();
        assertThat(response.additionalCount()).isOne();
        assertThat(response.hasEdns()).isTrue();
        assertThat(response.ednsVersion()).isZero();
        assertThat(response.ednsUdpSize()).isEqualTo(1232);
        assertThat(response.ednsDo()).isTrue();
        assertThat(response.defect()).isEqualTo(Defect.NONE);
    }

    @Test
    void takesTheUpperRcodeBitsFromEdns() {
        DnsMessage badvers =
                Wire.message("1234 8001 0000 0000 0000 0001 00 0029 0200 01020000 0000");

        assertThat(badvers.rcode()).isEqualTo(17);
        assertThat(badvers.ednsVersion()).isEqualTo(2);
        assertThat(badvers.ednsDo()).isFalse();
    }

    @Test
    void findsEdnsAnywhereInTheAdditionalSectionAndTakesTheFirst() {
        String glue = "c00c 0001 0001 0000003c 0004 c0000201";
        String second = "00 0029 0200 00000000 0000";
        DnsMessage query =
                Wire.message("1234 0100 0001 0000 0000 0003" + QUESTION + glue + OPT + second);

        assertThat(query.ednsUdpSize()).isEqualTo(1232);
        assertThat(query.defect()).isEqualTo(Defect.NONE);
    }

    @Test
    void doesNotTakeAnOptRecordOfAnotherSectionForEdns() {
        DnsMessage odd = Wire.message("1234 8100 0001 0001 0000 0000" + QUESTION + OPT);

        assertThat(odd.hasEdns()).isFalse();
        assertThat(odd.defect()).isEqualTo(Defect.NONE);
    }

    @Test
    void isNoMessageWithFewerThanTwelveBytes() {
        for (int length = 0; length < 12; length++) {
            assertThat(message.parse(new byte[length])).isFalse();
            assertDefect(message, Defect.MALFORMED, Section.HEADER);
        }
        assertThat(message.parse(new byte[11], 0, 11, 40)).isFalse();
        assertDefect(message, Defect.CUT, Section.HEADER);
    }

    @Test
    void needsNoQuestion() {
        DnsMessage cookie = Wire.message("1234 0000 0000 0000 0000 0000");

        assertThat(cookie.hasQuestion()).isFalse();
        assertThat(cookie.questionName()).isEmpty();
        assertThat(cookie.defect()).isEqualTo(Defect.NONE);
    }

    @Test
    void countsTheFirstOfSeveralQuestions() {
        DnsMessage two =
                Wire.message("1234 0000 0002 0000 0000 0000" + QUESTION + "'x' 00 00ff 0003");

        assertThat(two.questionName()).isEqualTo("www.example.com");
        assertThat(two.questionType()).isEqualTo(1);
        assertThat(two.defect()).isEqualTo(Defect.NONE);
    }

    @Test
    void keepsTheNameOfAQuestionWhoseTypeIsMissing() {
        DnsMessage half = Wire.message("1234 0000 0001 0000 0000 0000 'x.com' 00 0001");

        assertThat(half.hasQuestion()).isFalse();
        assertThat(half.questionName()).isEqualTo("x.com");
        assertThat(half.questionType()).isZero();
        assertDefect(half, Defect.MALFORMED, Section.QUESTION);
    }

    @Test
    void namesTheSectionWhereACutMessageEnds() {
        byte[] bytes = Wire.bytes(RESPONSE);
        int[] ends = {12, 33, 49, 66, 77};
        Section[] sections = {
            Section.QUESTION, Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL
        };
        for (int i = 0; i < sections.length; i++) {
            for (int length = ends[i]; length < ends[i + 1]; length++) {
                assertThat(message.parse(Arrays.copyOf(bytes, length), 0, length, bytes.length))
                        .isTrue();
                assertDefect(message, Defect.CUT, sections[i]);
                assertThat(message.parse(bytes, 0, length, length)).isTrue();
                assertDefect(message, Defect.MALFORMED, sections[i]);
            }
        }
        assertThat(bytes).hasSize(ends[4]);
    }

    @Test
    void keepsQuestionAndEdnsOfAMalformedMessage() {
        String outOfBounds = "00 0029 0200 00000000 0001";
        DnsMessage odd = Wire.message("1234 0000 0001 0000 0000 0001" + QUESTION + outOfBounds);

        assertThat(odd.questionName()).isEqualTo("www.example.com");
        assertThat(odd.ednsUdpSize()).isEqualTo(512);
        assertDefect(odd, Defect.MALFORMED, Section.ADDITIONAL);
    }

    @Test
    void callsBytesBehindTheLastRecordTrailing() {
        DnsMessage padded = Wire.message(RESPONSE + "00");

        assertDefect(padded, Defect.MALFORMED, Section.TRAILING);
        assertThat(padded.ednsUdpSize()).isEqualTo(1232);
    }

    @Test
    void callsACutWithinTrailingBytesMalformedAsWell() {
        byte[] bytes = Wire.bytes(RESPONSE);

        assertThat(message.parse(bytes, 0, bytes.length, bytes.length + 4)).isTrue();
        assertDefect(message, Defect.MALFORMED, Section.TRAILING);
    }

    @Test
    void allowsTheTlvsOfDsoBehindTheHeader() {
        DnsMessage keepAlive =
                Wire.message("1234 3000 0000 0000 0000 0000 0001 0008 0000ea60 0000ea60");

        assertThat(keepAlive.opcode()).isEqualTo(6);
        assertThat(keepAlive.defect()).isEqualTo(Defect.NONE);
    }

    @Test
    void believesNoCountBeyondTheBytes() {
        DnsMessage huge = Wire.message("1234 8180 ffff ffff ffff ffff" + QUESTION);

        assertThat(huge.answerCount()).isEqualTo(65_535);
        assertDefect(huge, Defect.MALFORMED, Section.QUESTION);
    }

    @Test
    void readsAMessageInTheMiddleOfAnArray() {
        byte[] bytes = Wire.bytes("ffffff" + RESPONSE + "ffffff");

        assertThat(message.parse(bytes, 3, bytes.length - 6, bytes.length - 6)).isTrue();
        assertThat(message.defect()).isEqualTo(Defect.NONE);
        assertThat(message.copy()).isEqualTo(Wire.bytes(RESPONSE));
    }

    @Test
    void forgetsTheMessageBefore() {
        message.parse(Wire.bytes(RESPONSE.replace("www", "WWW")));
        message.parse(Wire.bytes("0001 0000 0000 0000 0000 0000"));

        assertThat(message.questionName()).isEmpty();
        assertThat(message.questionMixedCase()).isFalse();
        assertThat(message.questionType()).isZero();
        assertThat(message.hasEdns()).isFalse();
        assertThat(message.rcode()).isZero();
        assertThat(message.recordsOffset()).isEqualTo(12);
    }

    @Test
    void knowsLaterMessagesOfAZoneTransfer() {
        String transfer = "'com' 00 00fc 0001";
        String soa = "c00c 0006 0001 00000000 0000";
        String other = "c00c 0001 0001 00000000 0004 c0000201";

        assertThat(Wire.message("1234 8400 0001 0001 0000 0000" + transfer + soa))
                .matches(first -> !first.continuesTransfer());
        assertThat(Wire.message("1234 8400 0001 0001 0000 0000" + transfer + other))
                .matches(DnsMessage::continuesTransfer);
        assertThat(Wire.message("1234 8400 0000 0001 0000 0000" + "'com' 00" + soa.substring(4)))
                .matches(DnsMessage::continuesTransfer);
        assertThat(Wire.message("1234 0000 0001 0000 0000 0000" + transfer))
                .matches(query -> !query.continuesTransfer());
        assertThat(Wire.message(RESPONSE)).matches(plain -> !plain.continuesTransfer());
    }

    private static void assertDefect(DnsMessage message, Defect defect, Section section) {
        assertThat(message.defect()).isEqualTo(defect);
        assertThat(message.defectSection()).isEqualTo(section);
    }
}
