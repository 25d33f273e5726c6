package io.stream53.processor;

import io.stream53.processor.task.Outage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the topics before anything starts, so that what is missing is one sentence. */
final class TopicCheck {
    private static final long RETRY_SECONDS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);

    private TopicCheck() {}

    /**
     * Waits for the brokers, then checks the topics.
     *
     * @return the partitions of dns.raw
     * @throws ConfigurationException when a topic is missing, or dns.raw has another number of
     *     partitions than the state was made with
     */
    static Set<TopicPartition> await(Admin admin, ProcessorConfig config)
            throws InterruptedException {
        while (true) {
            try {
                return check(admin, config);
            } catch (ExecutionException e) {
                if (!Outage.isIn(e)) {
                    throw new ConfigurationException(
                            "The brokers at %s refuse: %s."
                                    .formatted(config.bootstrap(), Outage.sentence(e)));
                }
                LOG.warn(
                        "No broker answers at {} ({}); trying on.",
                        config.bootstrap(),
                        Outage.sentence(e));
                TimeUnit.SECONDS.sleep(RETRY_SECONDS);
            }
        }
    }

    private static Set<TopicPartition> check(Admin admin, ProcessorConfig config)
            throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<String> missing =
                config.topics().all().stream().filter(name -> !existing.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw new ConfigurationException(
                    "Topics are missing at %s: %s; create them with ./stream53 topics --bootstrap %s."
                            .formatted(
                                    config.bootstrap(),
                                    String.join(", ", missing),
                                    config.bootstrap()));
        }
        String raw = config.topics().raw();
        int partitions = partitions(admin, raw);
        String changelog = config.applicationId() + "-" + DnsTopology.TASK_STORE + "-changelog";
        if (existing.contains(changelog) && partitions(admin, changelog) != partitions) {
            throw new ConfigurationException(
                    ("%s has %d partitions, but the state of application id %s was made with %d; take"
                                    + " another application-id, or the number of partitions that it had.")
                            .formatted(
                                    raw,
                                    partitions,
                                    config.applicationId(),
                                    partitions(admin, changelog)));
        }
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(raw, partition))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int partitions(Admin admin, String topic)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> topics =
                admin.describeTopics(List.of(topic)).allTopicNames().get();
        TopicDescription description = topics.get(topic);
        return description == null ? 0 : description.partitions().size();
    }
}
