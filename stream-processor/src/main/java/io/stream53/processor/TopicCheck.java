package io.stream53.processor;

import io.stream53.processor.task.Outage;
import io.stream53.processor.task.RecordLimit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the topics before anything starts, so that what is wrong with them is one sentence. */
final class TopicCheck {
    private static final long RETRY_SECONDS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);

    private final Admin admin;
    private final ProcessorConfig config;

    private TopicCheck(Admin admin, ProcessorConfig config) {
        this.admin = admin;
        this.config = config;
    }

    /**
     * Waits for the brokers, then checks the topics.
     *
     * @param end when it is counted down, waiting ends
     * @return the partitions of dns.raw; none when waiting was ended
     * @throws ConfigurationException when a topic is missing, may not be used or takes too small
     *     records only, or when dns.raw has another number of partitions than the state was made
     *     with
     */
    static Set<TopicPartition> await(Admin admin, ProcessorConfig config, CountDownLatch end)
            throws InterruptedException {
        while (true) {
            try {
                return new TopicCheck(admin, config).check();
            } catch (ExecutionException e) {
                if (Failure.of(e, config) instanceof Failure.NeedsHelp help) {
                    throw new ConfigurationException(
                            "The brokers at %s refuse: %s."
                                    .formatted(config.bootstrap(), help.sentence()));
                }
                LOG.warn(
                        "No broker answers at {} ({}); trying on.",
                        config.bootstrap(),
                        Outage.sentence(e));
                if (end.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return Set.of();
                }
            }
        }
    }

    private Set<TopicPartition> check() throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> topics = describe(config.topics().all());
        checkPermissions(topics.values());
        checkSizes();
        String raw = config.topics().raw();
        TopicDescription packets = topics.get(raw);
        int partitions = packets == null ? 0 : packets.partitions().size();
        checkInternalTopics(raw, partitions);
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(raw, partition))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** All of them, or a sentence that names those that are missing or hidden. */
    private Map<String, TopicDescription> describe(List<String> names)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> found = new HashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        var answers =
                admin.describeTopics(
                                names,
                                new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        for (String name : names) {
            try {
                found.put(name, Objects.requireNonNull(answers.get(name)).get());
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case UnknownTopicOrPartitionException unknown -> missing.add(name);
                    case AuthorizationException refused -> hidden.add(name);
                    case null, default -> throw e;
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigurationException(
                    "Topics are missing at %s: %s; create them with ./stream53 topics --bootstrap %1$s."
                            .formatted(config.bootstrap(), String.join(", ", missing)));
        }
        if (!hidden.isEmpty()) {
            throw refused("even see " + String.join(", ", hidden));
        }
        return found;
    }

    /** Without an authorizer brokers allow everything, and say so. */
    private void checkPermissions(Collection<TopicDescription> topics) {
        List<String> refused = new ArrayList<>();
        for (TopicDescription topic : topics) {
            AclOperation needed =
                    topic.name().equals(config.topics().raw())
                            ? AclOperation.READ
                            : AclOperation.WRITE;
            Set<AclOperation> allowed = topic.authorizedOperations();
            if (allowed != null
                    && !allowed.contains(needed)
                    && !allowed.contains(AclOperation.ALL)) {
                refused.add(needed + " " + topic.name());
            }
        }
        if (!refused.isEmpty()) {
            throw refused(String.join(", ", refused.stream().sorted().toList()));
        }
    }

    private ConfigurationException refused(String what) {
        return new ConfigurationException(
                ("The user of this processor may not %s at %s; allow it READ on %s and WRITE on the other"
                                + " topics, and see docs/operations-processor.md for all that it needs.")
                        .formatted(what, config.bootstrap(), config.topics().raw()));
    }

    /** What is written is kept below a limit; a topic with a lower one would stop everything. */
    private void checkSizes() throws ExecutionException, InterruptedException {
        List<ConfigResource> outputs =
                config.topics().all().stream()
                        .filter(name -> !name.equals(config.topics().raw()))
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer :
                admin.describeConfigs(outputs).values().entrySet()) {
            try {
                ConfigEntry limit =
                        answer.getValue().get().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
                checkSize(answer.getKey().name(), limit);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw e;
                }
                LOG.debug("The limits of {} are not ours to see.", answer.getKey().name());
            }
        }
    }

    private static void checkSize(String topic, @Nullable ConfigEntry limit) {
        if (limit != null
                && limit.value() != null
                && Integer.parseInt(limit.value()) < RecordLimit.REQUIRED_BYTES) {
            throw new ConfigurationException(
                    "max.message.bytes of topic %s is %s, but a record may have %d bytes; set it to %d or more."
                            .formatted(
                                    topic,
                                    limit.value(),
                                    RecordLimit.BYTES,
                                    RecordLimit.REQUIRED_BYTES));
        }
    }

    /** Those of an earlier run of this application id, as far as they are ours. */
    private void checkInternalTopics(String raw, int partitions)
            throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<String> internal =
                DnsTopology.internalTopics(config.applicationId()).stream()
                        .filter(existing::contains)
                        .toList();
        for (TopicDescription topic :
                admin.describeTopics(internal).allTopicNames().get().values()) {
            if (topic.partitions().size() != partitions) {
                throw new ConfigurationException(
                        ("%s has %d partitions, but the state of application id %s was made with %d (%s);"
                                        + " take another application-id, or the number of partitions that it had.")
                                .formatted(
                                        raw,
                                        partitions,
                                        config.applicationId(),
                                        topic.partitions().size(),
                                        topic.name()));
            }
        }
    }

    /** For {@link TopicWatch}: what must stay as it is while the processor runs. */
    static Stream<String> watched(ProcessorConfig config) {
        return Stream.concat(
                config.topics().all().stream(),
                DnsTopology.internalTopics(config.applicationId()).stream());
    }
}
