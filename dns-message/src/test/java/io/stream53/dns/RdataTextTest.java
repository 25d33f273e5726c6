package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class RdataTextTest {
    private final RecordReader records = new RecordReader();

    /** A response with one record, as dnsjava writes it: names in the data are compressed. */
    private RecordReader record(String type, String data) throws Exception {
        Message message = new Message(1);
        Name owner = Name.fromString("example.com.");
        message.addRecord(Record.newRecord(owner, Type.value(type), DClass.IN), 0);
        message.addRecord(
                Record.fromString(owner, Type.value(type), DClass.IN, 60, data, Name.root), 1);
        DnsMessage parsed = new DnsMessage();
        assertThat(parsed.parse(message.toWire())).isTrue();
        assertThat(parsed.defect()).isEqualTo(Defect.NONE);
        assertThat(records.reset(parsed).next()).isTrue();
        return records;
    }

    /** A record with any data. */
    private RecordReader record(int type, String hexData) {
        byte[] data = Wire.bytes(hexData);
        records.reset(
                Wire.message(
                        "1234 8180 0000 0001 0000 0000 00 %04x 0001 00000000 %04x %s"
                                .formatted(type, data.length, hexData)));
        assertThat(records.next()).isTrue();
        return records;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A | 192.0.2.255",
                "NS | ns1.example.com.",
                "CNAME | www.example.com.",
                "PTR | host.example.net.",
                "DNAME | example.net.",
                "MX | 10 mail.example.com.",
                "MX | 0 .",
                "AFSDB | 1 db.example.com.",
                "SOA | ns.example.com. hostmaster.example.com. 4294967295 3600 600 86400 300",
                "TXT | \"v=spf1 -all\"",
                "SRV | 1 2 443 srv.example.com.",
                "CAA | 128 issue \"ca.example.net; x=1\"",
                "DS | 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
                "CDS | 0 0 0 00",
                "DNSKEY | 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+",
                "NSEC | host.example.com. A MX RRSIG NSEC TYPE1234",
                "NSEC3 | 1 1 12 AABBCCDD 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA",
                "NSEC3 | 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr",
                "SVCB | 0 pool.example.net.",
                "HTTPS | 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1,192.0.2.2 key667=hello",
                "SVCB | 16 x.example.org. mandatory=alpn,ech alpn=h2 no-default-alpn ech=ABCD",
                "RRSIG | A 5 3 86400 20300322173103 20300220173103 2642 example.com. oJB1W6WNGv+l"
            })
    void writesTheTypesAsDnsjavaDoesButWithoutFinalDots(String type, String data) throws Exception {
        RecordReader record = record(type, data);

        Message theirs = new Message(records.bytes());
        String expected = theirs.getSection(1).getFirst().rdataToString();
        assertThat(RdataText.of(record)).isEqualTo(withoutFinalDots(expected));
    }

    private static String withoutFinalDots(String text) {
        return text.replaceAll("(?<=[a-z])\\.(?= |$)", "");
    }

    @Test
    void writesNamesInLowerCase() {
        assertThat(RdataText.of(record(5, "'WwW.Example' 00"))).isEqualTo("www.example");
    }

    @Test
    void writesAddressHintsAndUnusualProtocolsOfHttps() {
        RecordReader record =
                record(
                        65,
                        "0001 00 0001 0006 05 61 2c 62 5c 20"
                                + "0006 0010 20010db8000000000000000000000001");

        assertThat(RdataText.of(record))
                .isEqualTo("1 . alpn=a\\044b\\092\\032 ipv6hint=2001:db8::1");
    }

    @Test
    void quotesEveryStringOfText() {
        RecordReader record = record(16, "'one' 00 05 61225c 00c8");

        assertThat(RdataText.of(record)).isEqualTo("\"one\" \"\" \"a\\\"\\\\\\000\\200\"");
    }

    @ParameterizedTest
    @CsvSource({
        "20010db8000000000000000000000001, 2001:db8::1",
        "00000000000000000000000000000000, ::",
        "00000000000000000000000000000001, ::1",
        "00010000000000000000000000000000, 1::",
        "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
        "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
        "2001000000000001000000000000000a, 2001:0:0:1::a",
        "fe8000000000000000ab0000cd00ef01, fe80::ab:0:cd00:ef01",
        "00000000000000000000ffffc0000201, ::ffff:192.0.2.1"
    })
    void writesIpv6AddressesAsRfc5952Recommends(String hex, String text) {
        assertThat(RdataText.of(record(28, hex))).isEqualTo(text);
    }

    @Test
    void writesIpv6AddressesThatReadBackEqual() throws Exception {
        Random random = new Random(5952);
        for (int i = 0; i < 2000; i++) {
            StringBuilder hex = new StringBuilder();
            for (int group = 0; group < 8; group++) {
                int value = random.nextInt(3) == 0 ? random.nextInt(0x10000) : 0;
                hex.append("%04x".formatted(value));
            }
            String text = Objects.requireNonNull(RdataText.of(record(28, hex.toString())));
            assertThat(InetAddress.ofLiteral(text).getAddress())
                    .endsWith(Wire.bytes(hex.substring(text.contains(".") ? 24 : 0)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, c00002", // A
        "1, c000020101",
        "28, 2001", // AAAA
        "5, 0261", // CNAME
        "5, 01610000", // a name, and one byte more
        "15, 00", // MX
        "15, 000a",
        "6, 016100 016200 00000001", // SOA
        "16, 0261", // TXT
        "33, 000100020003", // SRV
        "257, 0005697373", // CAA
        "257, 00032022 30",
        "43, 0001", // DS
        "48, 010103", // DNSKEY
        "46, 0001 05 03 00015180", // RRSIG
        "47, 016100 00", // NSEC
        "47, 016100 0000",
        "47, 016100 0021",
        "50, 0101000c 0a aabb", // NSEC3
        "65, 0001 00 0003 0002 01bb 0001 0003 026832", // HTTPS, keys not ascending
        "65, 0001 00 0001 0003 036832",
        "65, 0001 00 0003 0001 bb",
        "65, 0001 00 0002 0001 00",
        "65, 0001 00 0004 0003 c00002",
        "65, 0001 00 0007 0009 61",
        "16, ''"
    })
    void writesDataThatBreaksItsFormatAsUnknown(int type, String data) {
        RecordReader record = record(type, data.replace("''", ""));

        assertThat(RdataText.of(record)).isEqualTo(RdataText.unknown(record)).startsWith("\\# ");
    }

    @Test
    void leavesOtherTypesToItsCaller() {
        assertThat(RdataText.of(record(65_280, "0a0b"))).isNull();
        assertThat(RdataText.unknown(record(65_280, "0a0b"))).isEqualTo("\\# 2 0a0b");
        assertThat(RdataText.unknown(record(65_280, ""))).isEqualTo("\\# 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6, 15, 16, 28, 33, 43, 46, 47, 48, 50, 64, 257})
    void writesSomethingForAnyBytes(int type) {
        Random random = new Random(type);
        for (int i = 0; i < 5000; i++) {
            StringBuilder hex = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                int small = random.nextInt(4);
                hex.append("%02x".formatted(small > 0 ? small : random.nextInt(256)));
            }
            assertThat(RdataText.of(record(type, hex.toString()))).isNotEmpty();
        }
    }
}
