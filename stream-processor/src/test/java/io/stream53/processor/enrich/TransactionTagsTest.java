package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.match.Status;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionTagsTest {
    private static final int ANY = 255;

    private final Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());

    @Test
    void mostTransactionsHaveNoTagsAndShareTheEmptyList() {
        DnsTransaction one = enrich(query("www.example.co.uk", A));
        assertThat(one.getTags()).isEmpty();
        assertThat(enrich(query("a.org", A)).getTags()).isSameAs(one.getTags());
    }

    @ParameterizedTest
    @CsvSource({
        "0x0100, false, false",
        "0x0120, false, true",
        "0x0110, false, true",
        "0x0100, true, true",
        "0x0130, true, true",
        "0x0500, false, false"
    })
    void doAdAndCdOfTheQueryShowThatItsSenderKnowsDnssec(
            String flags, boolean dnssecOk, boolean aware) {
        DnsPacket query = query("a.org", A);
        query.setFlags(Integer.decode(flags));
        query.setEdnsDo(dnssecOk);
        assertThat(enrich(query).getTags()).isEqualTo(aware ? List.of("dnssec-aware") : List.of());
    }

    @Test
    void flagsOfAResponseSayNothingAboutTheClient() {
        DnsPacket response = Packets.packet(response(7, "a.org", A, 0).bytes(), Packets.NOON_US);
        response.setFlags(response.getFlags() | 0x30);
        response.setEdnsDo(true);
        assertThat(enricher.enrich(Packets.alone(Status.UNSOLICITED, null, response)).getTags())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "udp, 255, 0, true",
        "tcp, 255, 0, false",
        "quic, 255, 0, false",
        "udp, 1, 0, false",
        "udp, 255, 5, false"
    })
    void anyOverUdpIsAQueryOfTypeAnyByThatTransport(
            String transport, int type, int opcode, boolean tagged) {
        DnsPacket query = query("a.org", type);
        query.setTransport(transport);
        query.setOpcode(opcode);
        assertThat(enrich(query).getTags()).isEqualTo(tagged ? List.of("any-over-udp") : List.of());
    }

    @Test
    void aReflectedResponseToAnyIsTaggedWithoutItsQuery() {
        byte[] message =
                response(7, "a.org", ANY, 0).answer("a.org", A, 1, address("192.0.2.1")).bytes();
        DnsPacket alone = Packets.packet(message, Packets.NOON_US);
        assertThat(enricher.enrich(Packets.alone(Status.UNSOLICITED, null, alone)).getTags())
                .containsExactly("any-over-udp");
    }

    @Test
    void tagsComeInTheDocumentedOrder() {
        DnsPacket query = query("printer.local", ANY);
        query.setEdnsDo(true);
        query.setClientIp(Packets.address("162.158.1.2"));
        assertThat(enrich(query).getTags())
                .containsExactly("public-resolver", "dnssec-aware", "any-over-udp", "special-use");
        assertThat(Tag.texts())
                .containsExactly(
                        "qname-minimised",
                        "public-resolver",
                        "dnssec-aware",
                        "any-over-udp",
                        "special-use");
    }

    @Test
    void aMessageWithoutAReadableQuestionHasNoTagsOfItsName() {
        DnsPacket query = query("printer.local", ANY);
        query.setQuestionCount(0);
        query.setQuestionName("");
        query.setQuestionType(0);
        assertThat(enrich(query).getTags()).isEmpty();
        query.setQuestionCount(1);
        assertThat(enrich(query).getDns().getQuestion().getSpecialUse()).isNull();
    }

    @Test
    void theSpecialUseNameStandsInTheQuestion() {
        DnsTransaction document = enrich(query("host.home.arpa", A));
        assertThat(document.getDns().getQuestion().getSpecialUse()).isEqualTo("home.arpa");
        assertThat(document.getTags()).containsExactly("special-use");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, 162.158.1.2, true",
        "truncated, 162.158.1.0, true",
        "truncated, 162.158.0.0, true",
        "truncated, 162.0.0.0, false",
        "encrypted, 162.158.1.2, false",
        "plain, 0.0.0.0, false",
        "plain, 2400:cb00::1, true",
        "truncated, 2400:cb00:1::, true",
        "truncated, 2400::, false",
        "truncated, ::, false"
    })
    void aResolverIsNamedOnlyWhereTheAddressIsSureToBeItsOwn(
            String form, String address, boolean named) {
        DnsPacket query = query("a.org", A);
        query.setClientIp(Packets.address(address));
        query.setServerIp(Packets.address(address.contains(":") ? "2001:db8::53" : "192.0.2.53"));
        query.setClientIpForm(form);
        DnsTransaction document = enrich(query);
        assertThat(document.getClient().getResolver()).isEqualTo(named ? "Cloudflare" : null);
        assertThat(document.getServer().getResolver()).isNull();
        assertThat(document.getTags()).isEqualTo(named ? List.of("public-resolver") : List.of());
    }

    private DnsTransaction enrich(DnsPacket query) {
        return enricher.enrich(Packets.alone(Status.UNANSWERED, query, null));
    }

    private static DnsPacket query(String name, int type) {
        return Packets.packet(
                io.stream53.fixtures.DnsMessageBuilder.query(7, name, type).bytes(),
                Packets.NOON_US);
    }
}
