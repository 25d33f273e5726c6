package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The capture that {@code ./stream53 demo} feeds: it has something to show for every panel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BundledCaptureTest {
    private static final Path SAMPLE =
            Requires.repository().resolve("deploy/standalone/sample/sample.pcap.gz");

    private List<JsonNode> transactions = List.of();

    @BeforeAll
    void inspect(@TempDir Path folder) throws Exception {
        transactions = Stream53.run(folder, "inspect", SAMPLE).succeeded().documents();
    }

    @Test
    void isSmallAndAMinuteLong() throws Exception {
        assertThat(Files.size(SAMPLE)).isLessThan(1_000_000);
        long first = transactions.getFirst().get("timestamp_us").longValue();
        long last =
                transactions.stream()
                        .mapToLong(t -> t.get("timestamp_us").longValue())
                        .max()
                        .orElseThrow();
        assertThat(last - first).isGreaterThan(60_000_000);
    }

    @Test
    void showsEveryKindOfTransaction() {
        assertThat(values("/network/transport")).contains("udp", "tcp");
        assertThat(values("/network/type")).contains("ipv4", "ipv6");
        assertThat(values("/dns/status")).contains("ANSWERED", "UNANSWERED", "LATE", "MISMATCHED");
        assertThat(values("/dns/response_code"))
                .contains("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED");
        assertThat(values("/dns/response_kind"))
                .contains("answer", "referral", "nodata", "nxdomain", "error", "truncated");
        assertThat(values("/dns/question/type"))
                .contains("A", "AAAA", "MX", "TXT", "CAA", "HTTPS", "DNSKEY", "AXFR");
        assertThat(values("/dns/edns/query/client_subnet_geo/country_iso_code")).isNotEmpty();
        assertThat(values("/dns/edns/response/nsid")).contains("ns1.ams");
        assertThat(transactions).anyMatch(t -> t.at("/dns/retransmissions").intValue() > 0);
        assertThat(transactions).anyMatch(t -> t.at("/dns/question/mixed_case").booleanValue());
        assertThat(transactions).anyMatch(t -> t.at("/dns/edns/response/do").booleanValue());
    }

    @Test
    void showsManyCountriesAndTopLevelDomains() {
        assertThat(values("/client/geo/country_iso_code")).hasSizeGreaterThan(30);
        assertThat(values("/dns/question/top_level_domain")).hasSizeGreaterThan(30);
    }

    @Test
    void showsLocationsAndNetworksThatAreMarkedAsSamples() {
        assertThat(values("/client/geo/location/lat")).hasSizeGreaterThan(30);
        assertThat(values("/client/as/organization/name"))
                .hasSizeGreaterThan(20)
                .allMatch(name -> name.startsWith("Sample network"));
    }

    private Set<String> values(String pointer) {
        return transactions.stream()
                .map(t -> t.at(pointer).asText())
                .filter(v -> !v.isEmpty())
                .collect(Collectors.toSet());
    }
}
