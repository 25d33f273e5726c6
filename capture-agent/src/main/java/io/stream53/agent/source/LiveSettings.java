package io.stream53.agent.source;

import java.util.Set;

/**
 * What a live capture needs to know.
 *
 * @param device name of the network interface, as {@code ip link} shows it, or {@code any}
 * @param ports that carry DNS, at least one
 * @param tunnels capture tunnels too, whatever is inside
 * @param bufferBytes of the kernel's capture buffer; what does not fit is dropped and counted
 * @param promiscuous whether to see frames meant for other hosts
 */
public record LiveSettings(
        String device, Set<Integer> ports, boolean tunnels, int bufferBytes, boolean promiscuous) {
    /** Whole packets: the longest that IP can carry. */
    static final int SNAPLEN = 65535;

    /** How long the kernel may hold packets back to hand them over together. */
    static final int TIMEOUT_MS = 100;

    public LiveSettings {
        ports = Set.copyOf(ports);
    }
}
