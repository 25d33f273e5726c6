package io.stream53.processor;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how far the group's commits are behind the ends of dns.raw's partitions, by asking the
 * brokers every few seconds. A partition counts as read to its end when all that was in it at the
 * last question but one is committed: under steady traffic the very end is never reached. While the
 * brokers do not answer nothing counts as read.
 */
final class LagMonitor implements AutoCloseable {
    private static final long INTERVAL_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(LagMonitor.class);

    /** What one round of questions found. */
    private record Look(Map<Integer, Long> ends, Map<Integer, Long> lag, Set<Integer> caughtUp) {
        static final Look BLIND = new Look(Map.of(), Map.of(), Set.of());
    }

    private final Admin admin;
    private final String group;
    private final Set<TopicPartition> partitions;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("lag").daemon().factory());
    private volatile Look last = Look.BLIND;
    private volatile boolean answered = true;

    LagMonitor(Admin admin, String group, Set<TopicPartition> partitions) {
        this.admin = admin;
        this.group = group;
        this.partitions = partitions;
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    boolean isCaughtUp(int partition) {
        return last.caughtUp.contains(partition);
    }

    /** Records of dns.raw that are not committed yet, by the last answer; 0 while there is none. */
    long total() {
        return last.lag.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same by partition; empty while there is no answer. */
    Map<Integer, Long> byPartition() {
        return last.lag;
    }

    /** Whether the brokers answered the last question; there may have been none yet. */
    boolean brokersAnswer() {
        return answered;
    }

    private void look() {
        try {
            last = ask();
            answered = true;
        } catch (ExecutionException | RuntimeException e) {
            last = Look.BLIND;
            answered = false;
            LOG.debug("The brokers do not say how far the group is behind.", e);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Look ask() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        Map<TopicPartition, ListOffsetsResultInfo> latest =
                admin.listOffsets(
                                partitions.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        partition -> partition,
                                                        partition -> OffsetSpec.latest())))
                        .all()
                        .get();
        Map<Integer, Long> ends = new HashMap<>();
        Map<Integer, Long> lag = new HashMap<>();
        latest.forEach(
                (partition, end) -> {
                    OffsetAndMetadata offset = committed.get(partition);
                    long read = offset == null ? 0 : offset.offset();
                    ends.put(partition.partition(), end.offset());
                    lag.put(partition.partition(), Math.max(0, end.offset() - read));
                });
        return new Look(ends, lag, caughtUp(last.ends, ends, lag));
    }

    /** Partitions whose commits have passed the ends that were seen before. */
    private static Set<Integer> caughtUp(
            Map<Integer, Long> before, Map<Integer, Long> ends, Map<Integer, Long> lag) {
        return before.keySet().stream()
                .filter(
                        partition ->
                                ends.getOrDefault(partition, Long.MAX_VALUE)
                                                - lag.getOrDefault(partition, 0L)
                                        >= before.getOrDefault(partition, 0L))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
