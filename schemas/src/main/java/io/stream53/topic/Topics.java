package io.stream53.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The topics of stream53. All use {@code LogAppendTime}: brokers refuse a CreateTime an hour ahead
 * of their clock, and time retention would delete the records of an old capture at once. Event time
 * lives in the values.
 */
public final class Topics {
    public static final String RAW = "dns.raw";
    public static final String ENRICHED = "dns.enriched";
    public static final String TLD_COUNTS = "dns.tld-counts";
    public static final String LEDGER = "dns.ledger";
    public static final String ALERTS = "dns.alerts";
    public static final String DEAD_LETTERS = "dns.dead-letters";

    /** The processor's state is tied to the number of partitions, so it is final from the start. */
    public static final int DEFAULT_PARTITIONS = 48;

    private Topics() {}

    /**
     * Definitions of all topics.
     *
     * @param partitions of dns.raw and dns.enriched
     */
    public static List<NewTopic> definitions(int partitions, short replicationFactor) {
        return List.of(
                topic(RAW, partitions, replicationFactor, "delete", Duration.ofHours(6)),
                topic(ENRICHED, partitions, replicationFactor, "delete", Duration.ofDays(3)),
                topic(
                        TLD_COUNTS,
                        Math.min(partitions, 12),
                        replicationFactor,
                        "compact,delete",
                        Duration.ofDays(30)),
                topic(LEDGER, 1, replicationFactor, "compact,delete", Duration.ofDays(30)),
                topic(ALERTS, 1, replicationFactor, "compact,delete", Duration.ofDays(30)),
                topic(DEAD_LETTERS, 1, replicationFactor, "delete", Duration.ofDays(14)));
    }

    /**
     * Creates the topics that are missing and leaves the others as they are; returns the new ones'
     * names.
     */
    public static Set<String> createMissing(Admin admin, int partitions, short replicationFactor)
            throws ExecutionException, InterruptedException {
        return createMissing(admin, "", partitions, replicationFactor);
    }

    /** The same under names that begin with a prefix, for a backfill beside the usual topics. */
    public static Set<String> createMissing(
            Admin admin, String prefix, int partitions, short replicationFactor)
            throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<NewTopic> missing =
                definitions(partitions, replicationFactor).stream()
                        .map(topic -> renamed(topic, prefix + topic.name()))
                        .filter(topic -> !existing.contains(topic.name()))
                        .toList();
        admin.createTopics(missing).all().get();
        return missing.stream().map(NewTopic::name).collect(java.util.stream.Collectors.toSet());
    }

    private static NewTopic renamed(NewTopic topic, String name) {
        return new NewTopic(name, topic.numPartitions(), topic.replicationFactor())
                .configs(topic.configs());
    }

    private static NewTopic topic(
            String name,
            int partitions,
            short replicationFactor,
            String cleanup,
            Duration retention) {
        Map<String, String> config = new HashMap<>();
        config.put("message.timestamp.type", "LogAppendTime");
        config.put("cleanup.policy", cleanup);
        config.put("retention.ms", Long.toString(retention.toMillis()));
        return new NewTopic(name, partitions, replicationFactor).configs(config);
    }
}
