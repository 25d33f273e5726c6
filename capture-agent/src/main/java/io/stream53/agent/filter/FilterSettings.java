package io.stream53.agent.filter;

import io.stream53.agent.packet.IpNetwork;
import java.util.List;
import java.util.Set;

/**
 * What to keep: a transaction is published when it is in every list that is not empty, and in no
 * list of exclusions.
 *
 * @param zones names, lower case, no final dot, root is a dot: the question is one of them or below
 * @param excludedZones likewise
 * @param types QTYPE numbers
 * @param excludedTypes likewise
 * @param rcodes response codes, 12 bits; a transaction without a response is in none
 * @param excludedRcodes likewise
 * @param clients networks of the client's address
 * @param excludedClients likewise
 */
public record FilterSettings(
        Set<String> zones,
        Set<String> excludedZones,
        Set<Integer> types,
        Set<Integer> excludedTypes,
        Set<Integer> rcodes,
        Set<Integer> excludedRcodes,
        List<IpNetwork> clients,
        List<IpNetwork> excludedClients) {
    /** Leaves nothing out. */
    public static final FilterSettings NONE =
            new FilterSettings(
                    Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), List.of(),
                    List.of());

    public FilterSettings {
        zones = Set.copyOf(zones);
        excludedZones = Set.copyOf(excludedZones);
        types = Set.copyOf(types);
        excludedTypes = Set.copyOf(excludedTypes);
        rcodes = Set.copyOf(rcodes);
        excludedRcodes = Set.copyOf(excludedRcodes);
        clients = List.copyOf(clients);
        excludedClients = List.copyOf(excludedClients);
    }
}
