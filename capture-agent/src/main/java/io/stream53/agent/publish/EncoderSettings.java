package io.stream53.agent.publish;

import java.net.InetAddress;
import java.util.Set;

/**
 * What is the same in every record of an agent's run.
 *
 * @param node name of the vantage point
 * @param site name that stands in for the node in the key; empty when unused
 * @param run random identity of the run
 * @param schemaId id of the DnsPacket schema in the registry
 * @param carry which messages are carried as bytes
 * @param ownAddresses the node's own addresses, which decide the direction; empty when unknown
 */
public record EncoderSettings(
        String node,
        String site,
        long run,
        int schemaId,
        MessageCarry carry,
        Set<InetAddress> ownAddresses) {
    public EncoderSettings {
        ownAddresses = Set.copyOf(ownAddresses);
    }
}
