package io.stream53.processor;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;

/** What Kafka Streams is configured with. */
final class StreamsProperties {
    private StreamsProperties() {}

    static Properties of(ProcessorConfig config) {
        Properties properties = new Properties();
        properties.putAll(config.kafka());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.guarantee());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, config.groupProtocol());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, config.replicationFactor());
        // Event time is in the values; the time of records says nothing, and may be an agent's.
        properties.put(
                StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
                WallclockTimestampExtractor.class);
        // The stores here keep what is recent on the heap themselves.
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        producer(properties, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        producer(properties, ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        if (config.groupProtocol().equals("classic")) {
            membership(properties, config.instanceId());
        }
        properties.putAll(config.streams());
        return properties;
    }

    private static void membership(Properties properties, String instanceId) {
        // A crashed instance holds its partitions for so long. The default is 45 s.
        consumer(properties, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        consumer(properties, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        if (!instanceId.isEmpty()) {
            // One with a name keeps its partitions while it starts again.
            consumer(properties, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
            properties.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                    30_000);
        }
        // A new instance first restores what it will take over, and is asked whether it has: with
        // Kafka's defaults two partitions each ten minutes, here all in the first minute. The state
        // is small, so that many at once are no burden.
        properties.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 1_000);
        properties.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
    }

    /**
     * Lets Kafka look at all of it, before anything waits for brokers.
     *
     * @throws org.apache.kafka.common.config.ConfigException for a value that cannot be
     */
    static void check(ProcessorConfig config) {
        StreamsConfig streams = new StreamsConfig(of(config));
        Map<String, Object> producer = streams.getProducerConfigs("check");
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        var _ = new ProducerConfig(producer);
        Map<String, Object> consumer =
                streams.getMainConsumerConfigs(config.applicationId(), "check", 0);
        consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        var _ = new ConsumerConfig(consumer);
    }

    private static void producer(Properties properties, String key, Object value) {
        properties.putIfAbsent(StreamsConfig.producerPrefix(key), value);
    }

    private static void consumer(Properties properties, String key, Object value) {
        properties.putIfAbsent(StreamsConfig.mainConsumerPrefix(key), value);
    }
}
