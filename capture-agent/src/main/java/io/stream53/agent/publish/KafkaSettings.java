package io.stream53.agent.publish;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
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
}
