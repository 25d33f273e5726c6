package io.stream53.agent;

import io.stream53.agent.source.LibpcapSource;
import io.stream53.agent.source.LiveSettings;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.Pcap4jSource;
import java.io.IOException;
import java.util.List;

/** The ways to capture on an interface. */
public enum LiveSource {
    LIBPCAP,
    PCAP4J;

    /**
     * Begins to capture.
     *
     * @param threads that share the packets; more than one with {@link #LIBPCAP} only
     * @return a source for each thread
     * @throws IOException with one sentence: no libpcap, no such interface, no permission
     */
    List<PacketSource> open(LiveSettings settings, int threads) throws IOException {
        return switch (this) {
            case LIBPCAP -> List.copyOf(LibpcapSource.open(settings, threads));
            case PCAP4J -> List.of(Pcap4jSource.open(settings));
        };
    }
}
