package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.AAAA;
import static io.stream53.fixtures.DnsMessageBuilder.AXFR;
import static io.stream53.fixtures.DnsMessageBuilder.CNAME;
import static io.stream53.fixtures.DnsMessageBuilder.NS;
import static io.stream53.fixtures.DnsMessageBuilder.SOA;
import static io.stream53.fixtures.DnsMessageBuilder.TXT;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.message;
import static io.stream53.fixtures.DnsMessageBuilder.name;
import static io.stream53.fixtures.DnsMessageBuilder.option;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static io.stream53.fixtures.DnsMessageBuilder.soa;
import static io.stream53.fixtures.DnsMessageBuilder.txt;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.match.Cause;
import io.stream53.processor.match.Status;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.EdnsQuery;
import io.stream53.schema.EdnsResponse;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.ExtendedError;
import io.stream53.schema.Geo;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import io.stream53.schema.Question;
import io.stream53.schema.ResourceRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnricherTest {
    private static final byte[] QUERY = query(7, "WWW.Example.co.uk", A).edns(1232, true).bytes();
    private static final Geo BRITISH = new Geo("EU", "GB", "United Kingdom", null, null, null);

    @TempDir private Path folder;
    private Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());

    @BeforeEach
    void openGeoFile() throws IOException {
        Path file = folder.resolve("geo.mmdb");
        Files.write(
                file,
                MmdbWriter.forIpVersion(4)
                        .network("81.2.69.0/24", Map.of("country_code", "GB"))
                        .bytes());
        enricher = new Enricher(GeoLookup.open(List.of(file)), new PublicSuffixes());
    }

    @Test
    void describesAnAnsweredQuery() {
        byte[] answer =
                response(7, "www.example.co.uk", A, 0)
                        .answer("www.example.co.uk", CNAME, 300, name("Web.example.net"))
                        .answer("web.example.net", A, 60, address("198.51.100.7"))
                        .answer("web.example.net", A, 60, address("198.51.100.8"))
                        .authority("example.net", NS, 86_400, name("ns1.example.net"))
                        .edns(4096, false)
                        .bytes();

        DnsTransaction document = enricher.enrich(Packets.answered(QUERY, answer));

        Instant noon = Instant.parse("2026-11-22T12:00:00.123Z");
        assertThat(document.getId()).hasSize(32);
        assertThat(document.getTimestamp()).isEqualTo(noon);
        assertThat(document.getTimestampUs()).isEqualTo(Packets.NOON_US);
        assertThat(document.getEvent())
                .isEqualTo(new Event(noon, noon.plusMillis(1), 1_500_000L, "success"));
        assertThat(document.getObserver()).isEqualTo(new Observer("ns1", null, null));
        assertThat(document.getClient())
                .isEqualTo(
                        new Endpoint(
                                Packets.CLIENT,
                                "plain",
                                53001,
                                (long) QUERY.length,
                                BRITISH,
                                null,
                                null));
        assertThat(document.getServer())
                .isEqualTo(
                        new Endpoint(
                                Packets.SERVER,
                                "plain",
                                53,
                                (long) answer.length,
                                null,
                                null,
                                null));
        assertThat(document.getNetwork())
                .isEqualTo(
                        new Network(
                                "udp",
                                "dns",
                                "ipv4",
                                (long) QUERY.length + answer.length,
                                "unknown",
                                null));
        assertThat(document.getSamplingRate()).isEqualTo(1);
        Dns dns = document.getDns();
        assertThat(dns.getId()).isEqualTo(7);
        assertThat(dns.getOpCode()).isEqualTo("QUERY");
        assertThat(dns.getResponseCode()).isEqualTo("NOERROR");
        assertThat(dns.getHeaderFlags()).containsExactly("RD", "RA");
        assertThat(dns.getQueryFlags()).containsExactly("RD", "DO");
        assertThat(dns.getQuestion())
                .isEqualTo(
                        new Question(
                                "www.example.co.uk",
                                true,
                                "A",
                                "IN",
                                "co.uk",
                                "example.co.uk",
                                "www",
                                false,
                                null));
        assertThat(dns.getAnswers())
                .containsExactly(
                        record("www.example.co.uk", "CNAME", 300, "web.example.net"),
                        record("web.example.net", "A", 60, "198.51.100.7"),
                        record("web.example.net", "A", 60, "198.51.100.8"));
        assertThat(dns.getAuthorities())
                .containsExactly(record("example.net", "NS", 86_400, "ns1.example.net"));
        assertThat(dns.getAnswersCut()).isFalse();
        assertThat(dns.getAnswersCount()).isEqualTo(3);
        assertThat(dns.getAuthoritiesCount()).isEqualTo(1);
        assertThat(dns.getAdditionalsCount()).isEqualTo(1);
        assertThat(dns.getResolvedIp()).containsExactly("198.51.100.7", "198.51.100.8");
        assertThat(dns.getResponseKind()).isEqualTo("answer");
        assertThat(dns.getStatus()).isEqualTo("ANSWERED");
        assertThat(dns.getResponses()).isEqualTo(1);
        assertThat(dns.getQuerySize()).isEqualTo(QUERY.length);
        assertThat(dns.getResponseSize()).isEqualTo(answer.length);
        assertThat(dns.getQueryDefect()).isNull();
        assertThat(dns.getResponseDefect()).isNull();
        assertThat(dns.getEdns().getQuery())
                .isEqualTo(new EdnsQuery(0, 1232, true, null, null, null));
        assertThat(dns.getEdns().getResponse())
                .isEqualTo(new EdnsResponse(0, 4096, false, null, null, null, null));
    }

    @Test
    void everyDocumentCanBeEncoded() throws IOException {
        assertThat(DnsTransaction.getEncoder().encode(enricher.enrich(unanswered())).remaining())
                .isPositive();
    }

    @Test
    void anUnansweredQueryHasNoEndAndNoResponse() {
        DnsTransaction document = enricher.enrich(unanswered());

        assertThat(document.getEvent().getEnd()).isNull();
        assertThat(document.getEvent().getDuration()).isNull();
        assertThat(document.getEvent().getOutcome()).isEqualTo("failure");
        assertThat(document.getServer().getBytes()).isZero();
        Dns dns = document.getDns();
        assertThat(dns.getUnansweredCause()).isEqualTo("overflow");
        assertThat(dns.getRetransmissions()).isEqualTo(2);
        assertThat(dns.getResponseCode()).isNull();
        assertThat(dns.getResponseKind()).isNull();
        assertThat(dns.getAnswersCount()).isNull();
        assertThat(dns.getResponseSize()).isNull();
        assertThat(dns.getEdns().getResponse()).isNull();
        assertThat(dns.getHeaderFlags()).isEmpty();
    }

    @Test
    void aResponseAloneGivesTheQuestion() {
        DnsPacket late = Packets.packet(response(7, "a.org", A, 2).bytes(), Packets.NOON_US);

        DnsTransaction document = enricher.enrich(Packets.alone(Status.UNSOLICITED, null, late));

        assertThat(document.getDns().getQuestion().getName()).isEqualTo("a.org");
        assertThat(document.getDns().getQuerySize()).isNull();
        assertThat(document.getDns().getEdns()).isNull();
        assertThat(document.getEvent().getDuration()).isNull();
        assertThat(document.getEvent().getOutcome()).isEqualTo("failure");
        assertThat(document.getEvent().getEnd()).isEqualTo(document.getEvent().getStart());
    }

    @Test
    void aMessageThatExpectsNoResponseHasAnUnknownOutcome() {
        DnsPacket packet = Packets.packet(message(0).opcode(6).bytes(), Packets.NOON_US);

        DnsTransaction document = enricher.enrich(Packets.alone(Status.ONE_WAY, packet, null));

        assertThat(document.getEvent().getOutcome()).isEqualTo("unknown");
        assertThat(document.getDns().getQuestion()).isNull();
        assertThat(document.getDns().getOpCode()).isEqualTo("DSO");
    }

    @Test
    void aResponseCapturedBeforeItsQueryHasNoDuration() {
        DnsPacket query = Packets.packet(QUERY, Packets.NOON_US);
        DnsPacket early =
                Packets.packet(
                        response(7, "www.example.co.uk", A, 3).bytes(), Packets.NOON_US - 2000);

        DnsTransaction document = enricher.enrich(Packets.answered(query, early));

        assertThat(document.getEvent().getDuration()).isNull();
        assertThat(document.getEvent().getOutcome()).isEqualTo("success");
        assertThat(document.getDns().getResponseKind()).isEqualTo("nxdomain");
    }

    @Test
    void theNodesOwnAddressFollowsFromTheDirection() {
        DnsPacket packet = Packets.packet(QUERY, Packets.NOON_US);
        packet.setSite("ams");
        packet.setDirection("inbound");
        assertThat(observer(packet)).isEqualTo(new Observer("ns1", "ams", Packets.SERVER));
        packet.setDirection("outbound");
        assertThat(observer(packet)).isEqualTo(new Observer("ns1", "ams", Packets.CLIENT));
    }

    @Test
    void listsAtMost64RecordsOfASection() {
        var answer = response(7, "www.example.co.uk", TXT, 0);
        for (int i = 0; i < 65; i++) {
            answer.answer("www.example.co.uk", TXT, 1, txt("a" + i));
        }
        for (int i = 0; i < 64; i++) {
            answer.authority("example.co.uk", NS, 1, name("ns" + i));
        }

        Dns dns = dns(QUERY, answer.bytes());

        assertThat(dns.getAnswers()).hasSize(64);
        assertThat(dns.getAnswersCut()).isTrue();
        assertThat(dns.getAnswersCount()).isEqualTo(65);
        assertThat(dns.getAuthorities()).hasSize(64);
        assertThat(dns.getAuthoritiesCut()).isFalse();
    }

    @Test
    void keepsWhatWasReadableOfACutResponse() {
        byte[] whole =
                response(7, "www.example.co.uk", A, 0)
                        .answer("www.example.co.uk", A, 60, address("198.51.100.7"))
                        .answer("www.example.co.uk", A, 60, address("198.51.100.8"))
                        .authority("co.uk", SOA, 60, soa("ns", "box", 1))
                        .bytes();
        byte[] cut = Arrays.copyOf(whole, whole.length - 50);
        DnsPacket query = Packets.packet(QUERY, Packets.NOON_US);
        DnsPacket response = Packets.packet(cut, whole.length, Packets.NOON_US + 10);

        Dns dns = enricher.enrich(Packets.answered(query, response)).getDns();

        assertThat(dns.getAnswers()).hasSize(1);
        assertThat(dns.getAnswersCut()).isTrue();
        assertThat(dns.getAuthoritiesCut()).isTrue();
        assertThat(dns.getAnswersCount()).isEqualTo(2);
        assertThat(dns.getResponseDefect()).isEqualTo("cut");
        assertThat(dns.getResponseSize()).isEqualTo(whole.length);
    }

    @Test
    void listsWhatWasCarriedOfAResponseThatWasSeenWhole() {
        byte[] whole =
                response(7, "www.example.co.uk", A, 0)
                        .answer("www.example.co.uk", A, 60, address("198.51.100.7"))
                        .answer("www.example.co.uk", A, 60, address("198.51.100.8"))
                        .bytes();
        DnsPacket response = Packets.packet(whole, Packets.NOON_US + 10);
        response.setMessage(ByteBuffer.wrap(whole, 0, whole.length - 5));

        Dns dns =
                enricher.enrich(Packets.answered(Packets.packet(QUERY, Packets.NOON_US), response))
                        .getDns();

        assertThat(dns.getAnswers()).hasSize(1);
        assertThat(dns.getAnswersCut()).isTrue();
        assertThat(dns.getAnswersCount()).isEqualTo(2);
        assertThat(dns.getResponseDefect()).isEqualTo("cut");
        assertThat(dns.getResponseSize()).isEqualTo(whole.length);
    }

    @Test
    void namesTheSectionOfADefect() {
        byte[] whole =
                response(7, "www.example.co.uk", A, 0)
                        .answer("www.example.co.uk", A, 60, address("198.51.100.7"))
                        .bytes();
        byte[] malformed = Arrays.copyOf(whole, whole.length - 1);

        Dns dns = dns(QUERY, malformed);

        assertThat(dns.getResponseDefect()).isEqualTo("malformed:answer");
        assertThat(dns.getAnswers()).isEmpty();
        assertThat(dns.getAnswersCut()).isTrue();
    }

    @Test
    void aMessageThatWasNotCarriedIsDescribedByItsPacket() {
        DnsPacket query = Packets.packet(QUERY, Packets.NOON_US);
        DnsPacket response =
                Packets.packet(
                        response(7, "www.example.co.uk", A, 0)
                                .answer("www.example.co.uk", A, 60, address("198.51.100.7"))
                                .edns(512, true)
                                .bytes(),
                        Packets.NOON_US);
        response.setMessage(ByteBuffer.allocate(0));

        Dns dns = enricher.enrich(Packets.answered(query, response)).getDns();

        assertThat(dns.getAnswers()).isEmpty();
        assertThat(dns.getAnswersCut()).isFalse();
        assertThat(dns.getAnswersCount()).isEqualTo(1);
        assertThat(dns.getResponseKind()).isEqualTo("answer");
        assertThat(dns.getEdns().getResponse().getUdpSize()).isEqualTo(512);
        assertThat(dns.getHeaderFlags()).contains("DO");
    }

    @Test
    void readsTheOptionsOfBothMessages() {
        byte[] query =
                query(7, "a.com", A)
                        .edns(
                                1232,
                                0,
                                0,
                                false,
                                option(10, bytes(1, 2, 3, 4, 5, 6, 7, 8)),
                                option(8, bytes(0, 1, 24, 0, 81, 2, 69)),
                                option(10, bytes(9)))
                        .bytes();
        byte[] response =
                response(7, "a.com", A, 0)
                        .edns(
                                1232,
                                0,
                                0,
                                false,
                                option(3, "ns1.ams".getBytes(StandardCharsets.US_ASCII)),
                                option(8, bytes(0, 2, 33, 32, 0x20, 1, 0x0d, 0xb8, 0xff)),
                                option(15, bytes(0, 22, 'n', 'o', ' ', 0xc3, 0xbc, 0)),
                                option(15, bytes(0, 23)))
                        .bytes();

        Dns dns = dns(query, response);

        assertThat(dns.getEdns().getQuery())
                .isEqualTo(
                        new EdnsQuery(0, 1232, false, "81.2.69.0/24", BRITISH, "0102030405060708"));
        assertThat(dns.getEdns().getResponse())
                .isEqualTo(
                        new EdnsResponse(
                                0,
                                1232,
                                false,
                                "2001:db8:8000::/33",
                                null,
                                "ns1.ams",
                                new ExtendedError(22, "no ü")));
    }

    @Test
    void optionsThatBreakTheirFormatAreAbsent() {
        byte[] response =
                response(7, "a.com", A, 0)
                        .edns(
                                1232,
                                0,
                                0,
                                false,
                                option(3, bytes(0, 255)),
                                option(8, bytes(0, 1, 33, 0, 1, 2, 3, 4)),
                                option(10),
                                option(15, bytes(0)))
                        .bytes();

        assertThat(dns(QUERY, response).getEdns().getResponse())
                .isEqualTo(new EdnsResponse(0, 1232, false, null, null, "00ff", null));
    }

    @Test
    void theResponseCodeHasTwelveBits() {
        byte[] response = response(7, "a.com", A, 0).edns(1232, 1, 0, false).bytes();
        Dns dns = dns(QUERY, response);

        assertThat(dns.getResponseCode()).isEqualTo("BADVERS");
        assertThat(dns.getResponseKind()).isEqualTo("error");
        byte[] unknown = response(7, "a.com", A, 15).edns(1232, 255, 0, false).bytes();
        assertThat(dns(QUERY, unknown).getResponseCode()).isEqualTo("RCODE4095");
    }

    @Test
    void unknownTypesAndClassesKeepTheirNumbers() {
        byte[] query = message(7).question("a.com", 65280, 5).bytes();
        byte[] response =
                message(7)
                        .flags(0x8000)
                        .question("a.com", 65280, 5)
                        .answer("a.com", 65280, 0xffffffffL, bytes(10, 0, 0, 1))
                        .answer("a.com", 65280, 0, bytes())
                        .bytes();

        Dns dns = dns(query, response);

        assertThat(dns.getQuestion().getType()).isEqualTo("TYPE65280");
        assertThat(dns.getQuestion().getClass$()).isEqualTo("CLASS5");
        assertThat(dns.getAnswers())
                .containsExactly(
                        record("a.com", "TYPE65280", 4_294_967_295L, "\\# 4 0a000001"),
                        record("a.com", "TYPE65280", 0, "\\# 0"));
    }

    @Test
    void namesInDataMayPointIntoTheMessage() {
        int rp = 17;
        int nxt = 30;
        byte[] response =
                response(7, "a.com", rp, 0)
                        .answer("a.com", rp, 1, bytes(0xc0, 12, 1, 'b', 0xc0, 12))
                        .answer("a.com", nxt, 1, bytes(0xc0, 12, 0x40))
                        .bytes();

        assertThat(dns(QUERY, response).getAnswers())
                .containsExactly(
                        record("a.com", "RP", 1, "a.com b.a.com"),
                        record("a.com", "NXT", 1, "\\# 3 c00c40"));
    }

    @Test
    void aQuestionThatCannotBeReadIsEmpty() {
        byte[] bytes = query(7, "a.com", A).bytes();
        bytes[12] = 70;

        Question question =
                enricher.enrich(
                                Packets.alone(
                                        Status.UNANSWERED,
                                        Packets.packet(bytes, Packets.NOON_US),
                                        null))
                        .getDns()
                        .getQuestion();

        assertThat(question.getName()).isEmpty();
        assertThat(question.getTopLevelDomain()).isNull();
    }

    @Test
    void aZoneTransferSumsItsMessagesAndListsTheFirst() {
        DnsPacket query = Packets.packet(query(7, "a.com", AXFR).bytes(), Packets.NOON_US);
        DnsPacket first =
                Packets.packet(
                        response(7, "a.com", AXFR, 0)
                                .answer("a.com", SOA, 60, soa("ns.a.com", "box.a.com", 1))
                                .bytes(),
                        Packets.NOON_US + 100);
        Transaction transfer =
                new Transaction(
                        Status.ANSWERED,
                        Packets.answered(query, first).key(),
                        query,
                        first,
                        0,
                        9,
                        query.getSize(),
                        3_000_000_000L,
                        Packets.NOON_US + 2_000_000,
                        null,
                        null,
                        0);

        DnsTransaction document = enricher.enrich(transfer);

        assertThat(document.getDns().getResponses()).isEqualTo(9);
        assertThat(document.getDns().getResponseSize()).isEqualTo(3_000_000_000L);
        assertThat(document.getDns().getAnswers())
                .containsExactly(
                        record("a.com", "SOA", 60, "ns.a.com box.a.com 1 3600 600 86400 300"));
        assertThat(document.getEvent().getDuration()).isEqualTo(2_000_000_000L);
    }

    @Test
    void ipv6AddressesAreWrittenAsRfc5952Wants() {
        DnsPacket packet = Packets.packet(query(7, "a.com", AAAA).bytes(), Packets.NOON_US);
        packet.setClientIp(Packets.address("2001:db8:0:0:1:0:0:1"));
        packet.setServerIp(Packets.address("fe80::0:1"));

        DnsTransaction document = enricher.enrich(Packets.alone(Status.UNANSWERED, packet, null));

        assertThat(document.getClient().getIp()).isEqualTo("2001:db8::1:0:0:1");
        assertThat(document.getServer().getIp()).isEqualTo("fe80::1");
        assertThat(document.getNetwork().getType()).isEqualTo("ipv6");
    }

    private Dns dns(byte[] query, byte[] response) {
        return enricher.enrich(Packets.answered(query, response)).getDns();
    }

    private Observer observer(DnsPacket query) {
        return enricher.enrich(Packets.alone(Status.UNANSWERED, query, null)).getObserver();
    }

    private static Transaction unanswered() {
        DnsPacket query = Packets.packet(QUERY, Packets.NOON_US);
        return new Transaction(
                Status.UNANSWERED,
                Packets.alone(Status.UNANSWERED, query, null).key(),
                query,
                null,
                2,
                0,
                3L * QUERY.length,
                0,
                Packets.NOON_US,
                Cause.OVERFLOW,
                null,
                0);
    }

    private static ResourceRecord record(String name, String type, long ttl, String data) {
        String recordClass = "IN";
        return new ResourceRecord(name, type, recordClass, ttl, data);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
