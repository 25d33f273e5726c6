package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stream53.schema.DnsTransaction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskCountsTest {
    private static final String NOON = "2026-11-22T12:00:00Z";

    private final TaskCounts counts = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);

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
    void keysBeyondTheLimitCountAsOther() {
        TaskCounts limited = new TaskCounts(3);
        for (String name : List.of("a", "b", "c", "d", "e", "a", "d")) {
            limited.add(Transactions.answered(NOON, name));
        }
        limited.add(Transactions.answered("2026-11-22T12:01:00Z", "d"));

        assertThat(limited.takePartials())
                .extracting(
                        CountMessage.Partial::key,
                        partial -> Tally.fromBytes(partial.tally()).queries())
                .containsExactlyInAnyOrder(
                        tuple("a", 2L),
                        tuple("b", 1L),
                        tuple("c", 1L),
                        tuple("other", 3L),
                        tuple("d", 1L));
    }

    @Test
    void theLimitHoldsAcrossPartials() {
        TaskCounts limited = new TaskCounts(1);
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
        assertThat(state.writes()).isEqualTo(3);

        TaskCounts restored = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);
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

        TaskCounts restored = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);
        state.restoreTo(restored::restore);
        assertThat(queries(restored.takePartials())).isEqualTo(1);
    }

    @Test
    void asksToBeSentBeforeItGrowsTooLarge() {
        DnsTransaction transaction = Transactions.answered(NOON, "a.com");
        for (int minute = 0; minute < 10_000; minute++) {
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
    }

    private static long queries(List<CountMessage.Partial> partials) {
        return partials.stream()
                .mapToLong(partial -> Tally.fromBytes(partial.tally()).queries())
                .sum();
    }
}
