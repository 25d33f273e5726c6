package io.stream53.agent.filter;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.AAAA;
import static io.stream53.fixtures.DnsMessageBuilder.message;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.IpNetwork;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.key.Transport;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final long TIMEOUT = 5_000_000;
    private static final long SKEW = 200_000;
    private static final int NOERROR = 0;
    private static final int SERVFAIL = 2;
    private static final int NXDOMAIN = 3;

    private final List<String> kept = new ArrayList<>();
    private CaptureCounters counters = new CaptureCounters();
    private final PacketView packet = new PacketView();
    private final DnsMessage parsed = new DnsMessage();
    private String client = "198.51.100.7";
    private MessageHandler filter = this::keep;
    private long nowUs = 1_700_000_000_000_000L;

    private void keep(PacketView seen, DnsMessage message) {
        kept.add(
                "%s%d %s"
                        .formatted(
                                message.isResponse() ? "R" : "Q",
                                message.id(),
                                message.questionName()));
        lastKeptUs.add(seen.timestampUs());
    }

    private final List<Long> lastKeptUs = new ArrayList<>();

    private int leftOut() {
        return counters.losses().getOrDefault("filtered", 0L).intValue();
    }

    private void use(FilterSettings settings) {
        filter = settings.before(this::keep, TIMEOUT, SKEW, counters);
    }

    private static FilterSettings zones(Set<String> zones, Set<String> excluded) {
        return new FilterSettings(
                zones, excluded, Set.of(), Set.of(), Set.of(), Set.of(), List.of(), List.of());
    }

    private static FilterSettings types(Set<Integer> types, Set<Integer> excluded) {
        return new FilterSettings(
                Set.of(), Set.of(), types, excluded, Set.of(), Set.of(), List.of(), List.of());
    }

    private static FilterSettings rcodes(Set<Integer> rcodes, Set<Integer> excluded) {
        return new FilterSettings(
                Set.of(), Set.of(), Set.of(), Set.of(), rcodes, excluded, List.of(), List.of());
    }

    private static FilterSettings clients(List<IpNetwork> clients, List<IpNetwork> excluded) {
        return new FilterSettings(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), clients, excluded);
    }

    /** A message 1 ms after the one before, in buffers that the next one overwrites. */
    private void see(DnsMessageBuilder builder) {
        see(filter, builder);
    }

    private void see(MessageHandler to, DnsMessageBuilder builder) {
        nowUs += 1000;
        byte[] bytes = builder.bytes();
        byte[] buffer = Arrays.copyOf(new byte[16], 16 + bytes.length);
        byte[] from = InetAddress.ofLiteral(client).getAddress();
        System.arraycopy(from, 0, buffer, 0, 4);
        buffer[4] = (byte) 192;
        System.arraycopy(bytes, 0, buffer, 16, bytes.length);
        parsed.parse(buffer, 16, bytes.length, bytes.length);
        packet.between(buffer, 0, 4, 4)
                .ports(40_000, 53)
                .over(Transport.UDP, "dns")
                .going(parsed.isResponse(), PacketView.Direction.UNKNOWN)
                .at(nowUs);
        to.message(packet, parsed);
        Arrays.fill(buffer, (byte) 0x55);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, true",
        "a.b.example.com, true",
        "EXAMPLE.com, true",
        "badexample.com, false",
        "com, false",
        "example.com.org, false",
        "a\\046example.com, false",
        "net, true",
        "x.net, true",
        "., false"
    })
    void aZoneHoldsItsNameAndWhatIsBelow(String name, boolean inside) {
        use(zones(Set.of("example.com", "net"), Set.of()));
        see(query(1, name, A));
        see(response(1, name, A, NXDOMAIN));
        use(zones(Set.of(), Set.of("example.com", "net")));
        see(query(2, name, A));
        see(response(2, name, A, NXDOMAIN));
        assertThat(kept).hasSize(2).allMatch(text -> text.charAt(1) == (inside ? '1' : '2'));
        assertThat(leftOut()).isEqualTo(2);
    }

    @Test
    void theRootHoldsEverything() {
        use(zones(Set.of("."), Set.of()));
        see(query(1, "example.com", A));
        see(query(2, ".", A));
        assertThat(kept).hasSize(2);
    }

    @Test
    void manyZonesAreToldApart() {
        Random random = new Random(1);
        Set<String> names = new java.util.HashSet<>();
        for (int i = 0; i < 5000; i++) {
            names.add("z%d.example%d.test".formatted(random.nextInt(1000), random.nextInt(1000)));
        }
        Zones zones = new Zones(names);
        for (int i = 0; i < 20_000; i++) {
            String zone =
                    "z%d.example%d.test".formatted(random.nextInt(1000), random.nextInt(1000));
            byte[] name = ("www." + zone).getBytes(StandardCharsets.US_ASCII);
            assertThat(zones.contain(name, name.length)).isEqualTo(names.contains(zone));
        }
    }

    @Test
    void typesAreKeptOrLeftOutInBothDirections() {
        use(types(Set.of(AAAA), Set.of()));
        see(query(1, "a.test", A));
        see(response(1, "a.test", A, NOERROR));
        see(query(2, "a.test", AAAA));
        see(response(2, "a.test", AAAA, NOERROR));
        use(types(Set.of(), Set.of(65_280)));
        see(query(3, "a.test", 65_280));
        assertThat(kept).containsExactly("Q2 a.test", "R2 a.test");
        assertThat(leftOut()).isEqualTo(3);
    }

    @Test
    void clientNetworksAreKeptOrLeftOut() {
        use(
                clients(
                        List.of(IpNetwork.of("198.51.100.0/24")),
                        List.of(IpNetwork.of("198.51.100.8"))));
        see(query(1, "a.test", A));
        client = "198.51.100.8";
        see(query(2, "a.test", A));
        client = "203.0.113.1";
        see(query(3, "a.test", A));
        assertThat(kept).containsExactly("Q1 a.test");
    }

    @Test
    void aResponseWithoutQuestionGoesTheWayOfItsQuery() {
        for (FilterSettings settings :
                List.of(zones(Set.of("a.test"), Set.of()), zones(Set.of(), Set.of("b.test")))) {
            kept.clear();
            use(settings);
            see(query(1, "a.test", A));
            see(message(1).flags(0x8001));
            see(query(2, "b.test", A));
            see(message(2).flags(0x8001));
            assertThat(kept).containsExactly("Q1 a.test", "R1 ");
        }
    }

    @Test
    void whereNoQueryIsKnownAListOfWhatToKeepDecidesAgainstNoQuestion() {
        use(zones(Set.of("a.test"), Set.of()));
        see(message(1).flags(0x8001));
        see(message(1));
        assertThat(kept).isEmpty();
        use(types(Set.of(), Set.of(A)));
        see(message(1).flags(0x8001));
        see(message(2));
        see(message(2).flags(0x8001));
        assertThat(kept).hasSize(3);
    }

    @Test
    void aQueryWaitsForTheCodeOfItsResponse() {
        use(rcodes(Set.of(NXDOMAIN), Set.of()));
        see(query(1, "a.test", A));
        see(query(2, "b.test", A));
        assertThat(kept).isEmpty();
        assertThat(filter.lowestHeldUs()).isEqualTo(nowUs - 1000);
        see(response(1, "a.test", A, NXDOMAIN));
        assertThat(kept).containsExactly("Q1 a.test", "R1 a.test");
        see(response(2, "b.test", A, NOERROR));
        assertThat(kept).hasSize(2);
        assertThat(leftOut()).isEqualTo(2);
        assertThat(filter.lowestHeldUs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatWasHeldIsAsItWas() {
        use(rcodes(Set.of(), Set.of(SERVFAIL)));
        see(query(1, "a.test", A));
        long queryUs = nowUs;
        see(response(1, "a.test", A, NOERROR));
        assertThat(lastKeptUs).containsExactly(queryUs, nowUs);
        assertThat(kept).containsExactly("Q1 a.test", "R1 a.test");
    }

    @Test
    void retransmissionsAndDuplicatesGoTogether() {
        use(rcodes(Set.of(), Set.of(SERVFAIL)));
        see(query(1, "a.test", A));
        see(query(1, "a.test", A));
        see(response(1, "a.test", A, SERVFAIL));
        see(response(1, "a.test", A, NOERROR));
        assertThat(kept).isEmpty();
        assertThat(leftOut()).isEqualTo(4);
        see(query(2, "a.test", A));
        see(query(2, "a.test", A));
        see(response(2, "a.test", A, NOERROR));
        see(response(2, "a.test", A, SERVFAIL));
        assertThat(kept).containsExactly("Q2 a.test", "Q2 a.test", "R2 a.test", "R2 a.test");
    }

    @Test
    void aQueryAskedAgainAfterItsAnswerIsAnotherTransaction() {
        use(rcodes(Set.of(), Set.of(SERVFAIL)));
        see(query(1, "a.test", A));
        see(response(1, "a.test", A, SERVFAIL));
        see(query(1, "a.test", A));
        see(response(1, "a.test", A, NOERROR));
        assertThat(kept).containsExactly("Q1 a.test", "R1 a.test");
    }

    @Test
    void severalQuestionsUnderOneKeyKeepTheirOrder() {
        use(rcodes(Set.of(), Set.of(SERVFAIL)));
        see(query(1, "a.test", A));
        see(query(1, "b.test", A));
        see(response(1, "b.test", A, NOERROR));
        assertThat(kept).as("the first is not decided yet").isEmpty();
        see(response(1, "a.test", A, NOERROR));
        assertThat(kept).containsExactly("Q1 a.test", "Q1 b.test", "R1 b.test", "R1 a.test");
        assertThat(lastKeptUs).isSorted();
    }

    @Test
    void aResponseWithoutQuestionDecidesForTheOldestUnderItsKey() {
        use(rcodes(Set.of(1), Set.of()));
        see(query(1, "a.test", A));
        see(message(1).flags(0x8001));
        assertThat(kept).containsExactly("Q1 a.test", "R1 ");
        see(message(1).flags(0x8000));
        assertThat(kept).as("a duplicate").hasSize(3);
    }

    @Test
    void aMismatchedResponseGoesByItsOwnCodeAndItsQueryWaits() {
        use(rcodes(Set.of(NXDOMAIN), Set.of()));
        see(query(1, "a.test", A));
        see(response(1, "spoofed.test", A, NXDOMAIN));
        see(response(1, "a.test", A, NOERROR));
        assertThat(kept).containsExactly("R1 spoofed.test");
        assertThat(leftOut()).isEqualTo(2);
    }

    @Test
    void aResponseThatOvertookItsQueryDecidesForIt() {
        use(rcodes(Set.of(NXDOMAIN), Set.of()));
        see(response(1, "a.test", A, NXDOMAIN));
        see(query(1, "a.test", A));
        see(response(2, "b.test", A, NOERROR));
        see(query(2, "b.test", A));
        assertThat(kept).containsExactly("R1 a.test", "Q1 a.test");
        assertThat(filter.lowestHeldUs()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutResponseATransactionIsInNoList(boolean inclusion) {
        use(inclusion ? rcodes(Set.of(0), Set.of()) : rcodes(Set.of(), Set.of(0)));
        see(query(1, "a.test", A));
        filter.tick(nowUs + TIMEOUT + SKEW);
        assertThat(filter.lowestHeldUs()).isEqualTo(nowUs);
        filter.tick(nowUs + TIMEOUT + SKEW + 1);
        assertThat(filter.lowestHeldUs()).isEqualTo(Long.MAX_VALUE);
        assertThat(kept).hasSize(inclusion ? 0 : 1);
        assertThat(leftOut()).isEqualTo(inclusion ? 1 : 0);
    }

    @Test
    void timeGoesOnWithPacketsAlsoWithSuchAsAnotherFilterLeavesOut() {
        use(
                new FilterSettings(
                        Set.of("a.test"),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(0),
                        List.of(),
                        List.of()));
        see(query(1, "a.test", A));
        nowUs += TIMEOUT + SKEW;
        see(query(2, "b.test", A));
        assertThat(kept).containsExactly("Q1 a.test");
    }

    @Test
    void theEndLetsGoOfWhatIsHeld() {
        use(rcodes(Set.of(), Set.of(0)));
        see(query(1, "a.test", A));
        see(query(1, "b.test", A));
        see(response(1, "b.test", A, NXDOMAIN));
        filter.flush();
        assertThat(kept).containsExactly("Q1 a.test", "Q1 b.test", "R1 b.test");
    }

    @Test
    void beyondItsBoundTheOldestAreKeptWithTheirResponsesAndCounted() {
        RcodeFilter bounded =
                new RcodeFilter(
                        rcodes(Set.of(NXDOMAIN), Set.of()),
                        TIMEOUT,
                        SKEW,
                        10,
                        this::keep,
                        counters);
        for (int i = 0; i < 100; i++) {
            see(bounded, query(i, "a.test", A));
        }
        assertThat(kept).hasSize(90);
        assertThat(counters.unjudgedQueries()).isEqualTo(90);
        see(bounded, response(5, "a.test", A, NOERROR));
        assertThat(kept).endsWith("R5 a.test");
        see(bounded, response(95, "a.test", A, NOERROR));
        assertThat(leftOut()).isEqualTo(2);
    }

    /** As a name server whose clock jumped, or somebody who writes to its socket, may send it. */
    @Test
    void aMessageFromTheFutureHoldsNothingBackThatCameAfterIt() {
        use(rcodes(Set.of(), Set.of(NXDOMAIN)));
        long realUs = nowUs;
        nowUs += 3_600_000_000L;
        see(query(1, "future.example.com", A));
        nowUs = realUs;
        see(query(1, "same-key.example.com", A));
        see(query(2, "other-key.example.com", A));
        filter.tick(nowUs + TIMEOUT + SKEW + 1);
        see(query(3, "later.example.com", A));
        assertThat(kept).contains("Q1 same-key.example.com", "Q2 other-key.example.com");
        assertThat(filter.lowestHeldUs()).isGreaterThanOrEqualTo(nowUs);
    }

    @Test
    void nothingIsHeldBelowTheLowestHeldWhateverTheOrder() {
        use(rcodes(Set.of(), Set.of(SERVFAIL)));
        Random random = new Random(3);
        long start = nowUs;
        long passedUs = Long.MIN_VALUE;
        for (int i = 0; i < 20_000; i++) {
            nowUs = start + i * 1000L - random.nextInt(1_400_000);
            see(query(i, "a.test", A));
            if (i >= 100) {
                nowUs = start + i * 1000L;
                see(response(random.nextInt(i), "a.test", A, random.nextInt(3)));
            }
            // what is published is at or after any watermark that was possible before it
            for (long keptUs : lastKeptUs) {
                assertThat(keptUs).isGreaterThanOrEqualTo(passedUs);
            }
            lastKeptUs.clear();
            passedUs = Math.min(start + i * 1000L - 1_400_000, filter.lowestHeldUs());
        }
        filter.flush();
        assertThat(filter.lowestHeldUs()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeyHoldsNoMoreThanTheMatcherKnows(boolean queries) {
        use(rcodes(Set.of(NXDOMAIN), Set.of()));
        see(query(1, "a.test", A));
        for (int i = 1; i < 20_000; i++) {
            String name = "n%d.test".formatted(i);
            see(queries ? query(1, name, A) : response(1, name, A, NXDOMAIN));
            // each is looked at with each message of the key, so this bounds the work
            assertThat(i + 1 - kept.size()).isLessThanOrEqualTo(RcodeFilter.MAX_HELD_OF_KEY);
        }
        assertThat(kept).startsWith("Q1 a.test", queries ? "Q1 n1.test" : "R1 n1.test");
        assertThat(counters.unjudgedQueries())
                .isEqualTo(queries ? 20_000 - RcodeFilter.MAX_HELD_OF_KEY : 1);
    }

    @Test
    void nothingIsInTheWayWhenNothingIsAskedFor() {
        MessageHandler out = this::keep;
        assertThat(FilterSettings.NONE.before(out, TIMEOUT, SKEW, counters)).isSameAs(out);
    }

    /** Whatever comes: each message once, within a key in order, and no query without its fate. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyMessageIsKeptOrLeftOutOnce(long seed) {
        Random random = new Random(seed);
        Map<Integer, List<Long>> times = new HashMap<>();
        MessageHandler out =
                (seen, message) ->
                        times.computeIfAbsent(message.id(), id -> new ArrayList<>())
                                .add(seen.timestampUs());
        filter =
                (seed % 2 == 0 ? rcodes(Set.of(0, 2), Set.of()) : rcodes(Set.of(), Set.of(3)))
                        .before(out, TIMEOUT, SKEW, counters);
        int messages = 20_000;
        for (int i = 0; i < messages; i++) {
            int id = random.nextInt(200);
            String name = "n%d.test".formatted(random.nextInt(3));
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> see(query(id, name, A));
                case 3, 4 -> see(response(id, name, A, random.nextInt(4)));
                default -> see(message(id).flags(0x8000 | random.nextInt(4)));
            }
            nowUs += random.nextInt(20_000);
        }
        filter.flush();
        assertThat(times.values()).allSatisfy(list -> assertThat(list).isSorted());
        int published = times.values().stream().mapToInt(List::size).sum();
        assertThat(published + leftOut()).isEqualTo(messages);
        assertThat(filter.lowestHeldUs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsKeptAndLeftOutAtOnceIsAContradiction() {
        assertThat(types(Set.of(A), Set.of(A)).contradictions())
                .containsExactly("filter.type and filter.type.exclude name the same: drop one");
        assertThat(zones(Set.of("a.test"), Set.of("b.a.test")).contradictions()).isEmpty();
    }
}
