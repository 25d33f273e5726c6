package io.stream53.agent.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Where and how records are published.
 *
 * @param bootstrap host:port, several with commas
 * @param topic that exists
 * @param registry URL of a schema registry, several with commas; empty without one
 * @param schemaId fixed id of DnsPacket's schema; then neither registry nor cache is asked
 * @param schemaCache folder that keeps the schema's id for a start without the registry
 * @param valueSerializer class of a Kafka Serializer of DnsPacket; empty: the bytes go as they are
 * @param overrides Kafka's, the serializer's and the registry client's own settings; they win
 */
public record KafkaSettings(
        String bootstrap,
        String topic,
        String registry,
        OptionalInt schemaId,
        @Nullable Path schemaCache,
        String valueSerializer,
        Map<String, String> overrides) {
    public KafkaSettings {
        overrides = Map.copyOf(overrides);
    }

    /** The same with other settings of Kafka's own. */
    public KafkaSettings with(Map<String, String> newOverrides) {
        return new KafkaSettings(
                bootstrap, topic, registry, schemaId, schemaCache, valueSerializer, newOverrides);
    }

    /**
     * Kafka's own settings that are wrong, as a sentence; nothing is connected to.
     *
     * @param spooled whether records are kept in a spool until Kafka takes them
     */
    public List<String> problems(boolean spooled) {
        try {
            if (spooled) {
                KafkaProducers.checkForSpool(this);
            }
        } catch (IOException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        try {
            Map<String, Object> config = KafkaProducers.config(this, false);
            config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            var _ = new ProducerConfig(config);
            return List.of();
        } catch (KafkaException e) {
            return List.of("the Kafka settings are wrong: " + KafkaProducers.reason(e));
        }
    }
}
