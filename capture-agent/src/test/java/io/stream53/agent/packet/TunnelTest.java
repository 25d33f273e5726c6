package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.ethernet;
import static io.stream53.fixtures.Frames.ip;
import static io.stream53.fixtures.Frames.socket;
import static io.stream53.fixtures.Frames.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** DNS in what a mirror port wraps around it. */
class TunnelTest {
    private static final InetAddress FROM = Frames.address("203.0.113.1");
    private static final InetAddress TO = Frames.address("203.0.113.2");
    private static final InetAddress FROM_6 = Frames.address("2001:db8:a::1");
    private static final InetAddress TO_6 = Frames.address("2001:db8:a::2");
    private static final byte[] QUERY =
            DnsMessageBuilder.query(7, "www.example.com", DnsMessageBuilder.A).bytes();
    private static final byte[] FOUR =
            udp(socket("192.0.2.1", 40_000), socket("198.51.100.53", 53), QUERY);
    private static final byte[] SIX =
            udp(socket("2001:db8::1", 40_000), socket("2001:db8::53", 53), QUERY);
    private static final String SEEN =
            "udp 192.0.2.1:40000 > 198.51.100.53:53 #7 query www.example.com";
    private static final String SEEN_6 =
            "udp 2001:db8:0:0:0:0:0:1:40000 > 2001:db8:0:0:0:0:0:53:53 #7 query www.example.com";

    private final Recorder recorder = new Recorder();
    private final CaptureCounters counters = new CaptureCounters();
    private final FrameDecoder decoder = decoder(true);

    private FrameDecoder decoder(boolean tunnels) {
        DecoderSettings all = DecoderSettings.of(Set.of(53));
        return new FrameDecoder(
                new DecoderSettings(
                        all.ports(),
                        tunnels,
                        all.proxies(),
                        all.reassemblyBytes(),
                        all.fragmentTimeoutUs(),
                        all.tcpIdleUs()),
                recorder,
                counters);
    }

    private void frame(int linkType, byte[] frame) {
        decoder.frame(frame, 0, frame.length, frame.length, 1_000_000, linkType);
    }

    private void raw(byte[] packet) {
        frame(PcapWriter.RAW, packet);
    }

    /** Bytes in hex with blanks, then others. */
    private static byte[] bytes(String hex, byte[] rest) {
        byte[] head = HexFormat.of().parseHex(hex.replace(" ", ""));
        return ByteBuffer.allocate(head.length + rest.length).put(head).put(rest).array();
    }

    private static byte[] gre(String header, byte[] rest) {
        return ip(FROM, TO, 47, bytes(header, rest));
    }

    private static byte[] vxlan(byte[] frame) {
        return udp(
                new InetSocketAddress(FROM, 50_000),
                new InetSocketAddress(TO, 4789),
                bytes("08000000 00002a00", frame));
    }

    private static byte[] geneve(String header, byte[] rest) {
        return udp(
                new InetSocketAddress(FROM_6, 50_000),
                new InetSocketAddress(TO_6, 6081),
                bytes(header, rest));
    }

    private static List<byte[]> inIp() {
        return List.of(
                ip(FROM, TO, 4, FOUR),
                ip(FROM_6, TO_6, 4, FOUR),
                gre("0000 0800", FOUR),
                gre("2000 0800 00000001", FOUR),
                gre("1000 0800 00000001", FOUR),
                gre("b000 0800 00000000 00000001 00000002", FOUR),
                ip(FROM_6, TO_6, 47, bytes("0000 0800", FOUR)),
                gre("2000 6558 00000001", ethernet(FOUR)),
                gre("0000 6558", Frames.qinq(5, 6, FOUR)),
                gre("0000 8847 00010140", FOUR),
                gre("0000 88be", ethernet(FOUR)),
                gre("1000 88be 00000001 1000000000000000", ethernet(FOUR)),
                gre("1000 22eb 00000001 20000000 00000000 00000000", Frames.vlan(7, FOUR)),
                gre(
                        "1000 22eb 00000001 20000000 00000000 00000001 0000000000000000",
                        ethernet(FOUR)),
                gre("1000 22eb 00000001 20000000 00000000 00000800", FOUR),
                vxlan(ethernet(FOUR)),
                vxlan(Frames.vlan(9, FOUR)),
                geneve("0000 6558 00002a00", ethernet(FOUR)),
                geneve("0200 0800 00002a00 0102800100000001", FOUR),
                ip(FROM, TO, 137, bytes("00010140", FOUR)),
                ip(FROM, TO, 4, ip(FROM_6, TO_6, 4, vxlan(ethernet(gre("0000 0800", FOUR))))));
    }

    @Test
    void findsIpv4InTunnelsOfIp() {
        inIp().forEach(this::raw);
        assertThat(recorder.seen).hasSize(inIp().size()).containsOnly(SEEN);
        assertThat(counters.losses()).isEmpty();
    }

    @Test
    void findsIpv6InTunnelsOfIp() {
        raw(ip(FROM, TO, 41, SIX));
        raw(ip(FROM_6, TO_6, 41, SIX));
        raw(gre("0000 86dd", SIX));
        raw(gre("1000 88be 00000001 1000000000000000", ethernet(SIX)));
        raw(vxlan(ethernet(SIX)));
        raw(geneve("0000 86dd 00002a00", SIX));

        assertThat(recorder.seen).hasSize(6).containsOnly(SEEN_6);
        assertThat(counters.losses()).isEmpty();
    }

    private static List<byte[]> inEthernet() {
        return List.of(
                ethernet(0x8847, bytes("00010140", FOUR)),
                ethernet(0x8848, bytes("00010040 00020040 00030140", FOUR)),
                ethernet(0x8847, bytes("00010140 00000000", ethernet(FOUR))),
                ethernet(0x8847, bytes("00010140", ethernet(FOUR))),
                ethernet(0x8847, bytes("00010140 00000000", Frames.vlan(5, FOUR))),
                ethernet(0x8864, bytes("1100 0001 0000 0021", FOUR)),
                ethernet(0x8864, bytes("1100 0001 0000 0281 00010140", FOUR)));
    }

    @Test
    void findsPacketsBehindMplsAndPppoe() {
        inEthernet().forEach(frame -> frame(PcapWriter.ETHERNET, frame));
        assertThat(recorder.seen).hasSize(inEthernet().size()).containsOnly(SEEN);

        frame(PcapWriter.ETHERNET, ethernet(0x8864, bytes("1100 0001 0000 0057", SIX)));
        frame(PcapWriter.ETHERNET, ethernet(0x8847, bytes("00010140", SIX)));
        assertThat(recorder.seen.subList(7, 9)).containsOnly(SEEN_6);
        assertThat(counters.losses()).isEmpty();
    }

    @Test
    void ignoresTunnelsWhenNotTold() {
        FrameDecoder plain = decoder(false);
        for (byte[] packet : inIp()) {
            plain.frame(packet, 0, packet.length, packet.length, 0, PcapWriter.RAW);
        }
        for (byte[] frame : inEthernet()) {
            plain.frame(frame, 0, frame.length, frame.length, 0, PcapWriter.ETHERNET);
        }
        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEmpty();
        assertThat(counters.snapshot(0).ignored()).isEqualTo(inIp().size() + inEthernet().size());
    }

    @Test
    void findsPacketsOnSerialLines() {
        frame(9, bytes("ff03 0021", FOUR));
        frame(9, bytes("0021", FOUR));
        frame(9, bytes("21", FOUR));
        frame(50, bytes("ff03 0021", FOUR));
        frame(50, bytes("0f00 0800", FOUR));
        frame(104, bytes("8f00 0800", FOUR));
        frame(51, bytes("1100 0001 0000 0021", FOUR));
        assertThat(recorder.seen).hasSize(7).containsOnly(SEEN);
        assertThat(counters.losses()).isEmpty();
    }

    @Test
    void findsPacketsBehindLlcAndSnap() {
        byte[] snap = bytes("aaaa03 000000 0800", FOUR);
        frame(PcapWriter.ETHERNET, ethernet(snap.length, snap));
        byte[] tagged = bytes("0005", bytes("0042", snap));
        frame(PcapWriter.ETHERNET, ethernet(0x8100, tagged));
        frame(PcapWriter.LINUX_COOKED, bytes("00000001000600000000000000000004", snap));
        frame(PcapWriter.ETHERNET, ethernet(3, bytes("424203", new byte[40])));

        assertThat(recorder.seen).containsExactly(SEEN, SEEN, SEEN);
        assertThat(counters.snapshot(0).ignored()).isOne();
    }

    @Test
    void readsApplesPacketTapOfEitherByteOrder() {
        byte[] header = new byte[108];
        header[0] = 108;
        header[8] = 1;
        byte[] little = ByteBuffer.allocate(200).put(header).put(ethernet(FOUR)).array();
        frame(258, little);
        frame(149, little);
        byte[] big = little.clone();
        Arrays.fill(big, 0, 12, (byte) 0);
        big[3] = 108;
        big[11] = 1;
        frame(258, big);
        assertThat(recorder.seen).containsExactly(SEEN, SEEN, SEEN);

        frame(149, new byte[200]);
        assertThat(counters.losses()).isEqualTo(Map.of("linkType", 1L));
    }

    @Test
    void aPacketToADnsPortIsDnsWhateverIsInside() {
        FrameDecoder both = new FrameDecoder(DecoderSettings.of(Set.of(4789)), recorder, counters);
        byte[] packet = vxlan(ethernet(FOUR));
        both.frame(packet, 0, packet.length, packet.length, 0, PcapWriter.RAW);

        assertThat(recorder.seen).hasSize(1).allMatch(seen -> seen.contains(":4789"));
    }

    @Test
    void ignoresWhatIsNoTunnelAfterAll() {
        raw(gre("0001 880b 00000000", FOUR)); // PPTP
        raw(gre("4000 0800 00000000", FOUR)); // source route
        raw(gre("0000 0000", FOUR)); // keep-alive
        raw(gre("1000 22eb 00000001 20000000 00000000 00000400", FOUR)); // another frame type
        raw(ip(FROM, TO, 47, new byte[3]));
        raw(geneve("4000 0800 00002a00", FOUR)); // version 1
        raw(geneve("0080 0800 00002a00", FOUR)); // control
        byte[] vxlan = vxlan(ethernet(FOUR));
        vxlan[28] = 0;
        raw(vxlan);
        frame(PcapWriter.ETHERNET, ethernet(0x8864, bytes("1109 0001 0000 0021", FOUR)));
        frame(PcapWriter.ETHERNET, ethernet(0x8847, bytes("00010140 10000021", FOUR)));

        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEmpty();
        assertThat(counters.snapshot(0).ignored()).isEqualTo(10);
    }

    @Test
    void followsTunnelsOnlySoDeep() {
        byte[] packet = FOUR;
        for (int level = 0; level < 8; level++) {
            packet = ip(FROM, TO, 4, packet);
        }
        raw(packet);
        assertThat(recorder.seen).containsExactly(SEEN);
        raw(ip(FROM, TO, 4, packet));
        assertThat(recorder.seen).hasSize(1);

        byte[] layers = ethernet(FOUR);
        for (int level = 0; level < 2000; level++) {
            layers = ethernet(0x6558, layers);
        }
        frame(PcapWriter.ETHERNET, layers);
        assertThat(counters.snapshot(0).ignored()).isEqualTo(2);
    }

    @Test
    void putsFragmentsInsideAndOutsideOfTunnelsTogether() {
        List<byte[]> inner = Frames.fragments(FOUR, 24);
        inner.forEach(part -> raw(vxlan(ethernet(part))));
        Frames.fragments(vxlan(ethernet(FOUR)), 48).forEach(this::raw);
        Frames.fragments(gre("0000 0800", FOUR), 16).forEach(this::raw);
        List<byte[]> both = new ArrayList<>();
        for (int i = 0; i < inner.size(); i++) {
            byte[] outer =
                    gre(
                            "0000 0800",
                            Frames.fragment(FOUR, 77, 24 * i, end(i), i + 1 < inner.size()));
            both.add(Frames.fragment(outer, i, 0, 24, true));
            both.add(Frames.fragment(outer, i, 24, outer.length - 20, false));
        }
        Collections.shuffle(both, new Random(5));
        both.forEach(this::raw);
        decoder.finish();

        assertThat(recorder.seen).hasSize(4).containsOnly(SEEN);
        assertThat(counters.losses()).isEmpty();
    }

    private static int end(int part) {
        return Math.min(FOUR.length - 20, 24 * (part + 1));
    }

    @Test
    void aTunnelCutByTheCaptureIsADropUntilTheMessageBegins() {
        byte[] frame = ethernet(vxlan(ethernet(FOUR)));
        int message = frame.length - QUERY.length;
        for (int captured = 0; captured < message + 12; captured++) {
            decoder.frame(frame, 0, captured, frame.length, 0, PcapWriter.ETHERNET);
        }
        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEqualTo(Map.of("cutHeaders", message + 12L));
        decoder.frame(frame, 0, message + 12, frame.length, 0, PcapWriter.ETHERNET);
        assertThat(recorder.seen).hasSize(1).allMatch(seen -> seen.endsWith("cut"));
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(53);
        List<byte[]> seeds = new ArrayList<>();
        inIp().forEach(packet -> seeds.add(ethernet(packet)));
        inIp().forEach(packet -> seeds.add(ethernet(Frames.fragments(packet, 64).getFirst())));
        inIp().forEach(packet -> seeds.add(ethernet(Frames.fragments(packet, 64).getLast())));
        seeds.addAll(inEthernet());
        int[] links = {1, 1, 1, 1, 9, 50, 51, 104, 113, 149, 258, 276, 101};
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = seeds.get(random.nextInt(seeds.size())).clone();
            for (int changes = random.nextInt(6); changes > 0; changes--) {
                frame[random.nextInt(Math.min(120, frame.length))] = (byte) random.nextInt(256);
            }
            int captured = random.nextInt(4) == 0 ? random.nextInt(frame.length) : frame.length;
            byte[] exact = Arrays.copyOf(frame, captured);
            int link = links[random.nextInt(links.length)];
            decoder.frame(exact, 0, captured, frame.length, i, link);
        }
        decoder.finish();
        assertThat(counters.snapshot(0).frames()).isEqualTo(200_000);
    }
}
