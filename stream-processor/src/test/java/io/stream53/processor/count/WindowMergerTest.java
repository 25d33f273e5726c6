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
    private final MapState hours = new MapState();

    /** What was taken of hours. */
    private final List<TldCount> ofHours = new ArrayList<>();

    @Test
    void closesAWindowOnceTheWatermarkHasPassedItsEndByTheDelay() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(70));
        assertThat(finals()).isEmpty();
        assertThat(merger.openWindows()).isEqualTo(1);

        merger.accept(new CountMessage.Progress(0, micros(NOON.plusSeconds(70)) + 1, false));

        assertThat(finals())
                .singleElement()
                .satisfies(
                        count -> {
                            assertThat(count.getFinal$()).isTrue();
                            assertThat(count.getLate()).isZero();
                            assertThat(count.getQueries()).isEqualTo(1);
                        });
        // The hour.
        assertThat(merger.openWindows()).isEqualTo(1);
        assertThat(merger.finalSums()).isEqualTo(1);
    }

    @Test
    void aWindowIsFinalOnce() {
        add(NOON, "a.com");
        end(0);

        assertThat(finals()).hasSize(1);
        assertThat(finals()).isEmpty();
        assertThat(updates()).isEmpty();
    }

    @Test
    void waitsForTheSlowestUpstream() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(600));
        progress(1, NOON.plusSeconds(30));
        assertThat(finals()).isEmpty();

        progress(1, NOON.plusSeconds(71));
        assertThat(finals()).hasSize(1);
    }

    @Test
    void doesNotWaitForAnIdleUpstream() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(600));
        merger.accept(new CountMessage.Progress(1, micros(NOON.plusSeconds(30)), true));

        assertThat(finals()).hasSize(1);
    }

    @Test
    void idleUpstreamsAloneCloseNothingThatTimeHasNotPassed() {
        add(NOON, "a.com");
        merger.accept(new CountMessage.Progress(0, micros(NOON.plusSeconds(30)), true));
        assertThat(finals()).isEmpty();

        merger.accept(new CountMessage.Progress(0, micros(NOON.plusSeconds(71)), true));
        assertThat(finals()).hasSize(1);
    }

    @Test
    void theEndOfAllRunsClosesEverything() {
        add(NOON, "a.com");
        add(NOON.plusSeconds(3600), "a.com");
        end(0);
        progress(1, NOON);
        assertThat(finals()).isEmpty();

        end(1);
        assertThat(finals()).hasSize(2);
    }

    @Test
    void withoutProgressNothingCloses() {
        add(NOON, "a.com");

        assertThat(finals()).isEmpty();
    }

    @Test
    void whatComesAfterTheEndIsAddedAndCountedAsLate() {
        add(NOON, "a.com");
        end(0);
        finals();

        add(NOON, "b.com");
        add(NOON, "b.org");
        // The minute, and its hour.
        assertThat(merger.openWindows()).isEqualTo(2);

        assertThat(finals())
                .allSatisfy(count -> assertThat(count.getFinal$()).isTrue())
                .extracting(TldCount::getKey, TldCount::getQueries, TldCount::getLate)
                .containsExactlyInAnyOrder(tuple("com", 2L, 1L), tuple("org", 1L, 1L));
        assertThat(merger.openWindows()).isZero();
        assertThat(merger.finalSums()).isEqualTo(2);
    }

    @Test
    void updatesAreNotFinal() {
        add(NOON, "a.com");

        assertThat(updates())
                .singleElement()
                .satisfies(count -> assertThat(count.getFinal$()).isFalse());
        assertThat(updates()).isEmpty();
        end(0);
        assertThat(finals()).hasSize(1);
    }

    @Test
    void aWindowGivenUpRefusesItsQueries() {
        for (int minute = 0; minute < 3; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
            progress(0, NOON.plusSeconds(60L * minute + 71));
            finals();
        }

        assertThat(add(NOON, "a.com")).isEqualTo(1);
        assertThat(add(NOON.plusSeconds(60), "a.com")).isZero();
        assertThat(finals()).hasSize(1);
    }

    @Test
    void anOlderWindowThatWasNeverClosedStillOpens() {
        for (int minute = 0; minute < 5; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
        }
        end(0);
        finals();

        Instant before = Instant.parse("2015-01-01T00:00:00Z");
        assertThat(add(before, "a.com")).isZero();
        progress(0, before.plusSeconds(71));

        assertThat(finals()).hasSize(1);
    }

    @Test
    void windowsOfBothSidesOfMidnightAreApart() {
        add(Instant.parse("2026-11-22T23:59:59.999Z"), "a.com");
        add(Instant.parse("2026-11-23T00:00:00Z"), "a.com");
        end(0);

        assertThat(finals())
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
        assertThat(finals()).isEmpty();
        progress(0, NOON.plusSeconds(71));
        reopen(state);
        assertThat(finals()).hasSize(1);
        reopen(state);
        assertThat(finals()).isEmpty();
        assertThat(merger.finalSums()).isEqualTo(1);
        add(NOON, "b.com");
        reopen(state);
        assertThat(merger.openWindows()).isEqualTo(2);
        assertThat(finals())
                .singleElement()
                .extracting(TldCount::getQueries, TldCount::getLate)
                .containsExactly(2L, 1L);
        for (int minute = 1; minute < 4; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
        }
        end(0);
        end(1);
        assertThat(finals()).hasSize(3);
        reopen(state);
        assertThat(add(NOON, "a.com")).isEqualTo(1);
        // Two upstreams, two windows kept with a sum each, those given up, and the totals.
        assertThat(state.size()).isEqualTo(8);
        // An hour with its sum, and the totals.
        assertThat(hours.size()).isEqualTo(3);
    }

    @Test
    void aNodeFarBehindHoldsNoWindowUpAndOneFarAheadClosesNone() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(71));
        progress(1, NOON.minusSeconds(86_400));
        progress(2, NOON.plusSeconds(86_400));
        assertThat(merger.takeFinals()).hasSize(1);

        Instant ahead = NOON.plusSeconds(8 * 3_600);
        add(ahead, "a.com");
        assertThat(merger.takeFinals()).isEmpty();
        progress(0, ahead.plusSeconds(71));
        assertThat(merger.takeFinals()).hasSize(1);
    }

    @Test
    void waitsForATaskWithABacklogHoweverFarBehindItIs() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(71));
        long behindUs = micros(NOON.minusSeconds(86_400));
        for (boolean backlog : List.of(true, false)) {
            NodeTimes times = new NodeTimes(List.of(behindUs), List.of(), backlog);
            merger.accept(new CountMessage.Progress(1, behindUs, false, times));
            assertThat(merger.takeFinals()).hasSize(backlog ? 0 : 1);
        }
    }

    @Test
    void ofTooManyWindowsThoseGoThatNoNodeIsNear() {
        Instant wild = Instant.parse("2001-01-01T00:00:00Z");
        for (int minute = 0; minute < 5; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
            add(wild.plusSeconds(1_000_000L * minute), "a.com");
            progress(0, NOON.plusSeconds(60L * minute + 71));
            merger.takeFinals();
        }
        assertThat(add(NOON.plusSeconds(180), "a.com")).isZero();
        assertThat(add(NOON.plusSeconds(240), "a.com")).isZero();
        assertThat(add(wild, "a.com")).isEqualTo(1);
    }

    @Test
    void whatWasGivenUpRefusesNoOtherWindow() {
        merger = new WindowMerger(DELAY, 2);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            add(Instant.ofEpochSecond(random.nextLong(1_700_000_000)), "a.com");
            if (i % 1_000 == 0) {
                progress(0, NOON);
                merger.takeFinals();
            }
        }
        assertThat(add(NOON, "a.com")).isZero();
        progress(0, NOON.plusSeconds(71));
        assertThat(merger.takeFinals()).anyMatch(count -> count.getQueries() == 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSumOfFinalQueriesIsThatOfTheTransactions(long seed) {
        Random random = new Random(seed);
        List<TaskCounts> tasks = List.of(tldOnly(5), tldOnly(5), tldOnly(5));
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
                collect(finals(), finals);
            }
        }
        for (int task = 0; task < tasks.size(); task++) {
            refused += send(tasks.get(task));
            end(task);
        }
        collect(finals(), finals);

        assertThat(finals.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counted - refused);
        assertThat(finals).hasSize((int) merger.finalSums());
        assertThat(merger.openWindows()).isZero();
    }

    @Test
    void anHourIsTheSumOfItsFinalMinutes() {
        for (int minute = 0; minute < 60; minute += 20) {
            add(NOON.plusSeconds(60L * minute), "a.com");
            assertThat(updates()).hasSize(1);
            assertThat(hourQueries()).isEqualTo(minute / 20);
            progress(0, NOON.plusSeconds(60L * minute + 71));
            assertThat(finals()).hasSize(1);
            updates();
            assertThat(hourQueries()).isEqualTo(minute / 20 + 1);
            assertThat(ofHours.getLast().getFinal$()).isFalse();
        }
        progress(0, NOON.plusSeconds(3600 + 10));
        finals();
        assertThat(ofHours.getLast().getFinal$()).isFalse();
        progress(0, NOON.plusSeconds(3600 + 11));
        finals();
        TldCount hour = ofHours.getLast();
        assertThat(hour.getFinal$()).isTrue();
        assertThat(hour.getWindow()).isEqualTo("PT1H");
        assertThat(hour.getWindowEnd()).isEqualTo(NOON.plusSeconds(3600));
        assertThat(hour.getDistinctClients()).isEqualTo(1);
        assertThat(CountMessage.recordKey(hour)).isEqualTo("tld|com|2026-11-22T12:00:00Z/PT1H");
        assertThat(hourQueries()).isEqualTo(3);
    }

    @Test
    void aCorrectedMinuteCorrectsItsHour() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(71));
        finals();
        add(NOON, "b.com");
        finals();
        updates();
        assertThat(hourQueries()).isEqualTo(2);
        assertThat(ofHours.getLast().getLate()).isZero();

        progress(0, NOON.plusSeconds(3700));
        finals();
        add(NOON, "c.com");
        finals();
        assertThat(hourQueries()).isEqualTo(3);
        assertThat(ofHours.getLast().getLate()).isEqualTo(1);
        assertThat(ofHours.getLast().getFinal$()).isTrue();
    }

    @Test
    void aRefusedMinuteIsNotInItsHour() {
        for (int minute = 0; minute < 3; minute++) {
            add(NOON.plusSeconds(60L * minute), "a.com");
            progress(0, NOON.plusSeconds(60L * minute + 71));
            finals();
        }
        assertThat(add(NOON, "a.com")).isEqualTo(1);
        end(0);
        finals();
        assertThat(hourQueries()).isEqualTo(3);
    }

    @Test
    void hoursGoOnFromTheirStateAfterEveryStep() {
        MapState state = new MapState();
        for (int minute = 0; minute < 120; minute += 7) {
            add(NOON.plusSeconds(60L * minute), "a.com");
            reopen(state);
            progress(0, NOON.plusSeconds(60L * minute + 71));
            finals();
            reopen(state);
            updates();
            reopen(state);
        }
        end(0);
        finals();
        assertThat(ofHours.stream().filter(TldCount::getFinal$).map(TldCount::getQueries))
                .containsExactly(9L, 9L);
        assertThat(merger.openWindows()).isZero();
    }

    @Test
    void aQueryRefusedInEveryDimensionIsRefusedOnce() {
        TaskCounts counts = new TaskCounts(10);
        DnsTransaction transaction = Transactions.answered(NOON.toString(), "a.com");
        for (int minute = 0; minute < 3; minute++) {
            transaction.getEvent().setStart(NOON.plusSeconds(60L * minute));
            counts.add(transaction);
            send(counts);
            progress(0, NOON.plusSeconds(60L * minute + 71));
            finals();
        }
        transaction.getEvent().setStart(NOON);
        counts.add(transaction);
        assertThat(send(counts)).isEqualTo(1);
    }

    @Test
    void showsAllThatItHolds() {
        add(NOON, "a.com");
        progress(0, NOON.plusSeconds(71));
        finals();
        updates();
        add(NOON.plusSeconds(120), "a.com");

        List<TldCount> held = new ArrayList<>();
        merger.look(held::add);
        assertThat(held)
                .extracting(CountMessage::recordKey, TldCount::getFinal$)
                .containsExactly(
                        tuple("tld|com|2026-11-22T12:00:00Z/PT1H", false),
                        tuple("tld|com|2026-11-22T12:02:00Z", false),
                        tuple("tld|com|2026-11-22T12:00:00Z", true));
    }

    @Test
    void sumsThatHadAnEntryEachMoveIntoABlockWhenTheyChange() {
        MapState state = new MapState();
        for (String key : List.of("com", "org")) {
            Tally tally = new Tally();
            tally.add(new Sample().of(Transactions.answered(NOON.toString(), "a." + key)));
            byte[] entry =
                    new StateKey.OfSum(NOON.toEpochMilli(), new Window.Name("tld", key)).encode();
            state.put(
                    entry, new ByteWriter().u8(1).varint(0).u8(1).bytes(tally.toBytes()).toBytes());
        }
        state.restoreTo(merger::restore);
        assertThat(add(NOON, "a.com")).isZero();
        reopen(state);
        assertThat(state.size()).as("a block, and the one that did not change").isEqualTo(2);
        add(NOON, "a.org");
        reopen(state);
        assertThat(state.size()).isEqualTo(1);
        end(0);
        assertThat(finals())
                .extracting(TldCount::getKey, TldCount::getQueries)
                .containsExactlyInAnyOrder(tuple("com", 2L), tuple("org", 2L));
    }

    @Test
    void sumsOfAWindowShareEntriesAndGoWithIt() {
        MapState state = new MapState();
        TaskCounts counts = tldOnly(2000);
        for (int i = 0; i < 1000; i++) {
            counts.add(Transactions.answered(NOON.toString(), "n" + i));
        }
        send(counts);
        reopen(state);
        assertThat(state.writes()).isBetween(2, 16);
        assertThat(updates()).hasSize(1000);
        for (int minute = 0; minute < 3; minute++) {
            add(NOON.plusSeconds(60L * minute), "n" + minute);
            reopen(state);
        }
        end(0);
        assertThat(finals()).hasSize(1002);
        reopen(state);
        assertThat(state.size())
                .as("two windows, their sums, what went, totals, one task")
                .isEqualTo(7);
    }

    @Test
    void aLargeBlockIsSplit() {
        MapState state = new MapState();
        for (int part = 0; part < 3; part++) {
            for (int key = 0; key < 40; key++) {
                TaskCounts counts = tldOnly(100);
                for (int client = 0; client < 60; client++) {
                    counts.add(
                            Transactions.answered(
                                    NOON.toString(),
                                    "n" + part + "-" + client + ".k" + key,
                                    "NOERROR",
                                    1,
                                    "192.0." + part + "." + client));
                }
                send(counts);
            }
            reopen(state);
        }
        assertThat(state.size()).isGreaterThan(2);
        end(0);
        assertThat(finals()).hasSize(40).allMatch(count -> count.getQueries() == 180);
    }

    private static TaskCounts tldOnly(int maxKeys) {
        return new TaskCounts(maxKeys, List.of(Dimension.TLD));
    }

    private List<TldCount> finals() {
        return minutes(merger.takeFinals());
    }

    private List<TldCount> updates() {
        return minutes(merger.takeUpdates());
    }

    private List<TldCount> minutes(List<TldCount> counts) {
        counts.stream().filter(count -> count.getWindow().equals("PT1H")).forEach(ofHours::add);
        return counts.stream().filter(count -> count.getWindow().equals("PT1M")).toList();
    }

    /** Queries of the hour that was taken last. */
    private long hourQueries() {
        return ofHours.isEmpty() ? 0 : ofHours.getLast().getQueries();
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
        TaskCounts counts = tldOnly(10);
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
        merger.drainHours(hours);
        merger = new WindowMerger(DELAY, 2);
        state.restoreTo(merger::restore);
        hours.restoreTo(merger::restoreHours);
    }

    private static long micros(Instant time) {
        return time.toEpochMilli() * 1000;
    }
}
