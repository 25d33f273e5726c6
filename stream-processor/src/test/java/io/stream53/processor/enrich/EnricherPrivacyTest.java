package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.option;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.match.Status;
import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Geo;
import io.stream53.schema.Organization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents change, look up, leave out, and see in other ways than port 53. */
class EnricherPrivacyTest {
    private static final String IN_BRITAIN = "81.2.69.142";
    private static final Geo BRITISH = new Geo("EU", "GB", "United Kingdom", null, null, null);
    private static final Geo GERMAN = new Geo("EU", "DE", "Germany", null, null, null);

    @TempDir private Path folder;
    private Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());
    private final DnsPacket packet =
            Packets.packet(query(7, "www.example.co.uk", A).bytes(), Packets.NOON_US);

    @BeforeEach
    void openGeoFile() throws IOException {
        Path file = folder.resolve("geo.mmdb");
        Files.write(
                file,
                MmdbWriter.forIpVersion(4)
                        .network("81.2.69.0/24", Map.of("country_code", "GB"))
                        .network("0.0.0.0/8", Map.of("country_code", "US"))
                        .bytes());
        enricher = new Enricher(GeoLookup.open(List.of(file)), new PublicSuffixes());
        packet.setClientIp(Packets.address(IN_BRITAIN));
    }

    private DnsTransaction enrich() {
        return enricher.enrich(Packets.alone(Status.UNANSWERED, packet, null));
    }

    @Test
    void anEncryptedAddressIsNeverLookedUp() {
        packet.setClientIpForm("encrypted");
        Endpoint client = enrich().getClient();
        assertThat(client.getIp()).isEqualTo(IN_BRITAIN);
        assertThat(client.getIpForm()).isEqualTo("encrypted");
        assertThat(client.getGeo()).isNull();
        assertThat(client.getAs()).isNull();
    }

    @Test
    void neitherIsTheClientSubnetBesideAnEncryptedAddress() {
        byte[] option = option(8, new byte[] {0, 1, 24, 0, 81, 2, 69});
        DnsPacket asking =
                Packets.packet(
                        query(7, "a.com", A).edns(1232, 0, 0, false, option).bytes(),
                        Packets.NOON_US);
        assertThat(subnetGeo(asking)).isEqualTo(BRITISH);
        asking.setClientIpForm("encrypted");
        assertThat(subnetGeo(asking)).isNull();
    }

    private @org.jspecify.annotations.Nullable Geo subnetGeo(DnsPacket asking) {
        return enricher.enrich(Packets.alone(Status.UNANSWERED, asking, null))
                .getDns()
                .getEdns()
                .getQuery()
                .getClientSubnetGeo();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "truncated", "encrypted"})
    void whatTheAgentLookedUpWins(String form) {
        packet.setClientIpForm(form);
        packet.setClientCountryIsoCode("DE");
        packet.setClientContinentCode("EU");
        packet.setClientAsNumber(64_496L);
        packet.setClientAsOrganization("Example Net");
        Endpoint client = enrich().getClient();
        assertThat(client.getGeo()).isEqualTo(GERMAN);
        assertThat(client.getAs())
                .isEqualTo(new AutonomousSystem(64_496L, new Organization("Example Net")));
    }

    @Test
    void aTruncatedAddressIsLookedUpWhereTheAgentDidNot() {
        packet.setClientIpForm("truncated");
        packet.setClientAsNumber(64_496L);
        Endpoint client = enrich().getClient();
        assertThat(client.getGeo()).isEqualTo(BRITISH);
        assertThat(client.getAs()).isEqualTo(new AutonomousSystem(64_496L, null));
        assertThat(client.getIpForm()).isEqualTo("truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void anAddressThatIsNotKnownHasNoPlace(String missing) {
        packet.setClientIp(Packets.address(missing));
        packet.setServerIp(Packets.address(missing));
        DnsTransaction document = enrich();
        assertThat(document.getClient().getGeo()).isNull();
        assertThat(document.getServer().getGeo()).isNull();
        assertThat(document.getClient().getIp()).isEqualTo(missing);
    }

    @ParameterizedTest
    @CsvSource({"tcp,dot", "tcp,doh", "quic,doq", "udp,dns"})
    void transportAndProtocolAreTaken(String transport, String protocol) {
        packet.setTransport(transport);
        packet.setProtocol(protocol);
        packet.setId(0);
        assertThat(enrich().getNetwork())
                .satisfies(
                        network -> {
                            assertThat(network.getTransport()).isEqualTo(transport);
                            assertThat(network.getProtocol()).isEqualTo(protocol);
                            assertThat(network.getTcpRoundTrip()).isNull();
                        });
    }

    @Test
    void theHandshakesRoundTripIsInNanosecondsLikeEveryDuration() {
        packet.setTcpRoundTripUs(18_200);
        assertThat(enrich().getNetwork().getTcpRoundTrip()).isEqualTo(18_200_000L);
    }

    @Test
    void hashedLabelsAreMarked() {
        packet.setLabelsHashed(true);
        assertThat(enrich().getDns().getQuestion().getLabelsHashed()).isTrue();
    }

    @Test
    void ofAMessageThatIsCarriedInPartWhatIsThereIsListedAndTheCutIsSaid() {
        byte[] whole =
                response(7, "a.com", A, 0)
                        .answer("a.com", A, 60, address("198.51.100.7"))
                        .answer("a.com", A, 60, address("198.51.100.8"))
                        .bytes();
        for (int end = 12; end < whole.length; end++) {
            DnsPacket cut = Packets.packet(whole, Packets.NOON_US);
            cut.setMessage(ByteBuffer.wrap(Arrays.copyOf(whole, end)));
            var dns = enricher.enrich(Packets.alone(Status.UNSOLICITED, null, cut)).getDns();
            assertThat(dns.getResponseDefect()).as("cut at " + end).isEqualTo("cut");
            assertThat(dns.getAnswersCut()).isTrue();
            assertThat(dns.getAnswers().size()).isLessThan(2);
            assertThat(dns.getAnswersCount()).isEqualTo(2);
            assertThat(dns.getResponseSize()).isEqualTo(whole.length);
        }
    }
}
