package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import io.stream53.schema.TopItem;
import io.stream53.serde.GeneratedClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What time does to one node changes nothing for another: each plays beside the others as if it
 * were alone. The reference is the same node's traffic in a topology of its own.
 */
class TimeTest {
    static {
        GeneratedClasses.trust();
    }

    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;

    @TempDir private Path folder;

    private final List<TimeLab> labs = new ArrayList<>();

    @AfterEach
    void close() {
        labs.forEach(TimeLab::close);
    }

    private TimeLab lab() throws Exception {
        TimeLab lab = new TimeLab(Files.createTempDirectory(folder, "lab"));
        labs.add(lab);
        return lab;
    }

    @Test
    void aNodeAnHourAheadAndOneBehindChangeNothing() throws Exception {
        Supplier<NodeTraffic> right = () -> live("right", 1);
        Supplier<NodeTraffic> ahead =
                () -> new NodeTraffic("ahead", 2, 2).clockIsAheadBy(HOUR).transactions(0, 300, 400);
        Supplier<NodeTraffic> behind =
                () ->
                        new NodeTraffic("behind", 3, 3)
                                .clockIsAheadBy(-HOUR)
                                .transactions(0, 300, 400);
        TimeLab together = lab().play(right.get(), ahead.get(), behind.get());
        for (Supplier<NodeTraffic> node : List.of(right, ahead, behind)) {
            assertAsAlone(together, node);
        }
        assertNothingIsLate(together);
    }

    @Test
    void nodesAnHourApartMeetInTheSameWindowsAndNoneIsLate() throws Exception {
        NodeTraffic right = new NodeTraffic("one", 1, 1).transactions(0, 4500, 500);
        NodeTraffic behind =
                new NodeTraffic("two", 2, 2).clockIsAheadBy(-HOUR).transactions(0, 4500, 500);
        TimeLab together = lab().play(right, behind);
        assertNothingIsLate(together);
        assertThat(together.countsOf("two")).hasSizeGreaterThan(70);
    }

    @Test
    void aNodeThatGoesQuietInABusyPartitionHoldsNothingUp() throws Exception {
        Supplier<NodeTraffic> busy = () -> new NodeTraffic("busy", 1, 1).transactions(0, 1000, 800);
        Supplier<NodeTraffic> quiet =
                () ->
                        new NodeTraffic("quiet", 2, 2)
                                .transactions(0, 120, 200)
                                .transactions(800, 820, 20);
        TimeLab together = lab();
        NodeTraffic[] nodes = {busy.get(), quiet.get()};
        List<Boolean> finals = new ArrayList<>();
        together.play(700, () -> finals.addAll(finalOf(together, "busy", 580)), nodes);
        assertThat(finals).isNotEmpty().doesNotContain(false);
        assertAsAlone(together, busy);
        assertAsAlone(together, quiet);
        assertNothingIsLate(together);
        assertThat(together.ledgers.values()).allMatch(ledger -> ledger.getCrashed() == 0);
    }

    /** Whether counts of windows up to a second of true time are final. */
    private static List<Boolean> finalOf(TimeLab lab, String node, long second) {
        Instant until = Instant.ofEpochMilli(Packets.START_US / 1000 + second * 1000);
        return lab.countRecordsOf(node).stream()
                .filter(count -> count.getWindowEnd().isBefore(until))
                .map(TldCount::getFinal$)
                .toList();
    }

    @Test
    void aNodeThatDiesTakesNothingOfTheOthersAlong() throws Exception {
        Supplier<NodeTraffic> living =
                () -> new NodeTraffic("living", 1, 1).transactions(0, 1000, 1000);
        Supplier<NodeTraffic> dying =
                () -> new NodeTraffic("dying", 2, 2).transactions(0, 200, 200).dies();
        TimeLab together = lab().play(living.get(), dying.get());
        assertAsAlone(together, living);
        assertNothingIsLate(together);
        List<DnsTransaction> lost =
                together.transactions.values().stream()
                        .filter(one -> "node_lost".equals(one.getDns().getUnansweredCause()))
                        .toList();
        assertThat(lost).isNotEmpty().allMatch(one -> one.getObserver().getName().equals("dying"));
        assertThat(together.counts.values()).allMatch(TldCount::getFinal$);
        TimeLab alone = lab().play(dying.get());
        alone.pass(Duration.ofMinutes(11));
        assertSame(together.transactionsOf("dying"), alone.transactionsOf("dying"));
        assertSame(together.countsOf("dying"), alone.countsOf("dying"));
        assertSame(together.ledgersOf("dying"), alone.ledgersOf("dying"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-HOUR, HOUR, -5 * 60, 300 * DAY})
    void aClockThatIsWrongDelaysNoAlertOfOthersAndHasAlertsOfItsOwn(long clock) throws Exception {
        Supplier<NodeTraffic> right = () -> live("right", 1).attack(30, 100);
        Supplier<NodeTraffic> wrong =
                () ->
                        new NodeTraffic("wrong", 2, 2)
                                .clockIsAheadBy(clock)
                                .transactions(0, 300, 400)
                                .attack(60, 120);
        TimeLab together = lab();
        List<String> soon = new ArrayList<>();
        together.play(180, () -> soon.addAll(statesOfAlerts(together)), right.get(), wrong.get());
        assertThat(soon).containsExactly("closed", "closed");
        for (Supplier<NodeTraffic> node : List.of(right, wrong)) {
            String name = node.get().node;
            assertSame(together.alertsOf(name), lab().play(node.get()).alertsOf(name));
        }
    }

    @Test
    void aNodeThatDiesDelaysNoAlertOfOthers() throws Exception {
        Supplier<NodeTraffic> living = () -> live("living", 1).attack(130, 200);
        Supplier<NodeTraffic> dying =
                () -> new NodeTraffic("dying", 2, 2).transactions(0, 120, 200).dies();
        TimeLab together = lab();
        List<String> soon = new ArrayList<>();
        together.play(180, () -> soon.addAll(statesOfAlerts(together)), living.get(), dying.get());
        assertThat(soon).containsExactly("updated");
        assertThat(statesOfAlerts(together)).containsExactly("closed");
        assertSame(together.alertsOf("living"), lab().play(living.get()).alertsOf("living"));
    }

    private static List<String> statesOfAlerts(TimeLab lab) {
        return lab.alerts.values().stream().map(DnsAlert::getStatus).toList();
    }

    @Test
    void aDayOfOldCapturesBesideLiveTrafficLosesNoCountAndChangesNone() throws Exception {
        Supplier<NodeTraffic> live = () -> live("live", 1);
        Supplier<NodeTraffic> first = () -> replay("first", 2, 60, -2 * DAY);
        Supplier<NodeTraffic> second = () -> replay("second", 3, 200, -2 * DAY);
        TimeLab together = lab().play(live.get(), first.get(), second.get());
        assertAsAlone(together, live);
        assertAsAlone(together, first);
        // The same day again: its windows are closed, and corrected.
        assertThat(together.figure(ProcessorCounter.UNCOUNTED_QUERIES)).isZero();
        assertSame(
                withoutLate(together, "second"), withoutLate(lab().play(second.get()), "second"));
        assertThat(together.countRecordsOf("live")).allMatch(count -> count.getLate() == 0);
    }

    private static NodeTraffic replay(String node, long run, long atSecond, long fromSecond) {
        return new NodeTraffic(node, run, run)
                .replayedAt(atSecond, DAY / 100.0)
                .transactions(fromSecond, fromSecond + DAY, 1500);
    }

    @Test
    void anOutageOfMinutesChangesNothing() throws Exception {
        Supplier<NodeTraffic> one = () -> live("one", 1);
        Supplier<NodeTraffic> other = () -> live("other", 2);
        TimeLab disturbed = lab();
        disturbed.play(
                200,
                () -> {
                    disturbed.caughtUp = false;
                    disturbed.pass(Duration.ofMinutes(30));
                    disturbed.caughtUp = true;
                    disturbed.pass(Duration.ofMinutes(9));
                },
                one.get(),
                other.get());
        assertAsAlone(disturbed, one);
        assertAsAlone(disturbed, other);
        assertNothingIsLate(disturbed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNodeThatSendsGarbageHarmsItselfAlone(long seed) throws Exception {
        Random random = new Random(seed);
        Supplier<NodeTraffic> live = () -> live("live", 1);
        TimeLab together = lab();
        List<Runnable> garbage = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            DnsPacket packet = garbage(random);
            garbage.add(() -> together.send(packet));
        }
        together.play(1, garbage, live.get());
        together.pass(Duration.ofMinutes(12));
        TimeLab alone = lab().play(live.get());
        assertSame(together.transactionsOf("live"), alone.transactionsOf("live"));
        assertSame(withoutLate(together, "live"), withoutLate(alone, "live"));
        assertSame(together.ledgersOf("live"), alone.ledgersOf("live"));
        assertThat(together.countRecordsOf("live"))
                .filteredOn(TimeTest::isMinute)
                .isNotEmpty()
                .allMatch(TldCount::getFinal$);
    }

    /** A record of one of three nodes that make no sense, or of an identity of its own. */
    private static DnsPacket garbage(Random random) {
        String node = random.nextInt(20) == 0 ? "x" + random.nextInt() : "bad" + random.nextInt(3);
        long time =
                switch (random.nextInt(6)) {
                    case 0 -> random.nextLong();
                    case 1 -> Long.MIN_VALUE;
                    case 2 -> Long.MAX_VALUE - 1;
                    case 3 -> Packets.START_US + random.nextInt() * 100L;
                    case 4 -> random.nextLong(4_300_000_000L) * 1_000_000;
                    default -> Packets.START_US + random.nextInt(300) * 1_000_000L;
                };
        long run = random.nextInt(3);
        DnsPacket packet =
                random.nextInt(4) == 0
                        ? Packets.watermark(node, run, time)
                        : Packets.query(random.nextInt(100), "bad.example", time);
        packet.setNode(node);
        packet.setRun(1_000 + run);
        packet.setSequence(random.nextInt(5) == 0 ? random.nextLong() : random.nextInt(100_000));
        return packet;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyMixOfClocksReplaysAndDeathsLeavesEachNodeAsItIsAlone(long seed) throws Exception {
        Random random = new Random(seed);
        List<Supplier<NodeTraffic>> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = "node" + (char) ('a' + i);
            long run = i + 1L;
            long from = random.nextInt(300);
            long length = 30L + random.nextInt(300);
            long clock =
                    List.of(0L, 0L, HOUR, -HOUR, 30 * DAY, -400 * DAY, 5 * HOUR, -5 * HOUR)
                            .get(random.nextInt(8));
            boolean replayed = random.nextInt(4) == 0;
            nodes.add(
                    () -> {
                        NodeTraffic node = new NodeTraffic(name, run, seed).clockIsAheadBy(clock);
                        return replayed
                                ? node.replayedAt(from, 20)
                                        .transactions(-DAY, -DAY + 20 * length, 300)
                                : node.transactions(from, from + length, 150);
                    });
        }
        Collections.shuffle(nodes, random);
        TimeLab together = lab();
        together.play(
                250,
                () -> {
                    together.caughtUp = random.nextBoolean();
                    together.pass(Duration.ofMinutes(random.nextInt(9)));
                    together.caughtUp = true;
                },
                nodes.stream().map(Supplier::get).toArray(NodeTraffic[]::new));
        assertThat(together.figure(ProcessorCounter.UNCOUNTED_QUERIES)).isZero();
        for (Supplier<NodeTraffic> node : nodes) {
            String name = node.get().node;
            TimeLab alone = lab().play(node.get());
            assertSame(together.transactionsOf(name), alone.transactionsOf(name));
            assertSame(withoutLate(together, name), withoutLate(alone, name));
            assertSame(together.ledgersOf(name), alone.ledgersOf(name));
        }
        assertThat(together.counts.values()).allMatch(TldCount::getFinal$);
        assertThat(together.ledgers.values())
                .allMatch(NodeLedger::getFinal$)
                .allMatch(NodeLedger::getBalanced);
    }

    private static NodeTraffic live(String node, long run) {
        return new NodeTraffic(node, run, run).transactions(0, 300, 400);
    }

    private void assertAsAlone(TimeLab together, Supplier<NodeTraffic> node) throws Exception {
        String name = node.get().node;
        TimeLab alone = lab().play(node.get());
        assertThat(alone.transactionsOf(name)).isNotEmpty();
        assertSame(together.transactionsOf(name), alone.transactionsOf(name));
        assertSame(together.countsOf(name), alone.countsOf(name));
        assertSame(together.ledgersOf(name), alone.ledgersOf(name));
    }

    /** Shows what differs, of thousands of records, alone. */
    private static void assertSame(Map<String, String> actual, Map<String, String> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((key, record) -> assertThat(record).as(key).isEqualTo(expected.get(key)));
    }

    private static void assertNothingIsLate(TimeLab lab) {
        assertThat(lab.counts.values())
                .extracting(TldCount::getKey, TldCount::getFinal$, TldCount::getLate)
                .allMatch(of -> of.toList().subList(1, 3).equals(List.of(true, 0L)));
        assertThat(lab.figure(ProcessorCounter.UNCOUNTED_QUERIES)).isZero();
    }

    /**
     * Without what others may change: how many came late; when an hour is final, which may come
     * after the end of these plays; and of the top lists those that say that they are estimates.
     */
    private static Map<String, String> withoutLate(TimeLab lab, String node) {
        Map<String, String> counts = new TreeMap<>();
        for (TldCount count : lab.countRecordsOf(node)) {
            var told = TldCount.newBuilder(count).setLate(0);
            told.setFinal$(count.getFinal$() || !isMinute(count));
            told.setTopNames(exact(count.getTopNames()));
            told.setTopClients(exact(count.getTopClients()));
            told.setTopNxdomainNames(exact(count.getTopNxdomainNames()));
            counts.put(count.getTimestamp() + count.getWindow(), told.build().toString());
        }
        return counts;
    }

    private static List<TopItem> exact(List<TopItem> items) {
        return items.stream().allMatch(item -> item.getError() == 0) ? items : List.of();
    }

    private static boolean isMinute(TldCount count) {
        return count.getWindow().equals("PT1M");
    }
}
