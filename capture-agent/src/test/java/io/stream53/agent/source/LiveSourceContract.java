package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
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
    void seesIpv6HeadersBeforeUdpButNotBeforeIcmp() throws Exception {
        byte[] v6 =
                Frames.udp(
                        Frames.socket("2001:db8::1", 4000),
                        Frames.socket("2001:db8::2", 5353),
                        message(2));
        byte[] udp = Frames.ipv6Extension(Frames.UDP, Arrays.copyOfRange(v6, 40, v6.length));
        List<byte[]> expected = new ArrayList<>();
        List<byte[]> sent = new ArrayList<>();
        for (int header : new int[] {0, 43, 60}) {
            byte[] frame = Frames.ethernet(behind(header, udp));
            expected.add(frame);
            sent.add(Frames.ethernet(behind(header, Frames.ipv6Extension(58, new byte[8]))));
            sent.add(frame);
        }
        expected.add(Frames.vlan(7, behind(60, udp)));
        sent.add(expected.getLast());
        assertReceived(sent, expected);
    }

    private static byte[] behind(int header, byte[] rest) {
        return Frames.ipv6(
                Frames.address("2001:db8::1"), Frames.address("2001:db8::2"), header, rest);
    }

    @Test
    void seesTunnelsOnlyWhenTold() throws Exception {
        byte[] inner = Frames.udp(CLIENT, SERVER, message(4));
        InetAddress from = Frames.address("203.0.113.1");
        InetAddress to = Frames.address("203.0.113.2");
        InetSocketAddress any = Frames.socket("203.0.113.1", 50_000);
        List<byte[]> tunnels = new ArrayList<>();
        for (int protocol : new int[] {4, 41, 47, 137}) {
            tunnels.add(Frames.ethernet(Frames.ip(from, to, protocol, inner)));
        }
        tunnels.add(Frames.ethernet(behind(47, inner)));
        tunnels.add(Frames.ethernet(Frames.udp(any, new InetSocketAddress(to, 4789), inner)));
        tunnels.add(Frames.ethernet(Frames.udp(any, new InetSocketAddress(to, 6081), inner)));
        for (int type : new int[] {0x8847, 0x8848, 0x8864}) {
            tunnels.add(Frames.ethernet(type, inner));
        }
        tunnels.add(Frames.vlan(9, Frames.ip(from, to, 47, inner)));
        List<byte[]> sent = new ArrayList<>(tunnels);
        sent.add(frame(1));

        assertReceived(wire.open(), sent, List.of(frame(1)));
        assertReceived(wire.openWithTunnels(), sent, sent);
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
        assertReceived(wire.open(), sent, expected);
    }

    private void assertReceived(PacketSource source, List<byte[]> sent, List<byte[]> expected)
            throws Exception {
        try (Received received = new Received(source)) {
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
                            .daemon()
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
            await().until(() -> !reader.isAlive());
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
