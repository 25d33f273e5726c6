package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.Ledger;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.NodeLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
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

    @RegisterExtension static final KafkaAndRegistry SERVERS = new KafkaAndRegistry();

    @TempDir Path folder;

    @Test
    void twoKillsChangeNothing() throws Exception {
        int clients = 60_000;
        List<Traffic.Sent> traffic = Traffic.of(53, PARTITIONS, clients);
        Pipeline pipeline =
                new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, "kill", PARTITIONS)
                        .createTopics();
        pipeline.publish(traffic);

        killAfter(pipeline, clients / 5);
        killAfter(pipeline, clients / 2);
        try (ProcessorProcess last = pipeline.start("a-fresh-folder")) {
            check(pipeline, last, traffic);
        }
    }

    @Test
    void aKillAmidAnAttackChangesNoAlert() throws Exception {
        List<List<Traffic.Sent>> seconds = AttackTraffic.bySecond(PARTITIONS);
        List<Traffic.Sent> all = seconds.stream().flatMap(List::stream).toList();
        Pipeline calm =
                new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, "calm", PARTITIONS)
                        .createTopics();
        calm.publish(all);
        try (ProcessorProcess processor = calm.start("calm")) {
            Pipeline.awaitEnd(processor, Traffic.messages(all));
        }
        Map<String, DnsAlert> expected = calm.lastAlerts();
        assertThat(expected.values())
                .extracting(DnsAlert::getStatus, alert -> alert.getSubject().getValue())
                .containsExactly(tuple("closed", AttackTraffic.VICTIM));

        Pipeline disturbed =
                new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, "disturbed", PARTITIONS)
                        .createTopics();
        int half = AttackTraffic.ATTACK_TO - 20;
        disturbed.publish(seconds.subList(0, half).stream().flatMap(List::stream).toList());
        try (ProcessorProcess first = disturbed.start("first")) {
            await().atMost(Pipeline.PATIENCE)
                    .until(() -> !first.isAlive() || !disturbed.lastAlerts().isEmpty());
            first.kill();
        }
        assertThat(disturbed.lastAlerts().values())
                .extracting(DnsAlert::getFinal$)
                .containsExactly(false);
        disturbed.publish(
                seconds.subList(half, seconds.size()).stream().flatMap(List::stream).toList());
        try (ProcessorProcess second = disturbed.start("elsewhere")) {
            Pipeline.awaitEnd(second, Traffic.messages(all));
        }
        assertThat(disturbed.lastAlerts()).isEqualTo(expected);
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
