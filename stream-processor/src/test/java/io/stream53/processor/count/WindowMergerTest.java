package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowMergerTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration DELAY = Duration.ofSeconds(10);

    private WindowMerger merger = new WindowMerger(DELAY, 2);

    @Test
    void closesAWindowOnceTheWatermarkHasPassedItsEndByTheDelay() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(70));
        assertThat(merger.takeFinals()).isEmpty();
        assertThat(merger.openWindows()).isEqualTo(1);

        merger.accept(new CountMessage.Progress(0, micros(NOON.plusSeconds(70)) + 1, false));

        assertThat(merger.takeFinals())
                .singleElement()
                .satisfies(
                        count -> {
                            assertThat(count.getFinal$()).isTrue();
                            assertThat(count.getLate()).isZero();
                            assertThat(count.getQueries()).isEqualTo(1);
                        });
        assertThat(merger.openWindows()).isZero();
        assertThat(merger.finalSums()).isEqualTo(1);
    }

    @Test
    void aWindowIsFinalOnce() {
        add(NOON, "a.com");
        end(0);

        assertThat(merger.takeFinals()).hasSize(1);
        assertThat(merger.takeFinals()).isEmpty();
        assertThat(merger.takeUpdates()).isEmpty();
    }

    @Test
    void waitsForTheSlowestUpstream() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(600));
        progress(1, NOON.plusSeconds(30));
        assertThat(merger.takeFinals()).isEmpty();

        progress(1, NOON.plusSeconds(71));
        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void doesNotWaitForAnIdleUpstream() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(600));
        merger.accept(new CountMessage.Progress(1, micros(NOON.plusSeconds(30)), true));

        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void idleUpstreamsAloneCloseNothingThatTimeHasNotPassed() {
        add(NOON, "a.com");
        merger.accept(new CountMessage.Progress(0, micros(NOON.plusSeconds(30)), true));
        assertThat(merger.takeFinals()).isEmpty();

        merger.accept(new CountMessage.Progress(0, micros(NOON.plusSeconds(71)), true));
        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void theEndOfAllRunsClosesEverything() {
        add(NOON, "a.com");
        add(NOON.plusSeconds(3600), "a.com");
        end(0);
        progress(1, NOON);
        assertThat(merger.takeFinals()).isEmpty();

        end(1);
        assertThat(merger.takeFinals()).hasSize(2);
    }

    @Test
    void withoutProgressNothingCloses() {
        add(NOON, "a.com");

        assertThat(merger.takeFinals()).isEmpty();
    }

    @Test
    void whatComesAfterTheEndIsAddedAndCountedAsLate() {
        add(NOON, "a.com");
        end(0);
        merger.takeFinals();

        add(NOON, "b.com");
        add(NOON, "b.org");
        assertThat(merger.openWindows()).isEqualTo(1);

        assertThat(merger.takeFinals())
                .allSatisfy(count -> assertThat(count.getFinal$()).isTrue())
                .extracting(TldCount::getKey, TldCount::getQueries, TldCount::getLate)
                .containsExactlyInAnyOrder(tuple("com", 2L, 1L), tuple("org", 1L, 1L));
        assertThat(merger.openWindows()).isZero();
        assertThat(merger.finalSums()).isEqualTo(2);
    }

    @Test
    void updatesAreNotFinal() {
        add(NOON, "a.com");

        assertThat(merger.takeUpdates())
                .singleElement()
                .satisfies(count -> assertThat(count.getFinal$()).isFalse());
        assertThat(merger.takeUpdates()).isEmpty();
        end(0);
        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void aWindowGivenUpRefusesItsQueries() {
        for (int minute = 0; minute < 3; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
            progress(0, NOON.plusSeconds(60L * minute + 71));
            merger.takeFinals();
        }

        assertThat(add(NOON, "a.com")).isEqualTo(1);
        assertThat(add(NOON.plusSeconds(60), "a.com")).isZero();
        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void anOlderWindowThatWasNeverClosedStillOpens() {
        for (int minute = 0; minute < 5; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
        }
        end(0);
        merger.takeFinals();

        Instant before = Instant.parse("2015-01-01T00:00:00Z");
        assertThat(add(before, "a.com")).isZero();
        progress(0, before.plusSeconds(71));

        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void windowsOfBothSidesOfMidnightAreApart() {
        add(Instant.parse("2026-11-22T23:59:59.999Z"), "a.com");
        add(Instant.parse("2026-11-23T00:00:00Z"), "a.com");
        end(0);

        assertThat(merger.takeFinals())
                .extracting(CountMessage::recordKey)
                .containsExactlyInAnyOrder(
                        "tld|com|2026-11-22T23:59:00Z", "tld|com|2026-11-23T00:00:00Z");
    }

    @Test
    void goesOnFromItsStateAfterEveryStep() {
        MapState state = new MapState();
        add(NOON, "a.com");
        reopen(state);
        progress(0, NOON.plusSeconds(30));
        progress(1, NOON.plusSeconds(71));
        reopen(state);
        assertThat(merger.takeFinals()).isEmpty();
        progress(0, NOON.plusSeconds(71));
        reopen(state);
        assertThat(merger.takeFinals()).hasSize(1);
        reopen(state);
        assertThat(merger.takeFinals()).isEmpty();
        assertThat(merger.finalSums()).isEqualTo(1);
        add(NOON, "b.com");
        reopen(state);
        assertThat(merger.openWindows()).isEqualTo(1);
        assertThat(merger.takeFinals())
                .singleElement()
                .extracting(TldCount::getQueries, TldCount::getLate)
                .containsExactly(2L, 1L);
        for (int minute = 1; minute < 4; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
        }
        end(0);
        end(1);
        assertThat(merger.takeFinals()).hasSize(3);
        reopen(state);
        assertThat(add(NOON, "a.com")).isEqualTo(1);
        // Two upstreams, two windows kept with a sum each, and the totals.
        assertThat(state.size()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSumOfFinalQueriesIsThatOfTheTransactions(long seed) {
        Random random = new Random(seed);
        List<TaskCounts> tasks = List.of(new TaskCounts(5), new TaskCounts(5), new TaskCounts(5));
        Map<String, Long> finals = new HashMap<>();
        long counted = 0;
        long refused = 0;
        for (int i = 0; i < 5000; i++) {
            int task = random.nextInt(tasks.size());
            Instant time = NOON.plusMillis(50L * i + random.nextInt(300_000));
            counted += tasks.get(task).add(random(random, time));
            if (random.nextInt(50) == 0) {
                refused += send(tasks.get(task));
                progress(task, NOON.plusMillis(50L * i));
            }
            if (random.nextInt(80) == 0) {
                collect(merger.takeFinals(), finals);
            }
        }
        for (int task = 0; task < tasks.size(); task++) {
            refused += send(tasks.get(task));
            end(task);
        }
        collect(merger.takeFinals(), finals);

        assertThat(finals.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counted - refused);
        assertThat(finals).hasSize((int) merger.finalSums());
        assertThat(merger.openWindows()).isZero();
    }

    private static DnsTransaction random(Random random, Instant time) {
        String name = "x." + (char) ('a' + random.nextInt(8));
        return random.nextBoolean()
                ? Transactions.answered(time.toString(), name)
                : Transactions.unanswered(time.toString(), name, random.nextInt(3));
    }

    private static void collect(List<TldCount> counts, Map<String, Long> finals) {
        for (TldCount count : counts) {
            assertThat(count.getFinal$()).isTrue();
            finals.put(CountMessage.recordKey(count), count.getQueries());
        }
    }

    private long send(TaskCounts counts) {
        return new ArrayList<>(counts.takePartials()).stream().mapToLong(merger::accept).sum();
    }

    private long add(Instant start, String name) {
        TaskCounts counts = new TaskCounts(10);
        counts.add(Transactions.answered(start.toString(), name));
        return send(counts);
    }

    private void progress(int upstream, Instant watermark) {
        merger.accept(new CountMessage.Progress(upstream, micros(watermark), false));
    }

    private void end(int upstream) {
        merger.accept(new CountMessage.Progress(upstream, Long.MAX_VALUE, false));
    }

    private void reopen(MapState state) {
        merger.drain(state);
        merger = new WindowMerger(DELAY, 2);
        state.restoreTo(merger::restore);
    }

    private static long micros(Instant time) {
        return time.toEpochMilli() * 1000;
    }
}
