package io.stream53.processor.enrich;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.CNAME;
import static io.stream53.fixtures.DnsMessageBuilder.NS;
import static io.stream53.fixtures.DnsMessageBuilder.SOA;
import static io.stream53.fixtures.DnsMessageBuilder.TXT;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.name;
import static io.stream53.fixtures.DnsMessageBuilder.option;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static io.stream53.fixtures.DnsMessageBuilder.soa;
import static io.stream53.fixtures.DnsMessageBuilder.txt;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.match.Status;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes of a message are, its document is made and can be encoded. */
class EnricherMutationTest {
    private static final int ROUNDS = 6000;

    private static final List<byte[]> SEEDS =
            List.of(
                    query(1, "WWW.example.com", A)
                            .edns(1232, 0, 0, true, option(8, new byte[] {0, 1, 24, 0, 8, 8, 8}))
                            .bytes(),
                    response(1, "www.example.com", A, 0)
                            .answer("www.example.com", CNAME, 300, name("web.example.net"))
                            .answer("web.example.net", A, 60, address("198.51.100.7"))
                            .answer("web.example.net", TXT, 60, txt("text"))
                            .authority("example.net", NS, 60, name("ns.example.net"))
                            .authority("example.net", SOA, 60, soa("ns", "box", 1))
                            .edns(
                                    1232,
                                    0,
                                    0,
                                    true,
                                    option(3, new byte[] {'n', 's'}),
                                    option(10, new byte[16]),
                                    option(15, new byte[] {0, 3, 'x'}))
                            .bytes());

    private final Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());

    @ParameterizedTest
    @ValueSource(longs = {53, 5353, 853})
    void everyMutationBecomesADocument(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] query = mutate(SEEDS.get(random.nextInt(SEEDS.size())), random);
            byte[] response = mutate(SEEDS.get(random.nextInt(SEEDS.size())), random);
            check(query, response);
        }
    }

    /** Every type number with data of all kinds: this is where dnsjava throws. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void dataOfAnyTypeHasAText(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] query = query(1, "a.com", A).bytes();
        for (int type = 0; type < 300; type++) {
            for (int length : new int[] {0, 1, 2, 5, 20, 100}) {
                byte[] data = new byte[length];
                random.nextBytes(data);
                byte[] response =
                        response(1, "a.com", type, 0).answer("a.com", type, 1, data).bytes();
                Dns dns = check(query, response).getDns();
                assertThat(dns.getAnswers()).hasSize(1);
                assertThat(dns.getAnswers().getFirst().getData()).isNotNull();
            }
        }
    }

    private DnsTransaction check(byte[] query, byte[] response) throws IOException {
        DnsPacket first = Packets.packet(query, Packets.NOON_US);
        DnsPacket second = Packets.packet(response, Packets.NOON_US + 5);
        DnsTransaction document = enricher.enrich(Packets.answered(first, second));
        assertThat(DnsTransaction.getEncoder().encode(document).remaining()).isPositive();
        Dns dns = document.getDns();
        assertThat(dns.getAnswers().size()).isLessThanOrEqualTo(dns.getAnswersCount());
        assertThat(dns.getAnswersCut()).isEqualTo(dns.getAnswers().size() < dns.getAnswersCount());
        assertThat(dns.getAuthorities().size()).isLessThanOrEqualTo(dns.getAuthoritiesCount());
        enricher.enrich(Packets.alone(Status.UNSOLICITED, null, second));
        return document;
    }

    /** Changes some bytes, and now and then cuts or lengthens; twelve bytes always stay. */
    private static byte[] mutate(byte[] message, Random random) {
        byte[] mutated = message.clone();
        for (int changes = random.nextInt(6); changes > 0; changes--) {
            int at = random.nextInt(mutated.length);
            mutated[at] =
                    switch (random.nextInt(4)) {
                        case 0 -> (byte) random.nextInt();
                        case 1 -> (byte) 0xc0;
                        case 2 -> (byte) (mutated[at] ^ 1 << random.nextInt(8));
                        default -> (byte) 0xff;
                    };
        }
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(mutated, 12 + random.nextInt(mutated.length - 11));
            case 1 -> Arrays.copyOf(mutated, mutated.length + random.nextInt(20));
            default -> mutated;
        };
    }
}
