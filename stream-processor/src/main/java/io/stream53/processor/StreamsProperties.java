package io.stream53.processor;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
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
            // A crashed instance holds its partitions for so long. The default is 45 s.
            consumer(properties, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
            consumer(properties, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        }
        properties.putAll(config.streams());
        return properties;
    }

    private static void producer(Properties properties, String key, Object value) {
        properties.putIfAbsent(StreamsConfig.producerPrefix(key), value);
    }

    private static void consumer(Properties properties, String key, Object value) {
        properties.putIfAbsent(StreamsConfig.mainConsumerPrefix(key), value);
    }
}
