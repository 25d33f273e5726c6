package io.stream53.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.Dns;
import io.stream53.schema.ResourceRecord;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Holds what the enricher reads against what dnsjava reads of the same bytes, and rare types'
 * documents against the text they were made of.
 */
class EnricherOracleTest {
    private static final Name OWNER = Name.fromConstantString("www.example.com.");

    private final Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A 192.0.2.1",
                "AAAA 2001:db8::1",
                "AAAA ::ffff:192.0.2.1",
                "NS ns1.example.com.",
                "CNAME web.example.com.",
                "DNAME example.net.",
                "PTR host.example.com.",
                "MX 10 mail.example.com.",
                "SRV 1 2 443 web.example.com.",
                "SOA ns1.example.com. hostmaster.example.com. 2026112200 7200 900 1209600 300",
                "TXT \"v=spf1 -all\" \"say \\\"hi\\\"\" \"\\000\\255\"",
                "CAA 0 issue \"ca.example.net\"",
                "DS 12345 13 2"
                        + " 3A1F0C0D4E5B60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F9",
                "DNSKEY 257 3 13 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3",
                "RRSIG A 13 3 3600 20261201000000 20261117000000 12345 example.com. AwEAAaz/tAm8yTn4",
                "NSEC a.example.com. A NS SOA RRSIG NSEC DNSKEY TYPE65280",
                "RP box.example.com. txt.example.com.",
                "NAPTR 100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:a@b!\" .",
                "AFSDB 1 afs.example.com.",
                "MINFO box.example.com. errors.example.com.",
                "PX 10 map822.example.com. mapx400.example.com.",
                "HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1",
                "SVCB 0 svc.example.com.",
            })
    void readsCommonTypesAsDnsjavaDoes(String typeAndData) throws IOException {
        Record record = parse(typeAndData);

        ResourceRecord ours = dns(record).getAnswers().getFirst();

        assertThat(ours.getName()).isEqualTo("www.example.com");
        assertThat(ours.getType()).isEqualTo(Type.string(record.getType()));
        assertThat(ours.getClass$()).isEqualTo(DClass.string(record.getDClass()));
        assertThat(ours.getTtl()).isEqualTo(record.getTTL());
        // dnsjava spells some data otherwise (it does not shorten IPv6), but means the same.
        assertThat(parse(ours.getType() + " " + ours.getData())).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLSA 3 1 1 3A1F0C0D4E5B60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F9",
                "SSHFP 4 2 3A1F0C0D4E5B60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F9",
                "LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000.00m 10.00m",
                "HINFO \"cpu\" \"os\"",
                "URI 10 1 \"https://example.com/\"",
                "NSEC3PARAM 1 0 10 AABB",
            })
    void writesRareTypesAsDnsjavaDoes(String typeAndData) throws IOException {
        Record record = parse(typeAndData);

        assertThat(dns(record).getAnswers())
                .extracting(ResourceRecord::getData)
                .containsExactly(record.rdataToString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "www.example.com.",
                "WWW.EXAMPLE.com.",
                "a\\.b.example.com.",
                "\\000\\255.org.",
                ".",
            })
    void readsHeaderAndQuestionAsDnsjavaDoes(String name) throws IOException {
        Message message = new Message(4711);
        message.getHeader().setFlag(Flags.QR);
        message.getHeader().setFlag(Flags.AA);
        message.getHeader().setFlag(Flags.CD);
        message.getHeader().setFlag(Flags.AD);
        message.getHeader().setOpcode(Opcode.NOTIFY);
        message.getHeader().setRcode(Rcode.NOTAUTH);
        Record question = Record.newRecord(Name.fromString(name), Type.SOA, DClass.CH);
        message.addRecord(question, Section.QUESTION);
        byte[] bytes = message.toWire();

        Dns dns = enricher.enrich(Packets.answered(bytes, bytes)).getDns();

        String text = question.getName().toString(true).toLowerCase(Locale.ROOT);
        assertThat(dns.getQuestion().getName())
                .isEqualTo(text.equals("@") ? "." : text.replace("\\.", "\\046"));
        assertThat(dns.getQuestion().getType()).isEqualTo("SOA");
        assertThat(dns.getQuestion().getClass$()).isEqualTo("CH");
        assertThat(dns.getId()).isEqualTo(4711);
        assertThat(dns.getOpCode()).isEqualTo("NOTIFY");
        assertThat(dns.getResponseCode()).isEqualTo("NOTAUTH");
        assertThat(dns.getHeaderFlags()).containsExactly("AA", "AD", "CD");
    }

    private static Record parse(String typeAndData) throws IOException {
        String[] parts = typeAndData.split(" ", 2);
        return Record.fromString(OWNER, Type.value(parts[0]), DClass.IN, 3600, parts[1], Name.root);
    }

    /** The record in a response as dnsjava writes it, names compressed. */
    private Dns dns(Record record) throws IOException {
        Message message = new Message(7);
        message.getHeader().setFlag(Flags.QR);
        message.addRecord(
                Record.newRecord(OWNER, record.getType(), record.getDClass()), Section.QUESTION);
        message.addRecord(record, Section.ANSWER);
        byte[] bytes = message.toWire();
        Dns dns = enricher.enrich(Packets.answered(bytes, bytes)).getDns();
        assertThat(List.of(dns.getAnswersCount(), dns.getAnswers().size())).containsOnly(1);
        return dns;
    }
}
