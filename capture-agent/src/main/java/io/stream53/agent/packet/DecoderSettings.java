package io.stream53.agent.packet;

import java.util.List;
import java.util.Set;

/**
 * What a {@link FrameDecoder} looks for, and what it may spend on putting packets together.
 *
 * @param ports that carry DNS: a packet counts when its source or destination port is among them
 * @param tunnels look for DNS inside tunnels too
 * @param proxies networks whose PROXY protocol headers are believed
 * @param reassemblyBytes memory for fragments and TCP streams that are not complete, all together
 * @param fragmentTimeoutUs how long a fragment waits for the rest of its packet, in event time
 * @param tcpIdleUs how long a TCP connection in which nothing happens is remembered, in event time
 */
public record DecoderSettings(
        Set<Integer> ports,
        boolean tunnels,
        List<IpNetwork> proxies,
        int reassemblyBytes,
        long fragmentTimeoutUs,
        long tcpIdleUs) {
    public DecoderSettings {
        ports = Set.copyOf(ports);
        proxies = List.copyOf(proxies);
    }

    /** The same with other memory for what is not complete. */
    public DecoderSettings withReassembly(int bytes) {
        return new DecoderSettings(ports, tunnels, proxies, bytes, fragmentTimeoutUs, tcpIdleUs);
    }

    /** Defaults of all but the ports. */
    public static DecoderSettings of(Set<Integer> ports) {
        return new DecoderSettings(ports, true, List.of(), 16 << 20, 30_000_000, 60_000_000);
    }
}
