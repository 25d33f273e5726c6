package io.stream53.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes an application id begin anew. Kafka's own tool for this takes every topic with the
 * application id and a hyphen in front of it for internal, so that one for {@code stream53} would
 * delete those of {@code stream53-replay} too; here they are named.
 */
final class Reset {
    private static final long POLL_MS = 100;
    private static final long GONE_WITHIN_MS = 60_000;

    /** Something stands against it; one sentence for people. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /**
     * What there is to do.
     *
     * @param topics internal topics that exist
     * @param group the application id, when there is a group of it; else empty
     * @param state the local folder, when it exists; else empty
     * @param offsets where to begin in dns.raw; empty for its beginning
     */
    record Plan(
            List<String> topics,
            List<GroupListing> group,
            List<Path> state,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            List<String> sentences) {}

    private final Admin admin;
    private final ProcessorConfig config;

    Reset(Admin admin, ProcessorConfig config) {
        this.admin = admin;
        this.config = config;
    }

    /**
     * Looks at what there is, and changes nothing.
     *
     * @throws RefusedException when instances still run, or dns.raw is missing
     */
    Plan plan(Beginning beginning) throws ExecutionException, InterruptedException {
        List<GroupListing> group =
                admin.listGroups().all().get().stream()
                        .filter(listing -> listing.groupId().equals(config.applicationId()))
                        .toList();
        for (GroupListing listing : group) {
            refuseWhileInstancesRun(listing);
        }
        Set<String> existing = admin.listTopics().names().get();
        List<String> topics =
                DnsTopology.internalTopics(config.applicationId()).stream()
                        .filter(existing::contains)
                        .toList();
        Path folder = config.stateDir().resolve(config.applicationId());
        List<Path> state = Files.exists(folder) ? List.of(folder) : List.of();
        Map<TopicPartition, OffsetAndMetadata> offsets = Map.of();
        if (!beginning.text().equals(Beginning.EARLIEST)) {
            if (!existing.contains(config.topics().raw())) {
                throw new RefusedException(
                        "There is no topic %s at %s to begin at '%s' in."
                                .formatted(
                                        config.topics().raw(),
                                        config.bootstrap(),
                                        beginning.text()));
            }
            offsets = offsets(beginning.offsets());
        }
        return new Plan(topics, group, state, offsets, sentences(topics, group, state, beginning));
    }

    private void refuseWhileInstancesRun(GroupListing listing)
            throws ExecutionException, InterruptedException {
        Collection<String> hosts = hostsOfMembers(listing);
        if (!hosts.isEmpty()) {
            throw new RefusedException(
                    ("Instances of application id %s still run (%d threads, on %s): stop them first, or"
                                    + " wait for the session of one that crashed to end.")
                            .formatted(
                                    config.applicationId(),
                                    hosts.size(),
                                    String.join(", ", new TreeSet<>(hosts))));
        }
    }

    /** One for each thread. */
    private Collection<String> hostsOfMembers(GroupListing listing)
            throws ExecutionException, InterruptedException {
        Set<String> id = Set.of(listing.groupId());
        if (isStreams(listing)) {
            return admin.describeStreamsGroups(id).all().get().values().stream()
                    .flatMap(described -> described.members().stream())
                    .map(member -> withoutSlash(member.clientHost()))
                    .toList();
        }
        return admin.describeConsumerGroups(id).all().get().values().stream()
                .flatMap(described -> described.members().stream())
                .map(member -> withoutSlash(member.host()))
                .toList();
    }

    private static boolean isStreams(GroupListing listing) {
        return listing.type().filter(type -> type == GroupType.STREAMS).isPresent();
    }

    /** Brokers say {@code /10.0.0.1}. */
    private static String withoutSlash(String host) {
        return host.startsWith("/") ? host.substring(1) : host;
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(OffsetSpec beginning)
            throws ExecutionException, InterruptedException {
        String raw = config.topics().raw();
        Map<String, TopicDescription> described =
                admin.describeTopics(List.of(raw)).allTopicNames().get();
        int count = described.values().iterator().next().partitions().size();
        Set<TopicPartition> partitions =
                IntStream.range(0, count)
                        .mapToObj(partition -> new TopicPartition(raw, partition))
                        .collect(Collectors.toUnmodifiableSet());
        Map<TopicPartition, Long> begins = ask(partitions, beginning);
        Map<TopicPartition, Long> ends = ask(partitions, OffsetSpec.latest());
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, -1L);
            // Brokers answer -1 when nothing is as late as the time.
            long offset = begin >= 0 ? begin : ends.getOrDefault(partition, 0L);
            offsets.put(partition, new OffsetAndMetadata(offset));
        }
        return offsets;
    }

    private Map<TopicPartition, Long> ask(Set<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                admin.listOffsets(
                                partitions.stream()
                                        .collect(Collectors.toMap(each -> each, each -> spec)))
                        .all()
                        .get();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private List<String> sentences(
            List<String> topics, List<GroupListing> group, List<Path> state, Beginning beginning) {
        List<String> sentences = new ArrayList<>();
        topics.forEach(topic -> sentences.add("Internal topic to delete: " + topic));
        group.forEach(listing -> sentences.add("Consumer group to delete: " + listing.groupId()));
        state.forEach(
                folder ->
                        sentences.add(
                                "Local state to delete (on this machine): "
                                        + folder.toAbsolutePath()));
        sentences.add(
                "%s will be read from: %s".formatted(config.topics().raw(), beginning.text()));
        return sentences;
    }

    /** Does it; returns when an instance may be started. */
    void carryOut(Plan plan) throws ExecutionException, InterruptedException, IOException {
        for (GroupListing listing : plan.group()) {
            Set<String> id = Set.of(listing.groupId());
            if (isStreams(listing)) {
                admin.deleteStreamsGroups(id).all().get();
            } else {
                admin.deleteConsumerGroups(id).all().get();
            }
        }
        admin.deleteTopics(plan.topics()).all().get();
        awaitGone(plan.topics());
        for (Path folder : plan.state()) {
            Utils.delete(folder.toFile());
        }
        if (!plan.offsets().isEmpty()) {
            admin.alterConsumerGroupOffsets(config.applicationId(), plan.offsets()).all().get();
        }
    }

    private void awaitGone(List<String> topics) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GONE_WITHIN_MS);
        while (admin.listTopics().names().get().stream().anyMatch(topics::contains)) {
            if (System.nanoTime() > end) {
                throw new RefusedException(
                        "The brokers have not deleted %s within a minute: look whether delete.topic.enable is set."
                                .formatted(String.join(", ", topics)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
