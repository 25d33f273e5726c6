package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes records to Kafka with an idempotent producer. A record is published when the broker
 * acknowledged it, and failed when the broker did not within {@code delivery.timeout.ms}. {@link
 * #offer} waits while the producer's buffer is full: a file is read no faster than the broker takes
 * it, and in a live capture the kernel's buffer takes the strain and counts what it must drop.
 */
public final class KafkaOutput implements RecordOutput, AutoCloseable {
    /** Room in a request beside the value: key, headers and the batch's own. */
    private static final int RECORD_OVERHEAD_BYTES = 1024;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final int schemaId;
    private final int maxValueBytes;
    private final @Nullable Serializer<DnsPacket> serializer;
    private final SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile @Nullable String lastFailure;

    private final Callback onMessage =
            (metadata, failure) -> {
                if (failure == null) {
                    published.incrementAndGet();
                } else {
                    failed.incrementAndGet();
                    lastFailure = reason(failure);
                }
            };
    private final Callback onWatermark =
            (metadata, failure) -> {
                if (failure != null) {
                    lastFailure = reason(failure);
                }
            };

    KafkaOutput(
            Producer<byte[], byte[]> producer,
            String topic,
            int partitions,
            int schemaId,
            int maxRequestBytes,
            @Nullable Serializer<DnsPacket> serializer) {
        this.producer = producer;
        this.topic = topic;
        this.partitions = partitions;
        this.schemaId = schemaId;
        this.maxValueBytes = maxRequestBytes - RECORD_OVERHEAD_BYTES;
        this.serializer = serializer;
    }

    /**
     * Connects: finds the topic's partitions and the schema's id.
     *
     * @throws IOException with one sentence: broker unreachable, topic missing, no schema id
     */
    public static KafkaOutput open(KafkaSettings settings) throws IOException {
        Serializer<DnsPacket> serializer = serializer(settings);
        int partitions = KafkaTopic.partitions(settings);
        int schemaId = serializer == null ? SchemaId.resolve(settings) : 0;
        Map<String, Object> config = producerConfig(settings);
        Producer<byte[], byte[]> producer;
        try {
            producer =
                    new KafkaProducer<>(
                            config, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw new IOException("the Kafka settings are wrong: " + reason(e), e);
        }
        Object maxRequest = config.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        int maxRequestBytes = Integer.parseInt(String.valueOf(maxRequest));
        return new KafkaOutput(
                producer, settings.topic(), partitions, schemaId, maxRequestBytes, serializer);
    }

    static Map<String, Object> producerConfig(KafkaSettings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "stream53-agent");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 25);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1024 * 1024);
        // A full buffer is no failure: send waits, and records leave it at the latest when
        // delivery.timeout.ms is over.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Duration.ofDays(30).toMillis());
        config.putAll(settings.overrides());
        return config;
    }

    private static @Nullable Serializer<DnsPacket> serializer(KafkaSettings settings)
            throws IOException {
        if (settings.valueSerializer().isEmpty()) {
            return null;
        }
        return PluggedSerializer.create(settings);
    }

    @Override
    public boolean offer(
            long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
        boolean watermark = keyLength == 0;
        Headers headers = new RecordHeaders();
        byte[] copy = Arrays.copyOf(value, valueLength);
        try {
            byte[] bytes =
                    serializer == null
                            ? copy
                            : serializer.serialize(topic, headers, reader.read(copy));
            byte[] keyBytes = watermark ? null : Arrays.copyOf(key, keyLength);
            var _ =
                    producer.send(
                            new ProducerRecord<>(topic, partition, null, keyBytes, bytes, headers),
                            watermark ? onWatermark : onMessage);
        } catch (KafkaException | ClassCastException | IllegalStateException e) {
            // The serializer failed or takes other objects, the producer gave up for good, or
            // abort() closed it meanwhile.
            (watermark ? onWatermark : onMessage).onCompletion(null, e);
        }
        return true;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public int schemaId() {
        return schemaId;
    }

    @Override
    public int maxValueBytes() {
        return maxValueBytes;
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public Acknowledgements acknowledgements(long sent) {
        return new Acknowledgements(published.get(), failed.get());
    }

    /** Why a record failed last; null when none has. */
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    /** Gives up what is still on its way: it counts as failed, and waiting calls return. */
    public void abort() {
        producer.close(Duration.ZERO);
    }

    @Override
    public void close() {
        producer.close();
        if (serializer != null) {
            serializer.close();
        }
    }

    /** The innermost message: Kafka wraps its reasons. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
