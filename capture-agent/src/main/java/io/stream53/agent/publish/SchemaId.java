package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.RegistryClient;
import io.stream53.serde.RegistryRefusedException;
import io.stream53.serde.RegistryUnavailableException;
import io.stream53.serde.SchemaIds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Finds the id of DnsPacket's schema, which every value begins with. */
final class SchemaId {
    private static final String REGISTRY_URL = "schema.registry.url";
    private static final String AUTO_REGISTER = "auto.register.schemas";

    private SchemaId() {}

    /**
     * The fixed id, or the registry's, or the one that the registry gave at an earlier start.
     *
     * @param spool folder that keeps the id when no other is named; null without
     * @throws IOException with one sentence when there is none
     */
    static int resolve(KafkaSettings settings, @Nullable Path spool) throws IOException {
        if (settings.schemaId().isPresent()) {
            return settings.schemaId().getAsInt();
        }
        Map<String, String> config = registryConfig(settings);
        if (!config.containsKey(REGISTRY_URL)) {
            throw new IOException(
                    "the id of DnsPacket's schema is unknown: name the registry with --registry URL,"
                            + " or the id with --schema-id N");
        }
        boolean register = Boolean.parseBoolean(config.getOrDefault(AUTO_REGISTER, "true"));
        try (RegistryClient client = new RegistryClient(config)) {
            return SchemaIds.of(client, SpoolFolder.schemaIds(settings, spool), register)
                    .resolve(settings.topic() + "-value", DnsPacket.getClassSchema());
        } catch (RegistryUnavailableException | RegistryRefusedException | ConfigException e) {
            throw new IOException(
                    "the id of DnsPacket's schema is unknown: "
                            + e.getMessage()
                            + " Or name the id with --schema-id N",
                    e);
        }
    }

    static Map<String, String> registryConfig(KafkaSettings settings) {
        Map<String, String> config = new HashMap<>(settings.overrides());
        if (!settings.registry().isEmpty()) {
            config.put(REGISTRY_URL, settings.registry());
        }
        return config;
    }
}
