package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the sources do beyond the contract that capture on an interface. */
abstract class LiveSourceContract extends PacketSourceContract<LiveWire> {
    abstract LiveWire.Opener opener();

    @Override
    LiveWire wire() {
        return new LiveWire(opener());
    }

    private static byte[] message(int id) {
        return DnsMessageBuilder.query(id, "vlan.test", DnsMessageBuilder.A).bytes();
    }

    @Test
    void seesTaggedFramesOfOneAndTwoTags() throws Exception {
        byte[] packet = Frames.udp(CLIENT, SERVER, message(1));
        byte[] v6 =
                Frames.udp(
                        Frames.socket("2001:db8::1", 4000),
                        Frames.socket("2001:db8::2", 5353),
                        message(2));
        List<byte[]> frames =
                List.of(
                        Frames.vlan(100, packet),
                        Frames.vlan(101, v6),
                        Frames.qinq(200, 300, packet),
                        Frames.qinq(200, 301, v6),
                        Frames.ethernet(v6));
        assertReceived(frames, frames);
    }

    @Test
    void seesEveryFragmentTaggedOrNot() throws Exception {
        byte[] large = new byte[3000];
        List<byte[]> frames = new ArrayList<>();
        for (byte[] fragment : Frames.fragments(Frames.udp(SERVER, CLIENT, large), 1200)) {
            frames.add(Frames.ethernet(fragment));
            frames.add(Frames.vlan(5, fragment));
            frames.add(Frames.qinq(6, 7, fragment));
        }
        assertThat(frames).hasSize(9);
        assertReceived(frames, frames);
    }

    @Test
    void seesNoOtherPorts() throws Exception {
        byte[] other =
                Frames.ethernet(Frames.udp(CLIENT, Frames.socket("192.0.2.53", 54), message(3)));
        byte[] tagged =
                Frames.vlan(5, Frames.udp(CLIENT, Frames.socket("192.0.2.53", 54), message(3)));
        assertReceived(List.of(other, tagged, frame(1)), List.of(frame(1)));
    }

    private void assertReceived(List<byte[]> sent, List<byte[]> expected) throws Exception {
        try (Received received = new Received(wire.open())) {
            sent.forEach(wire::send);
            await().until(() -> received.frames.size() >= expected.size());
            assertThat(received.hexes())
                    .containsExactlyElementsOf(expected.stream().map(Received::hex).toList());
        }
    }

    @Test
    void countsWhatTheKernelDropsWhileNobodyReads() throws Exception {
        int sent = 20_000;
        byte[] frame = Frames.ethernet(Frames.udp(SERVER, CLIENT, new byte[1000]));
        CountDownLatch mayRead = new CountDownLatch(1);
        AtomicLong read = new AtomicLong();
        try (PacketSource source = wire.open(2 << 20)) {
            Thread reader =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            source.run(
                                                    (b, o, c, w, t, l) -> {
                                                        awaitQuietly(mayRead);
                                                        read.incrementAndGet();
                                                    });
                                        } catch (IOException e) {
                                            throw new AssertionError(e);
                                        }
                                    });
            for (int i = 0; i < sent; i++) {
                wire.send(frame);
            }
            mayRead.countDown();
            await().until(() -> read.get() + source.stats().kernelDropped() == sent);
            assertThat(source.stats().kernelDropped()).isPositive();
            assertThat(read).hasPositiveValue();
            source.stop();
            reader.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anInterfaceThatGoesAwayEndsTheRunWithOneSentence() throws Exception {
        PacketSource source = wire.open();
        Received received = new Received(source);
        wire.send(frame(1));
        await().until(() -> received.frames.size() == 1);
        wire.cut();
        await().until(() -> !received.isRunning());
        assertThatThrownBy(received::awaitEnd)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the capture on " + PrivateNetwork.NEAR_END + " ended: ")
                .hasMessageNotContaining("\n");
        source.close();
    }

    @Test
    void aMissingInterfaceIsNamedWithThoseThatExist() {
        assertThatThrownBy(wire::openMissing)
                .hasMessageStartingWith("there is no interface missing0; this host has: ")
                .hasMessageContaining("lo");
    }
}
