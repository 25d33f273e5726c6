package io.stream53.agent;

import io.stream53.agent.source.LibpcapSource;
import io.stream53.agent.source.LiveSettings;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.Pcap4jSource;
import java.io.IOException;

/** The ways to capture on an interface. */
public enum LiveSource {
    LIBPCAP,
    PCAP4J;

    PacketSource open(LiveSettings settings) throws IOException {
        return switch (this) {
            case LIBPCAP -> LibpcapSource.open(settings);
            case PCAP4J -> Pcap4jSource.open(settings);
        };
    }
}
