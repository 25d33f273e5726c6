package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PacketSource} does, wherever its frames come from. */
abstract class PacketSourceContract<W extends Wire> {
    static final InetSocketAddress CLIENT = Frames.socket("198.51.100.7", 4000);
    static final InetSocketAddress SERVER = Frames.socket("192.0.2.53", 53);

    W wire;

    abstract W wire() throws IOException;

    @BeforeEach
    void plugIn() throws IOException {
        wire = wire();
    }

    @AfterEach
    void unplug() {
        wire.close();
    }

    static byte[] frame(int id) {
        String name = "x".repeat(1 + id % 60) + ".test";
        byte[] message = DnsMessageBuilder.query(id, name, DnsMessageBuilder.A).bytes();
        return Frames.ethernet(Frames.udp(CLIENT, SERVER, message));
    }

    private static long nowUs() {
        return System.currentTimeMillis() * 1000;
    }

    @Test
    void handsFramesOverInOrderWithLengthsTimeAndLinkType() throws Exception {
        long before = nowUs();
        try (Received received = new Received(wire.open())) {
            List<String> sent = new ArrayList<>();
            for (int id = 0; id < 300; id++) {
                byte[] frame = frame(id);
                wire.send(frame);
                sent.add(Received.hex(frame));
            }
            await().until(() -> received.frames.size() == sent.size());
            assertThat(received.hexes()).isEqualTo(sent);
            assertThat(received.frames)
                    .allMatch(f -> f.linkType() == PcapWriter.ETHERNET)
                    .allMatch(f -> f.wireLength() == f.hex().length() / 2)
                    .allMatch(f -> f.timestampUs() >= before && f.timestampUs() <= nowUs() + 1000)
                    .isSortedAccordingTo((a, b) -> Long.compare(a.timestampUs(), b.timestampUs()));
            assertThat(received.source.stats()).isEqualTo(SourceStats.NONE);
        }
    }

    @Test
    void stopFromAnotherThreadEndsTheRunWhileNothingComes() throws Exception {
        try (Received received = new Received(wire.open())) {
            wire.send(frame(1));
            await().until(() -> received.frames.size() == 1);
            assertThat(received.isRunning()).isTrue();
            long start = System.nanoTime();
            received.source.stop();
            received.awaitEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void stopBeforeTheRunEndsItAtOnce() throws Exception {
        try (PacketSource source = wire.open()) {
            source.stop();
            source.stop();
            try (Received received = new Received(source)) {
                received.awaitEnd();
                assertThat(received.frames).isEmpty();
            }
        }
    }

    @Test
    void everythingButRunMayBeCalledAfterClose() throws Exception {
        PacketSource source = wire.open();
        source.close();
        source.close();
        source.stop();
        assertThat(source.stats()).isEqualTo(SourceStats.NONE);
    }

    @Test
    void missingInputIsOneSentenceThatNamesIt() {
        assertThatThrownBy(wire::openMissing)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing")
                .hasMessageNotContaining("Exception")
                .hasMessageNotContaining("\n");
    }
}
