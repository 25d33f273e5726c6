package io.stream53.processor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a topic was deleted, or dns.raw given more partitions, while the processor runs.
 * Kafka's clients take a missing topic for a slow broker and try for minutes or for ever, and
 * Streams speaks of partitions only at the next rebalance. What is wrong twice in a row is said
 * once: brokers that are just starting may not know their topics yet.
 */
final class TopicWatch implements AutoCloseable {
    private static final long INTERVAL_SECONDS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);

    private final Admin admin;
    private final ProcessorConfig config;
    private final int partitions;
    private final Consumer<String> fail;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("topic-watch").daemon().factory());
    private Set<String> seen = Set.of();
    private Optional<String> before = Optional.empty();

    /**
     * @param partitions of dns.raw when the processor started
     * @param fail takes a sentence without a full stop, in this watch's own thread
     */
    TopicWatch(Admin admin, ProcessorConfig config, int partitions, Consumer<String> fail) {
        this.admin = admin;
        this.config = config;
        this.partitions = partitions;
        this.fail = fail;
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        Optional<String> now = Optional.empty();
        try {
            Set<String> existing = admin.listTopics().names().get();
            now = missing(existing);
            if (now.isEmpty()) {
                now = otherPartitions();
            }
        } catch (ExecutionException | RuntimeException e) {
            LOG.debug("The brokers do not say which topics there are.", e);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return;
        }
        if (now.isPresent() && now.equals(before)) {
            fail.accept(now.get());
        }
        before = now;
    }

    /** Internal topics are made by the first instance: they count once they were there. */
    private Optional<String> missing(Set<String> existing) {
        Set<String> gone =
                seen.stream()
                        .filter(name -> !existing.contains(name))
                        .collect(Collectors.toCollection(TreeSet::new));
        seen =
                TopicCheck.watched(config)
                        .filter(
                                name ->
                                        existing.contains(name)
                                                || seen.contains(name)
                                                || config.topics().all().contains(name))
                        .collect(Collectors.toUnmodifiableSet());
        if (gone.isEmpty()) {
            return Optional.empty();
        }
        boolean ours = config.topics().all().containsAll(gone);
        return Optional.of(
                ours
                        ? "topics are gone at %s, or hidden from this user: %s; create them with ./stream53 topics --bootstrap %1$s"
                                .formatted(config.bootstrap(), String.join(", ", gone))
                        : "internal topics are gone at %s: %s; the state of application id %s went with them, so take another one"
                                .formatted(
                                        config.bootstrap(),
                                        String.join(", ", gone),
                                        config.applicationId()));
    }

    private Optional<String> otherPartitions() throws ExecutionException, InterruptedException {
        String raw = config.topics().raw();
        Map<String, TopicDescription> topics =
                admin.describeTopics(List.of(raw)).allTopicNames().get();
        TopicDescription description = topics.get(raw);
        int now = description == null ? partitions : description.partitions().size();
        return now == partitions
                ? Optional.empty()
                : Optional.of(
                        "%s has %d partitions now, and had %d when this started; state is tied to the number, so take another application-id"
                                .formatted(raw, now, partitions));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
