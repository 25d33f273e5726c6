package io.stream53.processor;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsPacket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Utils;

/**
 * Traffic of several nodes that goes on for as long as it is asked for, numbered and with a
 * watermark a second as agents write it, and what comes of it by a matcher for each partition,
 * without Kafka. Ask for what is expected after {@link #end}.
 */
final class Load {
    /**
     * What comes of a transaction.
     *
     * @param partition of dns.raw
     */
    record Outcome(String status, int partition) {}

    private static final long SECOND_US = 1_000_000;
    private static final long TICK_US = 100_000;
    static final int TICKS_A_SECOND = (int) (SECOND_US / TICK_US);

    private final int partitions;
    private final int clientsATick;
    private final List<Agent> agents = new ArrayList<>();
    private final List<Matcher> matchers = new ArrayList<>();
    private final List<CounterSet> counters = new ArrayList<>();
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private final Map<String, Long> queries = new HashMap<>();
    private long nowUs = Packets.START_US;
    private int ticks;

    /**
     * @param clientsASecond transactions that begin in a second on each node; they are of about two
     *     messages each
     */
    Load(long seed, int partitions, int nodes, int clientsASecond) {
        this.partitions = partitions;
        this.clientsATick = clientsASecond / TICKS_A_SECOND;
        for (int node = 1; node <= nodes; node++) {
            agents.add(new Agent("ns" + node, node, new Traffic(seed + node, partitions)));
        }
        for (int partition = 0; partition < partitions; partition++) {
            CounterSet set = new CounterSet();
            counters.add(set);
            int of = partition;
            matchers.add(
                    new Matcher(
                            MatchSettings.DEFAULT, transaction -> expect(transaction, of), set));
        }
    }

    private void expect(Transaction transaction, int partition) {
        outcomes.put(transaction.id(), new Outcome(transaction.status().name(), partition));
        if (transaction.query() != null) {
            queries.merge(countOf(transaction), 1L + transaction.retransmissions(), Long::sum);
        }
    }

    /** Key of dns.tld-counts. */
    private static String countOf(Transaction transaction) {
        String name = transaction.first().getQuestionName();
        long startMs = transaction.startUs() / 1_000;
        return "tld|%s|%s"
                .formatted(
                        name.substring(name.lastIndexOf('.') + 1),
                        Instant.ofEpochMilli(startMs - startMs % 60_000));
    }

    /** The records of the next tenth of a second. */
    List<Traffic.Sent> tick() {
        nowUs += TICK_US;
        ticks++;
        List<Traffic.Sent> records = new ArrayList<>();
        for (Agent agent : agents) {
            agent.tick(records);
        }
        return matched(records);
    }

    /** What is still to come of transactions that have begun, and the last watermarks. */
    List<Traffic.Sent> end() {
        List<Traffic.Sent> records = new ArrayList<>();
        for (Agent agent : agents) {
            agent.sendUntil(Long.MAX_VALUE, records);
            agent.watermark(Long.MAX_VALUE, records);
        }
        return matched(records);
    }

    private List<Traffic.Sent> matched(List<Traffic.Sent> records) {
        records.forEach(record -> Traffic.feed(matchers.get(record.partition()), record));
        return records;
    }

    /** Status by id of all transactions. */
    Map<String, String> statusOfId() {
        Map<String, String> statuses = new HashMap<>();
        outcomes.forEach((id, outcome) -> statuses.put(id, outcome.status));
        return statuses;
    }

    /** Partition of dns.raw of a transaction, -1 when there is none; for any thread. */
    int partitionOf(String id) {
        Outcome outcome = outcomes.get(id);
        return outcome == null ? -1 : outcome.partition;
    }

    /** Queries by key of dns.tld-counts. */
    Map<String, Long> queries() {
        return queries;
    }

    /** Messages sent; watermarks are none. */
    long messages() {
        return agents.stream().mapToLong(agent -> Arrays.stream(agent.counts).sum()).sum();
    }

    /** Of event time. */
    int elapsedSeconds() {
        return ticks / TICKS_A_SECOND;
    }

    int nodes() {
        return agents.size();
    }

    long expected(ProcessorCounter counter) {
        return counters.stream().mapToLong(set -> set.get(counter)).sum();
    }

    /** One node's agent. */
    private final class Agent {
        private final String node;
        private final long run;
        private final Traffic traffic;
        private final PriorityQueue<DnsPacket> ahead =
                new PriorityQueue<>(
                        Comparator.comparingLong(DnsPacket::getTimestampUs)
                                .thenComparingInt(packet -> packet.getFlags())
                                .thenComparing(DnsPacket::getQuestionName));
        private final long[] counts = new long[partitions];
        private final long[] sequences = new long[partitions];
        private int clients;

        Agent(String node, long run, Traffic traffic) {
            this.node = node;
            this.run = run;
            this.traffic = traffic;
        }

        void tick(List<Traffic.Sent> records) {
            for (int i = 0; i < clientsATick; i++) {
                traffic.client(clients++, nowUs - TICK_US + i * TICK_US / clientsATick);
            }
            for (DnsPacket packet : traffic.take()) {
                packet.setNode(node);
                packet.setRun(run);
                ahead.add(packet);
            }
            sendUntil(nowUs, records);
            if (ticks % TICKS_A_SECOND == 0) {
                watermark(nowUs, records);
            }
        }

        void sendUntil(long timeUs, List<Traffic.Sent> records) {
            while (!ahead.isEmpty() && ahead.element().getTimestampUs() < timeUs) {
                DnsPacket message = ahead.remove();
                byte[] key = Packets.key(message);
                int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
                counts[partition]++;
                add(partition, key, message, records);
            }
        }

        void watermark(long timeUs, List<Traffic.Sent> records) {
            long sent = Arrays.stream(counts).sum();
            for (int partition = 0; partition < partitions; partition++) {
                DnsPacket mark = Packets.watermark(node, run, timeUs);
                mark.setRunSent(sent);
                mark.setPartitionSent(counts[partition]);
                mark.setCaptured(sent);
                add(partition, new byte[0], mark, records);
            }
        }

        private void add(int partition, byte[] key, DnsPacket packet, List<Traffic.Sent> records) {
            packet.setSequence(sequences[partition]++);
            records.add(new Traffic.Sent(partition, key, packet));
        }
    }
}
