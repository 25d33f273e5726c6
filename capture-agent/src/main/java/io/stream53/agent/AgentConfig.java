package io.stream53.agent;

import io.stream53.agent.publish.KafkaSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.LiveSettings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's configuration, checked. {@link AgentSetting} says what each setting means.
 *
 * @param pcap files to read in this order, {@code -} is standard input; empty in a live capture
 * @param live the interface to capture on; null when files are read
 * @param source how to capture
 * @param duration after which a live capture ends; null: when it is told to
 * @param ports that carry DNS
 * @param node name of this vantage point
 * @param site that stands in for the node in keys; empty when unused
 * @param addresses the node's own
 * @param carry whose bytes to carry
 * @param watermarks when watermarks are due
 * @param kafka where to publish
 * @param ledger file for the ledger; null without
 * @param shutdownTimeout how long to wait for Kafka when told to end
 */
public record AgentConfig(
        List<String> pcap,
        @Nullable LiveSettings live,
        LiveSource source,
        @Nullable Duration duration,
        Set<Integer> ports,
        String node,
        String site,
        Set<InetAddress> addresses,
        MessageCarry carry,
        WatermarkSettings watermarks,
        KafkaSettings kafka,
        @Nullable Path ledger,
        Duration shutdownTimeout) {
    public AgentConfig {
        pcap = List.copyOf(pcap);
        ports = Set.copyOf(ports);
        addresses = Set.copyOf(addresses);
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
