package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.Ledger;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.NodeLedger;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Instances under continuous load, whose work moves between them: what each move costs, and in the
 * end whether every transaction came out exactly once.
 *
 * <p>The one exception that the design allows: after a crash a duplicate of a response that was
 * answered before it may come out as UNSOLICITED.
 */
final class Rig implements AutoCloseable {
    private static final Duration AFTER_A_MOVE = Duration.ofMinutes(3);
    private static final String MAY_BE_NEW = "UNSOLICITED";

    /** Something that makes partitions move. */
    @FunctionalInterface
    interface Move {
        void run() throws Exception;
    }

    private final String name;
    private final Pipeline pipeline;
    private final Fleet fleet;
    private final Load load;
    private final EnrichedWatch watch;
    private final LoadPublisher publisher;

    private Rig(String name, Pipeline pipeline, Fleet fleet, Load load) {
        this.name = name;
        this.pipeline = pipeline;
        this.fleet = fleet;
        this.load = load;
        this.watch = new EnrichedWatch(pipeline, load::partitionOf);
        this.publisher = LoadPublisher.start(pipeline, load);
    }

    /** Begins the load on instances that were started before, and waits until all work. */
    static Rig start(String name, Pipeline pipeline, Fleet fleet, Load load) {
        Rig rig = new Rig(name, pipeline, fleet, load);
        fleet.names().forEach(fleet::awaitWork);
        rig.awaitAllGoOn();
        return rig;
    }

    Fleet fleet() {
        return fleet;
    }

    /** Of the load's time. */
    int elapsedSeconds() {
        return publisher.elapsedSeconds();
    }

    /** Waits until the load has come so far. */
    void awaitSecond(int second) {
        Duration patience = AFTER_A_MOVE.plusSeconds(Math.max(0, second - elapsedSeconds()));
        await().atMost(patience).until(() -> publisher.elapsedSeconds() >= second);
    }

    /**
     * Does it, waits until every partition goes on and all that was published meanwhile was read,
     * and prints what it cost.
     *
     * @return longest time without a transaction appended in a partition, milliseconds
     */
    long move(String what, Move move) throws Exception {
        System.out.printf("%s: messages read: %s%n", name, fleet.shares());
        watch.mark();
        long before = publisher.messages();
        move.run();
        fleet.awaitLedger(sum -> sum.get(ProcessorCounter.PACKETS_READ) >= before);
        awaitAllGoOn();
        System.out.printf("%s: %s: %s%n", name, what, watch.pauses());
        return watch.longestPauseMs();
    }

    /** Waits until every partition shows what is appended from now on. */
    private void awaitAllGoOn() {
        long now = System.currentTimeMillis();
        await().atMost(AFTER_A_MOVE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> watch.goesOnAfter(now));
    }

    /** Ends the load, waits until nothing is left to do, and checks all. */
    void endAndCheck() throws Exception {
        publisher.end();
        long messages = load.messages();
        Fleet.Sum sum =
                fleet.awaitLedger(
                        now ->
                                now.get(ProcessorCounter.PACKETS_READ) == messages
                                        && now.pending() == 0
                                        && now.unsent() == 0
                                        && now.openWindows() == 0
                                        && !now.uncommitted());
        long transactions = sum.get(ProcessorCounter.TRANSACTIONS);
        await().atMost(AFTER_A_MOVE).until(() -> watch.transactions() >= transactions);
        System.out.printf("%s: %d messages became %d transactions%n", name, messages, transactions);
        checkTransactions(sum);
        checkLedgers(sum, messages);
        assertThat(pipeline.queriesByCount()).isEqualTo(load.queries());
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    private void checkTransactions(Fleet.Sum sum) {
        assertThat(watch.twice()).as("ids of two records").isEmpty();
        Map<String, String> actual = watch.statusOfId();
        Map<String, String> expected = load.statusOfId();
        Set<String> missing = new HashSet<>(expected.keySet());
        missing.removeAll(actual.keySet());
        assertThat(missing).as("transactions that did not come out").isEmpty();
        List<Map.Entry<String, String>> others =
                actual.entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(expected.get(entry.getKey())))
                        .toList();
        assertThat(others)
                .as("transactions that should not have come out")
                .allMatch(entry -> entry.getValue().equals(MAY_BE_NEW))
                .noneMatch(entry -> expected.containsKey(entry.getKey()));
        System.out.printf(
                "%s: %d duplicate responses of %d came out as %s%n",
                name,
                others.size(),
                load.expected(ProcessorCounter.DUPLICATE_RESPONSES),
                MAY_BE_NEW);
        assertThat(sum.get(ProcessorCounter.DUPLICATE_RESPONSES) + others.size())
                .isEqualTo(load.expected(ProcessorCounter.DUPLICATE_RESPONSES));
    }

    private void checkLedgers(Fleet.Sum sum, long messages) {
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            switch (counter) {
                case UNSOLICITED, DUPLICATE_RESPONSES, TRANSACTIONS, COUNTED_QUERIES -> {}
                default ->
                        assertThat(sum.get(counter))
                                .as(counter.text())
                                .isEqualTo(load.expected(counter));
            }
        }
        AgentLedger agent = new AgentLedger(messages, 0, messages, messages, Map.of());
        assertThat(new Ledger(agent, sum.counters(), null).imbalances()).isEmpty();
        List<NodeLedger> nodes = pipeline.nodeLedgers();
        assertThat(nodes).allMatch(NodeLedger::getFinal$).allMatch(NodeLedger::getBalanced);
        assertThat(nodes.stream().mapToLong(NodeLedger::getRead).sum()).isEqualTo(messages);
        assertThat(nodes.stream().mapToLong(NodeLedger::getEnded).sum()).isEqualTo(load.nodes());
    }

    @Override
    public void close() {
        publisher.close();
        watch.close();
    }
}
