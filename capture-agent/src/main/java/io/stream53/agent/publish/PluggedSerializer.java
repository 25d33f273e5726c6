package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.GeneratedClasses;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;

/** Makes the serializer that {@code value.serializer} names, for example Confluent's. */
final class PluggedSerializer {
    private PluggedSerializer() {}

    /**
     * The serializer, configured as Kafka would do it.
     *
     * @throws IOException with one sentence when the class is missing or is no serializer
     */
    static Serializer<DnsPacket> create(KafkaSettings settings) throws IOException {
        GeneratedClasses.trust();
        String name = settings.valueSerializer();
        Map<String, Object> config = new HashMap<>(KafkaProducers.config(settings, false));
        config.putAll(SchemaId.registryConfig(settings));
        try {
            Object made = Class.forName(name).getDeclaredConstructor().newInstance();
            if (!(made instanceof Serializer<?> any)) {
                throw new IOException(
                        "value.serializer %s does not implement Kafka's Serializer"
                                .formatted(name));
            }
            @SuppressWarnings("unchecked") // what it takes is known only when it is called
            Serializer<DnsPacket> serializer = (Serializer<DnsPacket>) any;
            serializer.configure(config, false);
            return serializer;
        } catch (ClassNotFoundException e) {
            throw new IOException(
                    "value.serializer %s is not on the class path: add its jar".formatted(name), e);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException(
                    "value.serializer %s cannot be set up: %s"
                            .formatted(name, KafkaProducers.reason(e)),
                    e);
        }
    }
}
