package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Geo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskCountsTest {
    private static final String NOON = "2026-11-22T12:00:00Z";

    private static final List<Dimension> TLD = List.of(Dimension.TLD);

    private final TaskCounts counts = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS, TLD);

    @ParameterizedTest
    @CsvSource({
        "www.example.com, com",
        "com, com",
        "., .",
        "'', invalid",
        ", invalid",
        "host.xn--p1ai, xn--p1ai",
        "host.\\209\\128\\209\\132, xn--p1ai",
        "a\\046com, a\\046com",
        "x.\\255, \\255",
    })
    void theKeyIsTheLastLabel(@Nullable String name, String key) {
        counts.add(Transactions.transaction(NOON, name, "ONE_WAY", "192.0.2.1"));

        assertThat(counts.takePartials())
                .singleElement()
                .extracting(CountMessage.Partial::key, CountMessage.Partial::dimension)
                .containsExactly(key, "tld");
    }

    @Test
    void countsInTheUtcMinuteOfTheStart() {
        counts.add(Transactions.answered("2026-11-22T23:59:59.999Z", "a.com"));
        counts.add(Transactions.answered("2026-11-23T00:00:00Z", "a.com"));
        counts.add(Transactions.answered("1969-12-31T23:59:59.999Z", "a.com"));

        assertThat(counts.takePartials())
                .extracting(partial -> Instant.ofEpochMilli(partial.windowStartMs()).toString())
                .containsExactlyInAnyOrder(
                        "2026-11-22T23:59:00Z", "2026-11-23T00:00:00Z", "1969-12-31T23:59:00Z");
    }

    @Test
    void queriesAreTheFirstAndItsRetransmissions() {
        assertThat(counts.add(Transactions.answered(NOON, "a.com"))).isEqualTo(1);
        assertThat(counts.add(Transactions.unanswered(NOON, "a.com", 2))).isEqualTo(3);
        assertThat(counts.add(Transactions.unsolicited(NOON, "a.com"))).isZero();
        assertThat(queries(counts.takePartials())).isEqualTo(4);
    }

    @Test
    void keysBeyondTheLimitOfAnHourCountAsOther() {
        TaskCounts limited = new TaskCounts(3, TLD);
        for (String name : List.of("a", "b", "c", "d", "e", "a", "d")) {
            limited.add(Transactions.answered(NOON, name));
        }
        limited.add(Transactions.answered("2026-11-22T12:59:59Z", "d"));
        limited.add(Transactions.answered("2026-11-22T13:00:00Z", "d"));

        assertThat(limited.takePartials())
                .extracting(
                        CountMessage.Partial::key,
                        partial -> Tally.fromBytes(partial.tally()).queries())
                .containsExactlyInAnyOrder(
                        tuple("a", 2L),
                        tuple("b", 1L),
                        tuple("c", 1L),
                        tuple("other", 3L),
                        tuple("other", 1L),
                        tuple("d", 1L));
    }

    @Test
    void theLimitHoldsAcrossPartials() {
        TaskCounts limited = new TaskCounts(1, TLD);
        limited.add(Transactions.answered(NOON, "a"));
        limited.takePartials();
        limited.add(Transactions.answered(NOON, "b"));

        assertThat(limited.takePartials())
                .extracting(CountMessage.Partial::key)
                .containsExactly("other");
    }

    @Test
    void partialsHoldWhatCameSinceTheLast() {
        counts.add(Transactions.answered(NOON, "a.com"));
        assertThat(queries(counts.takePartials())).isEqualTo(1);
        assertThat(counts.unsent()).isZero();
        assertThat(counts.takePartials()).isEmpty();
        counts.add(Transactions.answered(NOON, "a.com"));
        assertThat(queries(counts.takePartials())).isEqualTo(1);
    }

    @Test
    void givesBackWhatWasNotSent() {
        MapState state = new MapState();
        counts.add(Transactions.answered(NOON, "a.com"));
        counts.drain(state);
        counts.add(Transactions.answered(NOON, "a.com"));
        counts.add(Transactions.unanswered(NOON, "b.org", 1));
        counts.drain(state);
        assertThat(state.writes()).isEqualTo(2);

        TaskCounts restored = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS, TLD);
        state.restoreTo(restored::restore);

        assertThat(restored.unsent()).isEqualTo(2);
        assertThat(queries(restored.takePartials())).isEqualTo(4);
        restored.drain(state);
        assertThat(state.size()).isZero();
    }

    @Test
    void whatWasAddedAndSentBetweenTwoDrainsIsDeleted() {
        MapState state = new MapState();
        counts.add(Transactions.answered(NOON, "a.com"));
        counts.drain(state);
        counts.add(Transactions.answered(NOON, "a.com"));
        counts.takePartials();
        counts.add(Transactions.answered(NOON, "a.com"));
        counts.drain(state);

        TaskCounts restored = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS, TLD);
        state.restoreTo(restored::restore);
        assertThat(queries(restored.takePartials())).isEqualTo(1);
    }

    @Test
    void asksToBeSentBeforeItGrowsTooLarge() {
        DnsTransaction transaction = Transactions.answered(NOON, "a.com");
        for (int minute = 0; minute < 50_000; minute++) {
            assertThat(counts.isFull()).isFalse();
            transaction.getEvent().setStart(Instant.parse(NOON).plusSeconds(60L * minute));
            counts.add(transaction);
        }
        assertThat(counts.isFull()).isTrue();
        counts.takePartials();
        assertThat(counts.isFull()).isFalse();
    }

    @Test
    void messagesSurviveEncoding() {
        CountMessage.Progress progress = new CountMessage.Progress(47, Long.MAX_VALUE, true);
        counts.add(Transactions.answered(NOON, "a.com"));
        CountMessage.Partial partial = counts.takePartials().getFirst();

        assertThat(CountMessage.decode(progress.encode())).isEqualTo(progress);
        assertThat(CountMessage.decode(partial.encode()))
                .usingRecursiveComparison()
                .isEqualTo(partial);
        assertThat(partial.recordKey()).isEqualTo("tld|com|2026-11-22T12:00:00Z");
        assertThat(partial.mergeKey()).isEqualTo("tld|com|2026-11-22T12:00:00Z/PT1H");
    }

    @Test
    void everyTransactionCountsOnceInEachDimension() {
        TaskCounts all = new TaskCounts(10);
        DnsTransaction known = Transactions.answered(NOON, "www.example.com");
        known.getDns().getQuestion().setRegisteredDomain("example.com");
        known.getClient().setGeo(new Geo(null, "DE", null, null, null, null));
        known.getClient().setAs(new AutonomousSystem(64500L, null));
        all.add(known);
        all.add(Transactions.transaction(NOON, null, "ONE_WAY", "192.0.2.1"));

        List<CountMessage.Partial> partials = all.takePartials();

        assertThat(partials)
                .extracting(CountMessage.Partial::dimension, CountMessage.Partial::key)
                .containsExactlyInAnyOrder(
                        tuple("all", "all"),
                        tuple("tld", "com"),
                        tuple("tld", "invalid"),
                        tuple("node", "ns1"),
                        tuple("qtype", "A"),
                        tuple("qtype", "unknown"),
                        tuple("rcode", "NOERROR"),
                        tuple("rcode", "unknown"),
                        tuple("transport", "udp"),
                        tuple("country", "DE"),
                        tuple("country", "unknown"),
                        tuple("asn", "64500"),
                        tuple("asn", "unknown"),
                        tuple("registered_domain", "example.com"),
                        tuple("registered_domain", "unknown"));
        for (Dimension dimension : Dimension.values()) {
            assertThat(
                            partials.stream()
                                    .filter(part -> part.dimension().equals(dimension.text()))
                                    .mapToLong(part -> Tally.fromBytes(part.tally()).transactions())
                                    .sum())
                    .as(dimension.text())
                    .isEqualTo(2);
        }
    }

    @Test
    void unknownAndOtherAreNoKeysThatTheLimitCounts() {
        TaskCounts limited = new TaskCounts(1, List.of(Dimension.RCODE));
        limited.add(Transactions.unanswered(NOON, "a", 0));
        limited.add(Transactions.answered(NOON, "a"));
        limited.add(Transactions.answered(NOON, "a", "SERVFAIL", 1, "192.0.2.1"));
        limited.add(Transactions.unanswered(NOON, "a", 0));

        assertThat(limited.takePartials())
                .extracting(CountMessage.Partial::key)
                .containsExactlyInAnyOrder("unknown", "NOERROR", "other");
    }

    @Test
    void aDrainWritesManySumsAsOneRecord() {
        MapState state = new MapState();
        TaskCounts all = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);
        for (int i = 0; i < 200; i++) {
            all.add(Transactions.answered(NOON, "a.t" + i));
        }
        all.drain(state);
        assertThat(state.writes()).isEqualTo(1);
        all.drain(state);
        assertThat(state.writes()).isEqualTo(1);
    }

    @Test
    void readsTheStateOfTheFirstLayout() {
        Tally tally = new Tally();
        tally.add(new Sample().of(Transactions.answered(NOON, "a.com")));
        MapState state = new MapState();
        long noon = Instant.parse(NOON).toEpochMilli();
        state.put(new ByteWriter().i64(noon).text("com").toBytes(), tally.toBytes());

        state.restoreTo(counts::restore);

        assertThat(counts.takePartials())
                .singleElement()
                .extracting(CountMessage.Partial::recordKey)
                .isEqualTo("tld|com|2026-11-22T12:00:00Z");
        counts.drain(state);
        assertThat(state.size()).isZero();
    }

    private static long queries(List<CountMessage.Partial> partials) {
        return partials.stream()
                .mapToLong(partial -> Tally.fromBytes(partial.tally()).queries())
                .sum();
    }
}
