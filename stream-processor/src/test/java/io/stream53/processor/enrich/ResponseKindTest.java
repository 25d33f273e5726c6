package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.CNAME;
import static io.stream53.fixtures.DnsMessageBuilder.NS;
import static io.stream53.fixtures.DnsMessageBuilder.SOA;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.name;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.soa;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ResponseKindTest {
    private static final int QR = 0x8000;
    private static final int AA = 0x0400;
    private static final int TC = 0x0200;
    private static final int RA = 0x0080;
    private static final byte[] SOA_DATA = soa("ns.a.com", "box.a.com", 1);
    private static final Enricher ENRICHER = new Enricher(GeoLookup.none(), new PublicSuffixes());

    @Test
    void anAnswerHasRecordsInTheAnswerSection() {
        assertThat(kind(response(A, 0).answer("a.com", A, 1, address("192.0.2.1"))))
                .isEqualTo("answer");
    }

    @Test
    void truncatedGoesBeforeAllElse() {
        assertThat(kind(response(A, TC).answer("a.com", A, 1, address("192.0.2.1"))))
                .isEqualTo("truncated");
        assertThat(kind(response(A, TC | 2))).isEqualTo("truncated");
    }

    @Test
    void nxdomainIsByItsCodeAlsoBehindAnAlias() {
        assertThat(kind(response(A, AA | 3).authority("com", SOA, 1, SOA_DATA)))
                .isEqualTo("nxdomain");
        assertThat(kind(response(A, 3).answer("a.com", CNAME, 1, name("b.com"))))
                .isEqualTo("nxdomain");
    }

    @Test
    void otherCodesAreErrors() {
        assertThat(kind(response(A, 2))).isEqualTo("error");
        assertThat(kind(response(A, 5).authority("a.com", NS, 1, name("ns.a.com"))))
                .isEqualTo("error");
    }

    @Test
    void nodataHasASoaOrNoAuthorityAtAll() {
        assertThat(kind(response(A, AA).authority("a.com", SOA, 1, SOA_DATA))).isEqualTo("nodata");
        assertThat(
                        kind(
                                response(A, 0)
                                        .authority("a.com", NS, 1, name("ns.a.com"))
                                        .authority("a.com", SOA, 1, SOA_DATA)))
                .isEqualTo("nodata");
        assertThat(kind(response(A, 0))).isEqualTo("nodata");
    }

    @Test
    void nodataBehindAnAliasHasASoa() {
        assertThat(
                        kind(
                                response(A, 0)
                                        .answer("a.com", CNAME, 1, name("b.com"))
                                        .authority("com", SOA, 1, SOA_DATA)))
                .isEqualTo("nodata");
        assertThat(kind(response(A, 0).answer("a.com", CNAME, 1, name("b.org"))))
                .isEqualTo("answer");
        assertThat(
                        kind(
                                response(CNAME, 0)
                                        .answer("a.com", CNAME, 1, name("b.com"))
                                        .authority("com", SOA, 1, SOA_DATA)))
                .isEqualTo("answer");
    }

    @Test
    void aReferralHasNsButNeitherSoaNorAuthoritativeAnswer() {
        DnsMessageBuilder delegation = response(A, 0).authority("a.com", NS, 1, name("ns.a.com"));
        assertThat(kind(delegation)).isEqualTo("referral");
        assertThat(kind(response(A, RA).authority("a.com", NS, 1, name("ns.a.com"))))
                .isEqualTo("referral");
        assertThat(kind(response(A, AA).authority("a.com", NS, 1, name("ns.a.com"))))
                .isEqualTo("nodata");
    }

    @Test
    void aMessageThatWasNotCarriedIsJudgedByCountsAndFlags() {
        assertThat(withoutMessage(response(A, 0).authority("a.com", NS, 1, name("ns.a.com"))))
                .isEqualTo("referral");
        assertThat(withoutMessage(response(A, RA).authority("a.com", SOA, 1, SOA_DATA)))
                .isEqualTo("nodata");
        assertThat(withoutMessage(response(A, AA).authority("a.com", SOA, 1, SOA_DATA)))
                .isEqualTo("nodata");
    }

    @Test
    void otherOpcodesHaveNoKindsOfLookUps() {
        assertThat(kind(response(SOA, 0).opcode(4))).isEqualTo("answer");
        assertThat(kind(response(SOA, 5).opcode(5))).isEqualTo("error");
    }

    private static DnsMessageBuilder response(int type, int flagsAndCode) {
        return query(7, "a.com", type).flags(QR | flagsAndCode);
    }

    private static String kind(DnsMessageBuilder response) {
        return kind(Packets.packet(response.bytes(), Packets.NOON_US));
    }

    private static String withoutMessage(DnsMessageBuilder response) {
        DnsPacket packet = Packets.packet(response.bytes(), Packets.NOON_US);
        packet.setMessage(ByteBuffer.allocate(0));
        return kind(packet);
    }

    private static String kind(DnsPacket response) {
        DnsPacket query = Packets.packet(query(7, "a.com", A).bytes(), Packets.NOON_US);
        return ENRICHER.enrich(Packets.answered(query, response)).getDns().getResponseKind();
    }
}
