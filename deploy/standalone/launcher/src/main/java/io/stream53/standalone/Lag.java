package io.stream53.standalone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Whether a consumer group has read a topic to its end, by its committed offsets. Transactions
 * leave markers in a topic that are no records: a group whose offset is short of the end by markers
 * alone has read it, so what lies between is looked at.
 */
final class Lag implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int POLLS = 25;

    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Lag(String bootstrap) {
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    /** Topics that Streams makes to bring records together by key. */
    static boolean isRepartition(String topic) {
        return topic.startsWith(Pipeline.APPLICATION + "-") && topic.endsWith("-repartition");
    }

    /** Whether the group has read all topics whose names pass. */
    boolean areRead(String group, Predicate<String> topics) {
        try {
            for (String topic : admin.listTopics().names().get()) {
                if (topics.test(topic) && !isRead(group, topic)) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            throw new UserError("The demo was interrupted.");
        }
    }

    /** Whether the group has read the topic; false also while the broker cannot say. */
    boolean isRead(String group, String topic) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> unread = unread(committed(group), partitions, ends);
        return unread.isEmpty() || holdNoRecord(unread, ends);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            // Kafka gives null for partitions without an offset.
            return committed.entrySet().stream()
                    .filter(entry -> (Object) entry.getValue() != null)
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        } catch (ExecutionException e) {
            return Map.of();
        } catch (InterruptedException e) {
            throw new UserError("The demo was interrupted.");
        }
    }

    /** From where each partition that is not at its end is still to be read. */
    private Map<TopicPartition, Long> unread(
            Map<TopicPartition, OffsetAndMetadata> committed,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> unread = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            long begin = begins.getOrDefault(partition, 0L);
            long from = offset == null ? begin : Math.max(begin, offset.offset());
            if (from < ends.getOrDefault(partition, 0L)) {
                unread.put(partition, from);
            }
        }
        return unread;
    }

    private boolean holdNoRecord(Map<TopicPartition, Long> unread, Map<TopicPartition, Long> ends) {
        Set<TopicPartition> partitions = unread.keySet();
        consumer.assign(partitions);
        unread.forEach(consumer::seek);
        for (int polls = 0; polls < POLLS; polls++) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                return false;
            }
            List<TopicPartition> done = new ArrayList<>(partitions);
            done.removeIf(
                    partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L));
            if (done.size() == partitions.size()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
