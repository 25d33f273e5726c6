package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.Ledger;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.NodeLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens to a processor in the middle of a run changes no figure. The reference is a matcher
 * for each partition without Kafka. After a crash a duplicate response whose first one was
 * committed may come out as unsolicited, so those two are compared as one sum.
 */
class KillTest {
    private static final int PARTITIONS = 4;
    private static final List<String> EXACT =
            List.of("ANSWERED", "UNANSWERED", "MISMATCHED", "LATE");

    private static TestBroker broker;
    private static TestRegistry registry;

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        registry = TestRegistry.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    @Test
    void twoKillsChangeNothing() throws Exception {
        int clients = 60_000;
        List<Traffic.Sent> traffic = Traffic.of(53, PARTITIONS, clients);
        Pipeline pipeline =
                new Pipeline(broker, registry, folder, "kill", PARTITIONS).createTopics();
        pipeline.publish(traffic);

        killAfter(pipeline, clients / 5);
        killAfter(pipeline, clients / 2);
        try (ProcessorProcess last = pipeline.start("a-fresh-folder")) {
            check(pipeline, last, traffic);
        }
    }

    /** Starts a processor and kills it once so many transactions are out. */
    private static void killAfter(Pipeline pipeline, long transactions) throws Exception {
        try (ProcessorProcess processor = pipeline.start("state")) {
            await().atMost(Pipeline.PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !processor.isAlive() || pipeline.committed() >= transactions);
            assertThat(processor.isAlive()).as(processor::log).isTrue();
            processor.kill();
        }
    }

    private static void check(
            Pipeline pipeline, ProcessorProcess processor, List<Traffic.Sent> traffic) {
        long messages = Traffic.messages(traffic);
        Traffic.Expected expected = Traffic.expected(traffic, PARTITIONS);
        JsonNode ledger = Pipeline.awaitEnd(processor, messages);

        Map<String, Set<String>> actual = pipeline.idsByStatus();
        for (String status : EXACT) {
            assertThat(actual.get(status)).as(status).isEqualTo(expected.idsByStatus().get(status));
        }
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            switch (counter) {
                case UNSOLICITED, DUPLICATE_RESPONSES, TRANSACTIONS, COUNTED_QUERIES -> {}
                default ->
                        assertThat(Pipeline.value(ledger, counter))
                                .as(counter.text())
                                .isEqualTo(expected.counters().get(counter));
            }
        }
        assertThat(
                        Pipeline.value(ledger, ProcessorCounter.UNSOLICITED)
                                + Pipeline.value(ledger, ProcessorCounter.DUPLICATE_RESPONSES))
                .isEqualTo(
                        expected.counters().get(ProcessorCounter.UNSOLICITED)
                                + expected.counters().get(ProcessorCounter.DUPLICATE_RESPONSES));
        checkBalance(pipeline, ledger, messages);
    }

    private static void checkBalance(Pipeline pipeline, JsonNode ledger, long messages) {
        Map<ProcessorCounter, Long> counters = new EnumMap<>(ProcessorCounter.class);
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            counters.put(counter, Pipeline.value(ledger, counter));
        }
        AgentLedger agent = new AgentLedger(messages, 0, messages, messages, Map.of());
        assertThat(new Ledger(agent, counters, null).imbalances()).isEmpty();
        assertThat(Pipeline.value(ledger, ProcessorCounter.COUNTED_QUERIES))
                .isEqualTo(Pipeline.value(ledger, ProcessorCounter.QUERIES))
                .isEqualTo(pipeline.finalQueries());
        checkNodeLedgers(pipeline.nodeLedgers(), messages);
    }

    private static void checkNodeLedgers(List<NodeLedger> records, long messages) {
        assertThat(records).hasSizeGreaterThan(1);
        assertThat(records).allMatch(NodeLedger::getFinal$).allMatch(NodeLedger::getBalanced);
        assertThat(records.stream().mapToLong(NodeLedger::getCaptured).sum())
                .isEqualTo(messages + Traffic.filtered(messages));
        assertThat(records.stream().mapToLong(NodeLedger::getRead).sum()).isEqualTo(messages);
        assertThat(records.stream().mapToLong(NodeLedger::getEnded).sum()).isEqualTo(1);
    }
}
