package io.stream53.ledger;

import static io.stream53.ledger.ProcessorCounter.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole ledger of a run, or of all runs on a data folder.
 *
 * @param agent sum over the agents' runs
 * @param processor counters by name, sum over tasks
 * @param delivery what came out behind the processor; null where there is no search engine ({@code
 *     inspect})
 */
public record Ledger(
        AgentLedger agent, Map<ProcessorCounter, Long> processor, @Nullable Delivery delivery) {

    /**
     * The ledger's last part, read back from Kafka and the search engine.
     *
     * @param deadLettered records in dead-letter topics, by topic
     * @param tldCounts minutes by top-level domain that are final
     * @param tldQueries sum of {@code queries} over these, in the engine
     * @param indexed documents in the engine, by index
     * @param indexedTransactions documents in the indices of transactions
     * @param sinkDeadLettered transactions that the sink gave up
     */
    public record Delivery(
            Map<String, Long> deadLettered,
            long tldCounts,
            long tldQueries,
            Map<String, Long> indexed,
            long indexedTransactions,
            long sinkDeadLettered) {}

    /** One counter of the processor. */
    public long get(ProcessorCounter counter) {
        return processor.getOrDefault(counter, 0L);
    }

    /** The equations that do not hold, each as a sentence with its figures; empty when balanced. */
    public List<String> imbalances() {
        List<String> problems = new ArrayList<>();
        equal(
                problems,
                "captured",
                agent.captured(),
                "published + dropped",
                agent.published() + agent.droppedTotal());
        // What was numbered and then given up is missing, or was delivered after all.
        equal(
                problems,
                "packetsRead + lost",
                get(PACKETS_READ) + get(LOST),
                "published + dropped.publishFailed + dropped.spoolDamaged",
                agent.published() + DropReason.numbered(agent.dropped()));
        equal(
                problems,
                "packetsRead",
                get(PACKETS_READ),
                "queries + responses",
                get(QUERIES) + get(RESPONSES));
        equal(
                problems,
                "queries",
                get(QUERIES),
                "transactions with a query + retransmissions",
                get(TRANSACTIONS_WITH_QUERY) + get(RETRANSMISSIONS));
        equal(
                problems,
                "responses",
                get(RESPONSES),
                "answered + duplicateResponses + mismatched + unsolicited + late + transferResponses + sampledOutResponses",
                get(ANSWERED)
                        + get(DUPLICATE_RESPONSES)
                        + get(MISMATCHED)
                        + get(UNSOLICITED)
                        + get(LATE)
                        + get(TRANSFER_RESPONSES)
                        + get(SAMPLED_OUT_RESPONSES));
        equal(
                problems,
                "transactions",
                get(TRANSACTIONS),
                "answered + unanswered + unsolicited + mismatched + late + oneWay + sampledOut",
                get(ANSWERED)
                        + get(UNANSWERED)
                        + get(UNSOLICITED)
                        + get(MISMATCHED)
                        + get(LATE)
                        + get(ONE_WAY)
                        + get(SAMPLED_OUT));
        if (delivery != null) {
            equal(
                    problems,
                    "indexed transactions",
                    delivery.indexedTransactions(),
                    "transactions - dead-lettered by the sink",
                    get(TRANSACTIONS) - delivery.sinkDeadLettered());
            equal(
                    problems,
                    "sum of final TldCount.queries",
                    delivery.tldQueries(),
                    "queries of the transactions counted",
                    get(COUNTED_QUERIES));
        }
        return problems;
    }

    /** Whether every equation holds. */
    public boolean balanced() {
        return imbalances().isEmpty();
    }

    /** The ledger as {@code demo --once} prints it, in the order of the data's way. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("frames", agent.frames());
        map.put("ignored", agent.ignored());
        map.put("captured", agent.captured());
        map.put("published", agent.published());
        map.put("dropped", new TreeMap<>(agent.dropped()));
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            map.put(counter.text(), get(counter));
        }
        if (delivery != null) {
            map.put("deadLettered", new TreeMap<>(delivery.deadLettered()));
            map.put("tldCounts", delivery.tldCounts());
            map.put("indexed", new TreeMap<>(delivery.indexed()));
        }
        map.put("balanced", balanced());
        return map;
    }

    private static void equal(
            List<String> problems, String left, long leftValue, String right, long rightValue) {
        if (leftValue != rightValue) {
            problems.add("%s = %d, but %s = %d".formatted(left, leftValue, right, rightValue));
        }
    }
}
