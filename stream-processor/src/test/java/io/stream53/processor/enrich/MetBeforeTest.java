package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.NS;
import static io.stream53.fixtures.DnsMessageBuilder.TXT;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.name;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static io.stream53.fixtures.DnsMessageBuilder.txt;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an enricher has met before it remembers, and nobody can tell by its documents. */
class MetBeforeTest {
    @TempDir private Path folder;
    private final TestRegistry registry = TestRegistry.start();
    private final AvroSerializer<DnsTransaction> serializer = new AvroSerializer<>();
    private final PublicSuffixes suffixes = new PublicSuffixes();
    private GeoLookup geo = GeoLookup.none();

    @BeforeEach
    void start() throws IOException {
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        Path file = folder.resolve("geo.mmdb");
        Files.write(
                file,
                MmdbWriter.forIpVersion(4)
                        .network(
                                "81.2.69.0/24",
                                Map.of(
                                        "country_code",
                                        "GB",
                                        "autonomous_system_number",
                                        64500L,
                                        "autonomous_system_organization",
                                        "Example"))
                        .bytes());
        geo = GeoLookup.open(List.of(file));
    }

    @AfterEach
    void stop() {
        serializer.close();
        registry.close();
    }

    /** Queries and responses, of which each has something that another has not. */
    private static List<List<DnsPacket>> exchanges() {
        byte[] query = query(7, "www.Example.co.uk", A).edns(1232, true).bytes();
        List<byte[]> responses = new ArrayList<>();
        for (int id : new int[] {7, 8}) {
            for (int ttl = 300; ttl < 302; ttl++) {
                responses.add(
                        response(id, "www.example.co.uk", A, 0)
                                .answer("www.example.co.uk", A, ttl, address("192.0.2.1"))
                                .bytes());
            }
            responses.add(
                    response(id, "www.example.co.uk", A, 0)
                            .authority("co.uk", NS, 60, name("ns1.example"))
                            .bytes());
            responses.add(
                    response(id, "www.example.co.uk", TXT, 0)
                            .answer("www.example.co.uk", TXT, 60, txt("long ".repeat(40)))
                            .edns(4096, true)
                            .bytes());
            responses.add(response(id, "no.example", A, 3).bytes());
        }
        List<List<DnsPacket>> exchanges = new ArrayList<>();
        for (byte[] response : responses) {
            int size = response.length;
            exchanges.add(List.of(packet(query, query.length), packet(response, size)));
            byte[] cut = Arrays.copyOf(response, size - 3);
            exchanges.add(List.of(packet(query, query.length), packet(cut, size)));
            exchanges.add(List.of(packet(query, query.length), packet(cut, cut.length)));
        }
        return exchanges;
    }

    private static DnsPacket packet(byte[] message, int size) {
        return Packets.packet(message, size, Packets.NOON_US);
    }

    private byte[] written(Enricher enricher, List<DnsPacket> exchange) {
        DnsTransaction document =
                enricher.enrich(Packets.answered(exchange.get(0), exchange.get(1)));
        return serializer.serialize("dns.enriched", document);
    }

    @Test
    void documentsAreTheSameToTheByteAtFirstAndEverAfter() {
        var enrichers = Enricher.sharing(geo, suffixes, Resolvers.bundled());
        List<List<DnsPacket>> exchanges = exchanges();
        for (int time = 0; time < 4; time++) {
            Enricher enricher = enrichers.get();
            for (List<DnsPacket> exchange : exchanges) {
                Enricher fresh = new Enricher(geo, suffixes);
                assertThat(written(enricher, exchange)).isEqualTo(written(fresh, exchange));
            }
        }
    }

    @Test
    void anAnswerThatIsTheSameButForItsIdIsReadOnce() {
        Responses responses = new Responses(new Responses.Cache());
        byte[] first = response(7, "a.test", A, 0).bytes();
        byte[] second = response(8, "a.test", A, 0).bytes();
        byte[] other = response(8, "b.test", A, 0).bytes();
        Responses.Content content = responses.of(first, first.length);
        assertThat(responses.of(second, second.length).records().resolved())
                .isSameAs(content.records().resolved());
        assertThat(responses.of(other, other.length)).isNotSameAs(content);
        assertThat(responses.of(second, second.length + 1)).isNotSameAs(content);
    }
}
