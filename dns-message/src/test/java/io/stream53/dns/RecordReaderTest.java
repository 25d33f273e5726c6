package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
    private static final String RESPONSE =
            "1234 8180 0001 0002 0001 0001 'example.com' 00 0001 0001"
                    + "c00c 0005 0001 00000e10 0006 'WWW' c00c"
                    + "c029 0001 0001 ffffffff 0004 c0000201"
                    + "c00c 0002 0001 00000e10 0005 'ns' c00c"
                    + "00 0029 04d0 00008000 0000";

    private final RecordReader records = new RecordReader();

    private List<String> read(DnsMessage message) {
        List<String> read = new ArrayList<>();
        records.reset(message);
        while (records.next()) {
            read.add(
                    "%s %s %s %s %d"
                            .formatted(
                                    records.section().text(),
                                    records.name(),
                                    Mnemonics.recordClass(records.recordClass()),
                                    Mnemonics.type(records.type()),
                                    records.ttl()));
        }
        return read;
    }

    @Test
    void readsTheRecordsOfAllSectionsInOrder() {
        assertThat(read(Wire.message(RESPONSE)))
                .containsExactly(
                        "answer example.com IN CNAME 3600",
                        "answer www.example.com IN A 4294967295",
                        "authority example.com IN NS 3600",
                        "additional . CLASS1232 OPT 32768");
        assertThat(records.defect()).isEqualTo(Defect.NONE);
        assertThat(records.next()).isFalse();
    }

    @Test
    void decompressesNamesWithinTheData() {
        records.reset(Wire.message(RESPONSE)).next();

        assertThat(records.nameAt(records.dataOffset())).isEqualTo("www.example.com");
    }

    @Test
    void refusesNamesThatReachBeyondTheData() {
        records.reset(
                Wire.message(
                        "1234 8180 0000 0001 0000 0000 'a' 00 0005 0001 00000e10 0002 0461 6263 64"
                                + "00"));

        assertThat(records.next()).isTrue();
        assertThat(records.nameAt(records.dataOffset())).isNull();
        assertThat(RdataText.of(records)).isEqualTo("\\# 2 0461");
    }

    @Test
    void readsUpToTheRecordThatIsCut() {
        byte[] bytes = Wire.bytes(RESPONSE);
        DnsMessage message = new DnsMessage();
        message.parse(bytes, 0, bytes.length - 15, bytes.length);

        assertThat(read(message)).hasSize(2);
        assertThat(records.section()).isEqualTo(Section.AUTHORITY);
        assertThat(records.defect()).isEqualTo(Defect.CUT);
        assertThat(records.next()).isFalse();
    }

    @Test
    void readsUpToTheRecordThatIsMalformed() {
        byte[] bytes = Wire.bytes(RESPONSE);
        DnsMessage message = new DnsMessage();
        message.parse(bytes, 0, bytes.length - 15, bytes.length - 15);

        assertThat(read(message)).hasSize(2);
        assertThat(records.defect()).isEqualTo(Defect.MALFORMED);
    }

    @Test
    void readsNothingBehindAQuestionThatIsUnreadable() {
        assertThat(read(Wire.message("1234 8180 0001 0001 0000 0000 c00c"))).isEmpty();
    }

    @Test
    void readsEdnsOptions() {
        EdnsOptions options = new EdnsOptions();
        options.reset(
                Wire.message(
                        "1234 0100 0000 0000 0000 0001 00 0029 04d0 00000000 000e"
                                + "000a 0002 abcd 0003 0000 ff00 0000"));

        assertThat(options.next()).isTrue();
        assertThat(options.code()).isEqualTo(10);
        assertThat(options.data()).isEqualTo(Wire.bytes("abcd"));
        assertThat(options.next()).isTrue();
        assertThat(options.code()).isEqualTo(3);
        assertThat(options.length()).isZero();
        assertThat(options.next()).isTrue();
        assertThat(options.code()).isEqualTo(0xff00);
        assertThat(options.next()).isFalse();
        assertThat(options.isWellFormed()).isTrue();
    }

    @Test
    void stopsAtAnEdnsOptionThatRunsOutOfTheRecord() {
        EdnsOptions options = new EdnsOptions();
        options.reset(
                Wire.message(
                        "1234 0100 0000 0000 0000 0001 00 0029 04d0 00000000 000a"
                                + "000a 0002 abcd 0003 0001"));

        assertThat(options.next()).isTrue();
        assertThat(options.next()).isFalse();
        assertThat(options.next()).isFalse();
        assertThat(options.isWellFormed()).isFalse();
    }

    @Test
    void findsNoOptionsWithoutEdns() {
        assertThat(new EdnsOptions().reset(Wire.message(RESPONSE)).next()).isFalse();
        assertThat(new EdnsOptions().reset(Wire.message("1234 0000 0000 0000 0000 0000")).next())
                .isFalse();
    }
}
