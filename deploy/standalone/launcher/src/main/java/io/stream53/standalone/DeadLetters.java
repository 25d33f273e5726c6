package io.stream53.standalone;

import io.stream53.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records that a stage gave up, read from the topics of dead letters.
 *
 * @param byTopic by topic of dead letters; those without any are absent
 * @param byOrigin those of the sinks, by the topic that they came from
 */
record DeadLetters(Map<String, Long> byTopic, Map<String, Long> byOrigin) {
    /**
     * Where Connect says which topic a record came from ({@code
     * errors.deadletterqueue.context.headers.enable}).
     */
    private static final String CONNECT_ORIGIN = "__connect.errors.topic";

    /** Records of a topic that a sink gave up. */
    long from(String topic) {
        return byOrigin.getOrDefault(topic, 0L);
    }

    static DeadLetters count(Pipeline pipeline) {
        Map<String, Object> settings =
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        pipeline.endpoints().bootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        "false");
        DeadLetters letters = new DeadLetters(new TreeMap<>(), new TreeMap<>());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (String topic : consumer.listTopics().keySet()) {
                if (topic.startsWith(Topics.DEAD_LETTERS)) {
                    letters.read(consumer, topic);
                }
            }
        }
        return letters;
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (partitions.stream()
                .anyMatch(
                        partition ->
                                consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(Duration.ofMillis(200))) {
                add(letter);
            }
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> letter) {
        byTopic.merge(letter.topic(), 1L, Long::sum);
        Header origin = letter.headers().lastHeader(CONNECT_ORIGIN);
        if (origin != null) {
            byOrigin.merge(new String(origin.value(), StandardCharsets.UTF_8), 1L, Long::sum);
        }
    }
}
