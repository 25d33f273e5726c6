package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FanoutTest {
    private static final int FLOWS = 300;
    private static final InetSocketAddress SERVER = Frames.socket("192.0.2.53", 53);
    private static final InetSocketAddress SERVER6 = Frames.socket("2001:db8::53", 53);

    private static byte[] message(int flow) {
        return DnsMessageBuilder.query(flow, "shared.test", DnsMessageBuilder.A).bytes();
    }

    private static InetSocketAddress client(int flow) {
        return flow % 2 == 0
                ? Frames.socket("198.51.100." + (flow % 200 + 1), 1024 + flow)
                : Frames.socket("2001:db8:1::" + (flow % 200 + 1), 1024 + flow);
    }

    private static InetSocketAddress server(int flow) {
        return flow % 2 == 0 ? SERVER : SERVER6;
    }

    private static byte[] query(int flow) {
        return Frames.ethernet(Frames.udp(client(flow), server(flow), message(flow)));
    }

    private static byte[] response(int flow) {
        return Frames.ethernet(Frames.udp(server(flow), client(flow), message(flow)));
    }

    @Test
    void twoSourcesShareEachPacketOnceAndKeepBothDirectionsTogether() throws Exception {
        LiveSettings settings =
                new LiveSettings(PrivateNetwork.NEAR_END, Set.of(53), false, 4 << 20, true);
        try (LiveWire wire = new LiveWire(LibpcapSource::open)) {
            List<LibpcapSource> sources = wire.inside(() -> LibpcapSource.open(settings, 2));
            try (Received first = new Received(sources.getFirst());
                    Received second = new Received(sources.getLast())) {
                for (int flow = 0; flow < FLOWS; flow++) {
                    wire.send(query(flow));
                }
                for (int flow = 0; flow < FLOWS; flow++) {
                    wire.send(response(flow));
                }
                await().until(() -> first.frames.size() + second.frames.size() >= 2 * FLOWS);
                assertShared(first.hexes(), second.hexes());
            }
        }
    }

    private static void assertShared(List<String> first, List<String> second) {
        assertThat(first).isNotEmpty();
        assertThat(second).isNotEmpty();
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        assertThat(all).hasSize(2 * FLOWS).doesNotHaveDuplicates();
        Set<String> atFirst = new HashSet<>(first);
        for (int flow = 0; flow < FLOWS; flow++) {
            assertThat(atFirst.contains(Received.hex(query(flow))))
                    .describedAs("flow %d", flow)
                    .isEqualTo(atFirst.contains(Received.hex(response(flow))));
        }
    }

    @Test
    void twoGroupsOnOneInterfaceEachSeeEverything() throws Exception {
        LiveSettings settings =
                new LiveSettings(PrivateNetwork.NEAR_END, Set.of(53), false, 4 << 20, true);
        try (LiveWire wire = new LiveWire(LibpcapSource::open)) {
            List<LibpcapSource> one = wire.inside(() -> LibpcapSource.open(settings, 2));
            List<LibpcapSource> other = wire.inside(() -> LibpcapSource.open(settings, 2));
            try (Received a = new Received(one.getFirst());
                    Received b = new Received(one.getLast());
                    Received c = new Received(other.getFirst());
                    Received d = new Received(other.getLast())) {
                for (int flow = 0; flow < FLOWS; flow++) {
                    wire.send(query(flow));
                }
                await().until(() -> a.frames.size() + b.frames.size() == FLOWS);
                await().until(() -> c.frames.size() + d.frames.size() == FLOWS);
            }
        }
    }
}
