package io.stream53.agent;

import io.stream53.agent.filter.FilterSettings;
import io.stream53.agent.load.LoadSettings;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.privacy.PrivacySettings;
import io.stream53.agent.publish.KafkaSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.SpoolSettings;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.status.StatusSettings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's configuration, checked. {@link AgentSetting} says what each setting means.
 *
 * @param input what to read
 * @param decoder what to look for in packets
 * @param node name of this vantage point
 * @param site that stands in for the node in keys; empty when unused
 * @param addresses the node's own
 * @param filter what to leave out
 * @param carry whose bytes to carry
 * @param privacy what to change before anything leaves the host
 * @param load what to take from the host
 * @param watermarks when watermarks are due
 * @param kafka where to publish
 * @param spool what waits for Kafka
 * @param status where to tell of the agent
 * @param ledger file for the ledger; null without
 * @param shutdownTimeout how long to wait for Kafka when told to end
 */
public record AgentConfig(
        InputSettings input,
        DecoderSettings decoder,
        String node,
        String site,
        Set<InetAddress> addresses,
        FilterSettings filter,
        MessageCarry carry,
        PrivacySettings privacy,
        LoadSettings load,
        WatermarkSettings watermarks,
        KafkaSettings kafka,
        SpoolSettings spool,
        StatusSettings status,
        @Nullable Path ledger,
        Duration shutdownTimeout) {
    public AgentConfig {
        addresses = Set.copyOf(addresses);
    }

    /** The same with other budgets of memory. */
    AgentConfig with(DecoderSettings newDecoder, KafkaSettings newKafka, SpoolSettings newSpool) {
        return new AgentConfig(
                input,
                newDecoder,
                node,
                site,
                addresses,
                filter,
                carry,
                privacy,
                load,
                watermarks,
                newKafka,
                newSpool,
                status,
                ledger,
                shutdownTimeout);
    }

    /**
     * The configuration of flat properties; what is not given has its default.
     *
     * @param properties by {@link AgentSetting#key()}; lists with commas; also {@code kafka.*} and
     *     {@code schema.registry.*}
     * @throws ConfigurationException for a key or a value that is wrong, with a sentence naming it
     */
    public static AgentConfig of(Map<String, String> properties) {
        SettingValues values = new SettingValues();
        properties.forEach((key, text) -> values.put(key, text, "properties"));
        return AgentConfigReader.read(values);
    }
}
