package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.AAAA;
import static io.stream53.fixtures.DnsMessageBuilder.NS;
import static io.stream53.fixtures.DnsMessageBuilder.SOA;
import static io.stream53.fixtures.DnsMessageBuilder.TXT;
import static io.stream53.fixtures.DnsMessageBuilder.name;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static io.stream53.fixtures.DnsMessageBuilder.soa;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.match.Status;
import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QnameMinimisationTest {
    private static final int QR = 0x8000;
    private static final int RD = 0x0100;
    private static final int RA = 0x0080;
    private static final int AA = 0x0400;

    private final Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());

    @ParameterizedTest
    @ValueSource(strings = {"com", "example.com", "sub.example.com"})
    void aReferralForExactlyTheNameAskedByTypeNsShowsIt(String name) {
        assertThat(isTagged(asked(name, NS), referral(name, NS, name))).isTrue();
    }

    @Test
    void aReferralForANameAboveTheOneAskedShowsThatTheWholeNameWasSent() {
        assertThat(isTagged(asked("www.example.com", NS), referral("www.example.com", NS, "com")))
                .isFalse();
        assertThat(isTagged(asked("www.example.com", A), referral("www.example.com", A, "com")))
                .isFalse();
    }

    @Test
    void anAddressOfARegistrableNameMayBeWhatSomebodyWanted() {
        assertThat(isTagged(asked("example.com", A), referral("example.com", A, "example.com")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "com, 1",
        "com, 28",
        "in-addr.arpa, 1",
        "192.in-addr.arpa, 1",
        "2.0.192.in-addr.arpa, 28",
        "1.0.0.2.ip6.arpa, 1",
        "_tcp.example.com, 28",
        "_domainkey.example.com, 1"
    })
    void nobodyWantsAnAddressOfTheseNames(String name, int type) {
        assertThat(isTagged(asked(name, type), referral(name, type, name))).isTrue();
        assertThat(isTagged(asked(name, type), noData(name, type, true))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.0.192.in-addr.arpa",
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                "example.com",
                "www.example.com",
                "xin-addr.arpa.example"
            })
    void aNameThatMayHaveAnAddressAndHasNoneShowsNothing(String name) {
        assertThat(isTagged(asked(name, A), noData(name, A, true))).isFalse();
        assertThat(isTagged(asked(name, AAAA), noData(name, AAAA, true))).isFalse();
    }

    @Test
    void anEmptyNonTerminalAskedByTypeNsShowsItWhereTheServerIsAuthoritative() {
        assertThat(isTagged(asked("b.example.com", NS), noData("b.example.com", NS, true)))
                .isTrue();
        assertThat(isTagged(asked("b.example.com", NS), noData("b.example.com", NS, false)))
                .isFalse();
    }

    @Test
    void aNameServerSetThatIsAnsweredOrDoesNotExistShowsNothing() {
        DnsPacket answer =
                packet(
                        response(7, "example.com", NS, 0)
                                .flags(QR | AA)
                                .answer("example.com", NS, 60, name("ns.example.com"))
                                .bytes());
        assertThat(isTagged(asked("example.com", NS), answer)).isFalse();
        DnsPacket nothing =
                packet(
                        response(7, "nx.com", NS, 3)
                                .flags(QR | AA | 3)
                                .authority("com", SOA, 60, soa("ns", "box", 1))
                                .bytes());
        assertThat(isTagged(asked("nx.com", NS), nothing)).isFalse();
    }

    @Test
    void anUnderscoreAloneAsFirstLabelShowsItWhateverTheResponse() {
        DnsPacket query = asked("_.example.com", A);
        assertThat(isTagged(query, noData("_.example.com", A, true))).isTrue();
        assertThat(isTagged(query, packet(response(7, "_.example.com", A, 3).bytes()))).isTrue();
        assertThat(
                        isTagged(
                                asked("_x.example.com", A),
                                packet(response(7, "_x.example.com", A, 3).bytes())))
                .isFalse();
    }

    @Test
    void aClientThatWantsRecursionMinimisesNothing() {
        DnsPacket query = asked("example.com", NS);
        query.setFlags(query.getFlags() | RD);
        assertThat(isTagged(query, referral("example.com", NS, "example.com"))).isFalse();
        DnsPacket underscore = asked("_.example.com", A);
        underscore.setFlags(RD);
        assertThat(isTagged(underscore, noData("_.example.com", A, true))).isFalse();
    }

    @Test
    void otherTypesClassesAndOpcodesAreNone() {
        assertThat(isTagged(asked("com", TXT), referral("com", TXT, "com"))).isFalse();
        DnsPacket chaos = asked("com", NS);
        chaos.setQuestionClass(3);
        assertThat(isTagged(chaos, referral("com", NS, "com"))).isFalse();
        DnsPacket notify = asked("com", NS);
        notify.setOpcode(4);
        assertThat(isTagged(notify, referral("com", NS, "com"))).isFalse();
    }

    @Test
    void withoutAResponseNothingIsSaid() {
        assertThat(
                        enricher.enrich(
                                        Packets.alone(
                                                Status.UNANSWERED, asked("_.example.com", A), null))
                                .getTags())
                .doesNotContain("qname-minimised");
    }

    @Test
    void aResponseWhoseRecordsWereNotCarriedOrCannotBeReadShowsNothing() {
        DnsPacket notCarried = referral("com", NS, "com");
        notCarried.setMessage(ByteBuffer.allocate(0));
        assertThat(isTagged(asked("com", NS), notCarried)).isFalse();
        DnsPacket cut = referral("com", NS, "com");
        cut.setMessage(ByteBuffer.wrap(Bytes.of(cut.getMessage()), 0, 20));
        assertThat(isTagged(asked("com", NS), cut)).isFalse();
        DnsPacket unreadable = asked("com", NS);
        unreadable.setQuestionName("");
        assertThat(isTagged(unreadable, noData("com", A, true))).isFalse();
    }

    private boolean isTagged(DnsPacket query, DnsPacket response) {
        return enricher.enrich(Packets.answered(query, response))
                .getTags()
                .contains("qname-minimised");
    }

    /** As a resolver asks an authoritative server: without recursion. */
    private static DnsPacket asked(String name, int type) {
        DnsPacket packet = packet(query(7, name, type).bytes());
        packet.setFlags(packet.getFlags() & ~RD);
        return packet;
    }

    private static DnsPacket referral(String name, int type, String zone) {
        return packet(
                response(7, name, type, 0)
                        .authority(zone, NS, 60, name("ns1.example.net"))
                        .authority(zone, NS, 60, name("ns2.example.net"))
                        .bytes());
    }

    private static DnsPacket noData(String name, int type, boolean authoritative) {
        DnsPacket packet =
                packet(
                        response(7, name, type, 0)
                                .authority("example.com", SOA, 60, soa("ns", "box", 1))
                                .bytes());
        packet.setFlags((packet.getFlags() & ~(AA | RA)) | (authoritative ? AA : 0));
        return packet;
    }

    private static DnsPacket packet(byte[] message) {
        return Packets.packet(message, Packets.NOON_US);
    }
}
