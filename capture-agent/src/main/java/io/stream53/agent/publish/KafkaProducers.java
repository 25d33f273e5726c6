package io.stream53.agent.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the agent's producers, and knows their configuration. */
@FunctionalInterface
interface KafkaProducers {
    /** Room in a request beside the value: key, headers and the batch's own. */
    int RECORD_OVERHEAD_BYTES = 1024;

    /** What a sender waits for room or for the topic's leaders before it looks around again. */
    int MAX_BLOCK_MS = 10_000;

    /**
     * A new producer.
     *
     * @throws IOException with one sentence when there is none to be had now
     */
    Producer<byte[], byte[]> create() throws IOException;

    /** Kafka can be talked to, but no producer for this agent will ever come of it. */
    final class Never extends IOException {
        private static final long serialVersionUID = 1L;

        Never(String sentence) {
            super(sentence);
        }
    }

    /** Producers with a configuration. */
    static KafkaProducers of(Map<String, Object> config) {
        return () -> {
            try {
                return new KafkaProducer<>(
                        config, new ByteArraySerializer(), new ByteArraySerializer());
            } catch (KafkaException e) {
                throw new IOException("the Kafka settings are wrong: " + reason(e), e);
            }
        };
    }

    /**
     * The same for a start without Kafka: before the first, the topic is looked up.
     *
     * @param partitions the topic must have
     */
    static KafkaProducers checking(
            KafkaSettings settings, Map<String, Object> config, int partitions) {
        return new KafkaProducers() {
            private boolean checked;

            @Override
            public Producer<byte[], byte[]> create() throws IOException {
                if (!checked) {
                    int now = KafkaTopic.partitions(settings);
                    if (now != partitions) {
                        throw new Never(partitionsChanged(settings, partitions, now));
                    }
                    checked = true;
                }
                return of(config).create();
            }
        };
    }

    static String partitionsChanged(KafkaSettings settings, int before, int now) {
        return ("the topic %s has %d partitions, and had %d when the spool was made: queries and"
                        + " responses would part; set it back, or begin with an empty spool")
                .formatted(settings.topic(), now, before);
    }

    /**
     * The producer's configuration.
     *
     * @param spooled records are kept until they are acknowledged, so none may expire
     */
    static Map<String, Object> config(KafkaSettings settings, boolean spooled) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "stream53-agent");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16 * 1024 * 1024);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 25);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1024 * 1024);
        // A full buffer is no failure: the queue behind it takes the strain, and records leave it
        // at the latest when delivery.timeout.ms is over.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Duration.ofDays(30).toMillis());
        if (spooled) {
            config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
            config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        }
        config.putAll(settings.overrides());
        return config;
    }

    /**
     * Refuses what would break a spool's promise: order, and that nothing is given up.
     *
     * @throws IOException with one sentence that names the setting
     */
    static void checkForSpool(KafkaSettings settings) throws IOException {
        Map<String, String> overrides = settings.overrides();
        if (overrides.containsKey(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)) {
            throw new IOException(
                    "kafka.delivery.timeout.ms cannot be set with a spool, which keeps records"
                            + " until Kafka takes them");
        }
        String idempotence =
                overrides.getOrDefault(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        String acks = overrides.getOrDefault(ProducerConfig.ACKS_CONFIG, "all");
        if (!Boolean.parseBoolean(idempotence) || !acks.equals("all") && !acks.equals("-1")) {
            throw new IOException(
                    "a spool needs kafka.acks=all and kafka.enable.idempotence=true, which keep"
                            + " records in order");
        }
    }

    /** Longest value that a producer with the configuration takes. */
    static int maxValueBytes(Map<String, Object> config) {
        Object maxRequest = config.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        return Integer.parseInt(String.valueOf(maxRequest)) - RECORD_OVERHEAD_BYTES;
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
