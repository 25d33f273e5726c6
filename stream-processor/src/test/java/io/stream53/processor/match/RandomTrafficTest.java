package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.ANSWERED;
import static io.stream53.ledger.ProcessorCounter.DUPLICATE_RESPONSES;
import static io.stream53.ledger.ProcessorCounter.LATE;
import static io.stream53.ledger.ProcessorCounter.MISMATCHED;
import static io.stream53.ledger.ProcessorCounter.RETRANSMISSIONS;
import static io.stream53.ledger.ProcessorCounter.TRANSFER_RESPONSES;
import static io.stream53.ledger.ProcessorCounter.UNANSWERED;
import static io.stream53.ledger.ProcessorCounter.UNSOLICITED;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.match.Traffic.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results depend on the messages alone: not on watermarks' cadence, partitions or crashes. */
class RandomTrafficTest {
    private static final int SEEDS = 60;
    private static final int EXCHANGES = 150;

    static List<Long> seeds() {
        return new Random(53).longs(SEEDS).boxed().toList();
    }

    /** Everything that was there to see of a run. */
    record Result(List<String> transactions, Map<ProcessorCounter, Long> counters) {
        static Result of(List<Transaction> transactions, CounterSet counters) {
            return new Result(
                    transactions.stream().map(RandomTrafficTest::describe).sorted().toList(),
                    counters.toMap());
        }

        long sum(ProcessorCounter... of) {
            return Arrays.stream(of).mapToLong(c -> counters.getOrDefault(c, 0L)).sum();
        }

        List<String> without(Status... left) {
            return transactions.stream()
                    .filter(text -> Arrays.stream(left).noneMatch(s -> text.contains(s.name())))
                    .toList();
        }
    }

    private static String describe(Transaction t) {
        long query = t.query() == null ? -1 : t.query().getTimestampUs();
        long response = t.response() == null ? -1 : t.response().getTimestampUs();
        return "%s %s query %d response %d retransmissions %d responses %d bytes %d %d end %d %s %s"
                .formatted(
                        t.id(),
                        t.status(),
                        query,
                        response,
                        t.retransmissions(),
                        t.responses(),
                        t.queryBytes(),
                        t.responseBytes(),
                        t.endUs(),
                        t.cause(),
                        t.unansweredId());
    }

    /** A run with watermarks behind the steps that are chosen. */
    private static Result run(List<Step> steps, IntPredicate watermarkBehind) {
        Play play = new Play();
        for (int i = 0; i < steps.size(); i++) {
            play.see(steps.get(i).message());
            if (watermarkBehind.test(i)) {
                steps.get(i).watermarks().forEach(play::watermark);
            }
        }
        Traffic.NODES.forEach(node -> play.watermark(node, Long.MAX_VALUE));
        assertThat(play.matcher.pending()).isZero();
        assertThat(play.matcher.heldResponses()).isZero();
        return Result.of(play.take(), play.counters);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resultsDoNotDependOnTheWatermarksCadence(long seed) {
        List<Step> steps = new Traffic(seed, 1).exchanges(EXCHANGES).steps();
        Result never = run(steps, i -> false);
        assertThat(run(steps, i -> true)).isEqualTo(never);
        assertThat(run(steps, i -> i % 37 == 0)).isEqualTo(never);
    }

    @Test
    void trafficHasEverythingInIt() {
        CounterSet all = new CounterSet();
        for (long seed : seeds()) {
            Result result = run(new Traffic(seed, 1).exchanges(EXCHANGES).steps(), i -> true);
            result.counters().forEach(all::add);
        }
        for (ProcessorCounter counter :
                List.of(
                        ANSWERED,
                        UNANSWERED,
                        UNSOLICITED,
                        MISMATCHED,
                        LATE,
                        DUPLICATE_RESPONSES,
                        TRANSFER_RESPONSES,
                        RETRANSMISSIONS)) {
            assertThat(all.get(counter)).as(counter.text()).isGreaterThan(100);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void idsAreUniqueThoughManyTimesAreAlike(long seed) {
        Play play = new Play();
        for (Step step : new Traffic(seed, 1_000).exchanges(EXCHANGES).steps()) {
            play.see(step.message());
        }
        Traffic.NODES.forEach(node -> play.watermark(node, Long.MAX_VALUE));
        assertThat(play.take()).extracting(Transaction::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void partitionsTogetherGiveWhatOneMatcherGives(long seed) {
        List<Step> steps = new Traffic(seed, 1).exchanges(EXCHANGES).steps();
        Random cadence = new Random(seed);
        List<Play> partitions = List.of(new Play(), new Play(), new Play(), new Play());
        for (Step step : steps) {
            int hash = Arrays.hashCode(step.message().key());
            partitions.get(Math.floorMod(hash, partitions.size())).see(step.message());
            for (Play partition : partitions) {
                if (cadence.nextInt(20) == 0) {
                    step.watermarks().forEach(partition::watermark);
                }
            }
        }
        List<Transaction> transactions = new ArrayList<>();
        CounterSet counters = new CounterSet();
        for (Play partition : partitions) {
            Traffic.NODES.forEach(node -> partition.watermark(node, Long.MAX_VALUE));
            transactions.addAll(partition.take());
            counters = counters.plus(partition.counters);
        }
        assertThat(Result.of(transactions, counters)).isEqualTo(run(steps, i -> i % 10 == 0));
    }

    /** A run that drains now and then, and goes on at one point from what was drained. */
    private static Result runWithCrash(List<Step> steps, Random random) {
        StateMap state = new StateMap();
        List<Transaction> transactions = new ArrayList<>();
        CounterSet counters = new CounterSet();
        Matcher matcher = matcher(transactions, counters);
        int cut = random.nextInt(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            if (i == cut) {
                matcher.drain(state);
                counters = CounterSet.fromBytes(counters.toBytes());
                matcher = matcher(transactions, counters);
                state.restore(matcher, random);
            }
            Msg message = steps.get(i).message();
            matcher.message(message.key(), message.packet(), message.stored());
            if (random.nextInt(5) == 0) {
                advance(matcher, steps.get(i).watermarks());
            }
            if (random.nextInt(10) == 0) {
                matcher.drain(state);
            }
            Play.assertBalanced(counters, matcher.pendingQueries(), matcher.heldResponses());
        }
        advance(matcher, Map.of("ns1", Long.MAX_VALUE, "ns2", Long.MAX_VALUE));
        matcher.drain(state);
        assertThat(state.entries).isEmpty();
        return Result.of(transactions, counters);
    }

    private static Matcher matcher(List<Transaction> out, CounterSet counters) {
        return new Matcher(Play.SETTINGS, out::add, counters, Msg::decode);
    }

    private static void advance(Matcher matcher, Map<String, Long> watermarks) {
        watermarks.forEach((node, us) -> matcher.advance(node, 1, us, 1));
    }

    /** Leaves out what an uninterrupted run counts as a duplicate; nothing else changes by that. */
    private static List<Step> withoutDuplicates(List<Step> steps) {
        Play play = new Play();
        List<Step> kept = new ArrayList<>();
        for (Step step : steps) {
            long before = play.count(DUPLICATE_RESPONSES);
            play.see(step.message());
            if (play.count(DUPLICATE_RESPONSES) == before) {
                kept.add(step);
            }
        }
        return kept;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void crashChangesNothing(long seed) {
        List<Step> steps = withoutDuplicates(new Traffic(seed, 1).exchanges(EXCHANGES).steps());
        Result uninterrupted = run(steps, i -> i % 10 == 0);
        for (int i = 0; i < 5; i++) {
            assertThat(runWithCrash(steps, new Random(seed + i))).isEqualTo(uninterrupted);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void crashMayTurnDuplicatesIntoUnsolicited(long seed) {
        List<Step> steps = new Traffic(seed, 1).separateExchanges(EXCHANGES).steps();
        Result uninterrupted = run(steps, i -> i % 10 == 0);
        Result crashed = runWithCrash(steps, new Random(seed));
        assertThat(crashed.without(Status.UNSOLICITED))
                .isEqualTo(uninterrupted.without(Status.UNSOLICITED));
        assertThat(crashed.sum(DUPLICATE_RESPONSES, UNSOLICITED))
                .isEqualTo(uninterrupted.sum(DUPLICATE_RESPONSES, UNSOLICITED));
        assertThat(crashed.transactions()).containsAll(uninterrupted.transactions());
    }
}
