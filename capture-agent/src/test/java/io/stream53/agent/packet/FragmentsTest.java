package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.fragment;
import static io.stream53.fixtures.Frames.fragments;
import static io.stream53.fixtures.Frames.socket;
import static io.stream53.fixtures.Frames.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fragments through the whole decoder: what is put together, and what becomes of the rest. */
class FragmentsTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static final InetSocketAddress CLIENT = socket("192.0.2.1", 40_000);
    private static final InetSocketAddress SERVER = socket("198.51.100.53", 53);
    private static final InetSocketAddress CLIENT_6 = socket("2001:db8::1", 40_000);
    private static final InetSocketAddress SERVER_6 = socket("2001:db8::53", 53);
    private static final InetSocketAddress WEB = socket("198.51.100.53", 443);
    private static final byte[] RESPONSE =
            DnsMessageBuilder.response(7, "www.example.com", DnsMessageBuilder.A, 0)
                    .answer(
                            "www.example.com",
                            DnsMessageBuilder.A,
                            60,
                            DnsMessageBuilder.address("203.0.113.7"))
                    .bytes();
    private static final String SEEN =
            "udp 192.0.2.1:40000 > 198.51.100.53:53 #7 response www.example.com";
    private static final String SEEN_6 =
            "udp 2001:db8:0:0:0:0:0:1:40000 > 2001:db8:0:0:0:0:0:53:53 #7 response"
                    + " www.example.com";
    private static final byte[] PACKET = udp(SERVER, CLIENT, RESPONSE);
    private static final byte[] PACKET_6 = udp(SERVER_6, CLIENT_6, RESPONSE);
    private static final List<byte[]> BOTH = List.of(PACKET, PACKET_6);
    private static final int PAYLOAD = 8 + RESPONSE.length;

    private final List<Long> times = new ArrayList<>();
    private final List<Integer> ttls = new ArrayList<>();
    private final Recorder recorder = new Recorder();
    private final CaptureCounters counters = new CaptureCounters();
    private final FrameDecoder decoder =
            new FrameDecoder(
                    DecoderSettings.of(Set.of(53)),
                    (packet, message) -> {
                        times.add(packet.timestampUs());
                        ttls.add(packet.ipTtl());
                        recorder.message(packet, message);
                    },
                    counters);
    private long nowUs = START;

    private void frame(byte[] packet) {
        cut(packet, packet.length);
    }

    private void cut(byte[] packet, int captured) {
        decoder.frame(
                packet, 0, Math.min(captured, packet.length), packet.length, nowUs, PcapWriter.RAW);
    }

    private void assertLosses(Map<String, Long> losses, int ignored) {
        assertThat(counters.losses()).isEqualTo(losses);
        assertThat(counters.snapshot(0).ignored()).isEqualTo(ignored);
    }

    @Test
    void putsTogetherInAnyOrderAtTheTimeOfTheLastToCome() {
        List<List<Integer>> orders =
                List.of(
                        List.of(0, 1, 2),
                        List.of(0, 2, 1),
                        List.of(1, 0, 2),
                        List.of(1, 2, 0),
                        List.of(2, 0, 1),
                        List.of(2, 1, 0));
        List<Long> completed = new ArrayList<>();
        for (byte[] packet : BOTH) {
            List<byte[]> parts = fragments(packet, 24);
            assertThat(parts).hasSize(3);
            for (List<Integer> order : orders) {
                for (int index : order) {
                    nowUs += 10;
                    frame(parts.get(index));
                }
                completed.add(nowUs);
                nowUs += 60 * SECOND;
            }
        }
        assertThat(recorder.seen).hasSize(12);
        assertThat(recorder.seen.subList(0, 6)).containsOnly(SEEN);
        assertThat(recorder.seen.subList(6, 12)).containsOnly(SEEN_6);
        assertThat(times).isEqualTo(completed);
        assertThat(ttls).containsOnly(64);
        assertLosses(Map.of(), 0);
    }

    @Test
    void ignoresTheSameFragmentAgain() {
        for (byte[] packet : BOTH) {
            List<byte[]> parts = fragments(packet, 24);
            List.of(1, 1, 0, 1, 0, 2).forEach(index -> frame(parts.get(index)));
        }
        assertThat(recorder.seen).containsExactly(SEEN, SEEN_6);
        assertLosses(Map.of(), 6);
    }

    @Test
    void aFragmentShownTwiceIsNoLossWhenItsPacketWasWhole() {
        List<byte[]> parts = fragments(PACKET, 40);
        List.of(0, 0, 1, 1).forEach(index -> frame(parts.get(index)));
        decoder.finish();

        assertThat(recorder.seen).containsExactly(SEEN);
        assertLosses(Map.of(), 2);
    }

    @Test
    void aPacketShownTwiceIsTwoMessagesAsWithoutFragments() {
        for (int i = 0; i < 2; i++) {
            fragments(PACKET, 40).forEach(this::frame);
        }
        decoder.finish();

        assertThat(recorder.seen).containsExactly(SEEN, SEEN);
        assertLosses(Map.of(), 0);
    }

    @Test
    void anIdentificationUsedAgainNeverMixesTwoPackets() {
        byte[] other =
                udp(
                        SERVER,
                        CLIENT,
                        DnsMessageBuilder.query(8, "other.example.com", DnsMessageBuilder.A)
                                .bytes());
        List<byte[]> parts = fragments(PACKET, 40);
        List.of(0, 1, 1).forEach(index -> frame(parts.get(index)));
        fragments(other, 32).forEach(this::frame);
        decoder.finish();

        assertThat(recorder.seen)
                .containsExactly(
                        SEEN, "udp 198.51.100.53:53 > 192.0.2.1:40000 #8 query other.example.com");
        assertLosses(Map.of(), 1);
    }

    @Test
    void anyOverlapBreaksThePacketWithAllThatComesLater() {
        for (byte[] packet : BOTH) {
            byte[] changed = packet.clone();
            changed[packet.length - PAYLOAD + 17] ^= 1;
            List<byte[]> intruders =
                    List.of(
                            fragment(packet, 7, 0, 24, true), // around its beginning
                            fragment(packet, 7, 8, 16, true), // within
                            fragment(packet, 7, 16, 40, true), // behind
                            fragment(packet, 7, 0, 48, true), // all around
                            fragment(packet, 7, 8, 32, true), // from the same place, longer
                            fragment(packet, 7, 8, 24, false), // the last in the same place
                            fragment(changed, 7, 8, 24, true)); // other bytes
            for (byte[] intruder : intruders) {
                nowUs += 60 * SECOND;
                frame(fragment(packet, 7, 8, 24, true));
                frame(intruder);
                frame(fragment(packet, 7, 0, 8, true));
                frame(fragment(packet, 7, 24, PAYLOAD, false));
            }
        }
        assertThat(recorder.seen).isEmpty();
        assertLosses(Map.of("fragmentOverlap", 14 * 4L), 0);
    }

    @Test
    void aSecondFirstFragmentWithOtherPortsIsAnOverlapToo() {
        frame(fragment(PACKET, 7, 0, 24, true));
        frame(fragment(udp(WEB, CLIENT, RESPONSE), 7, 0, 24, true));
        frame(fragment(PACKET, 7, 24, PAYLOAD, false));

        assertThat(recorder.seen).isEmpty();
        assertLosses(Map.of("fragmentOverlap", 3L), 0);
    }

    @Test
    void twoEndsOrBytesBehindTheEndBreakThePacket() {
        for (byte[] packet : BOTH) {
            frame(fragment(packet, 1, 24, PAYLOAD - 8, false));
            frame(fragment(packet, 1, PAYLOAD, PAYLOAD, false)); // empty
            frame(fragment(packet, 2, 40, PAYLOAD, false));
            frame(fragment(packet, 2, 16, 32, false));
            frame(fragment(packet, 3, 8, 16, false));
            frame(fragment(packet, 3, 40, 48, true));
            frame(fragment(packet, 3, 16, 40, true));
        }
        decoder.finish();

        assertLosses(Map.of("malformedPacket", 2 * 6L, "fragment", 2L), 0);
    }

    @Test
    void fragmentsOfNoBytesOrOddLengthAreMalformed() {
        for (byte[] packet : BOTH) {
            frame(fragment(packet, 7, 0, 0, true));
            frame(fragment(packet, 7, 8, 8, false));
            frame(fragment(packet, 7, 0, 20, true));
        }
        decoder.finish();

        assertLosses(Map.of("malformedPacket", 6L), 0);
    }

    @Test
    void fragmentsBeyondTheLongestPacketAreMalformed() {
        byte[] four = Frames.ip(SERVER.getAddress(), CLIENT.getAddress(), 17, new byte[65_500]);
        byte[] death = fragment(four, 7, 65_480, 65_500, false);
        death[6] = 0x1f;
        death[7] = (byte) 0xff;
        frame(death);
        byte[] six = fragment(PACKET_6, 7, 0, 24, false);
        six[42] = (byte) 0xff;
        six[43] = (byte) 0xf8;
        frame(six);

        assertLosses(Map.of("malformedPacket", 2L), 0);
    }

    @Test
    void theLongestPacketIsPutTogether() {
        byte[] large = Arrays.copyOf(RESPONSE, 65_507);
        fragments(udp(SERVER, CLIENT, large), 1480).forEach(this::frame);
        large = Arrays.copyOf(RESPONSE, 65_527);
        List<byte[]> parts = fragments(udp(SERVER_6, CLIENT_6, large), 8);
        assertThat(parts).hasSize(8192);
        Collections.reverse(parts);
        parts.forEach(this::frame);

        assertThat(recorder.seen)
                .containsExactly(SEEN + "malformed", SEEN_6 + "malformed"); // zeros behind it
        assertLosses(Map.of(), 0);
    }

    @Test
    void whatIsMissingIsCountedAtTheEnd() {
        for (byte[] packet : BOTH) {
            frame(fragment(packet, 7, 0, 24, true));
            frame(fragment(packet, 7, 48, PAYLOAD, false));
        }
        assertLosses(Map.of(), 0);
        decoder.finish();

        assertLosses(Map.of("fragment", 4L), 0);
    }

    @Test
    void whatWaitsTooLongIsCountedWhenAnyFrameTellsTheTime() {
        frame(fragment(PACKET, 7, 0, 24, true));
        nowUs += 30 * SECOND;
        frame(PACKET);
        assertLosses(Map.of(), 0);
        nowUs++;
        frame(PACKET);
        assertLosses(Map.of("fragment", 1L), 0);

        frame(fragment(PACKET, 7, 24, PAYLOAD, false));
        decoder.finish();
        assertThat(recorder.seen).containsExactly(SEEN, SEEN);
        assertLosses(Map.of("fragment", 2L), 0);
    }

    @Test
    void aFragmentMayBeALittleOlderButTimeThatGoesFarBackBeginsAnew() {
        frame(fragment(PACKET, 7, 0, 24, true));
        nowUs -= SECOND;
        frame(fragment(PACKET, 7, 24, PAYLOAD, false));
        assertThat(recorder.seen).containsExactly(SEEN);

        frame(fragment(PACKET, 8, 0, 24, true));
        nowUs -= 3600 * SECOND;
        fragments(PACKET, 24).forEach(this::frame);
        assertThat(recorder.seen).containsExactly(SEEN, SEEN);
        assertLosses(Map.of("fragment", 1L), 0);
    }

    @Test
    void ignoresAllFragmentsOfOtherPortsInAnyOrder() {
        byte[] web = udp(WEB, CLIENT, RESPONSE);
        List.of(0, 1, 2).forEach(index -> frame(fragments(web, 24).get(index)));
        nowUs += 60 * SECOND;
        List.of(2, 1, 0).forEach(index -> frame(fragments(web, 24).get(index)));
        decoder.finish();

        assertThat(recorder.seen).isEmpty();
        assertLosses(Map.of(), 6);
    }

    @Test
    void ignoresFragmentsOfOtherProtocols() {
        byte[] ping = Frames.ip(CLIENT.getAddress(), SERVER.getAddress(), Frames.ICMP, RESPONSE);
        fragments(ping, 24).forEach(this::frame);
        byte[] ping6 = Frames.ip(CLIENT_6.getAddress(), SERVER_6.getAddress(), 58, RESPONSE);
        fragments(ping6, 24).forEach(this::frame);
        decoder.finish();

        assertLosses(Map.of(), 6);
    }

    @Test
    void anIdentificationOfOtherTrafficMayComeAgainForDns() {
        fragments(udp(WEB, CLIENT, RESPONSE), 24).forEach(this::frame);
        fragments(PACKET, 24).forEach(this::frame);

        assertThat(recorder.seen).containsExactly(SEEN);
        assertLosses(Map.of(), 3);
    }

    @Test
    void findsPortsInTheSecondFragment() {
        byte[] datagram = Arrays.copyOfRange(PACKET_6, 40, PACKET_6.length);
        byte[] packet =
                Frames.ipv6(
                        SERVER_6.getAddress(),
                        CLIENT_6.getAddress(),
                        60,
                        Frames.ipv6Extension(17, datagram));
        fragments(packet, 8).forEach(this::frame);
        assertThat(recorder.seen).containsExactly(SEEN_6);

        byte[] icmp = packet.clone();
        icmp[40] = 58;
        fragments(icmp, 8).forEach(this::frame);
        assertThat(recorder.seen).hasSize(1);
        assertThat(counters.losses()).isEmpty();
    }

    /** The buffer ends with the captured bytes, as it does behind a tunnel's reassembled packet. */
    @Test
    void aFragmentCutWithinItsOptionsIsCutInItsHeader() {
        for (int field : new int[] {0x2000, 0x2001, 1}) {
            byte[] packet =
                    Frames.ipv4(
                            SERVER.getAddress(),
                            CLIENT.getAddress(),
                            17,
                            field,
                            new byte[32],
                            new byte[8]);
            byte[] captured = Arrays.copyOf(packet, 24);
            decoder.frame(captured, 0, 24, packet.length, nowUs, PcapWriter.RAW);
        }
        assertThat(recorder.seen).isEmpty();
        assertLosses(Map.of("cutHeaders", 3L), 0);
    }

    @Test
    void aFragmentCutByTheCaptureMakesACutMessage() {
        for (byte[] packet : BOTH) {
            List<byte[]> parts = fragments(packet, 40);
            cut(parts.get(1), parts.get(1).length - 3);
            frame(parts.get(0));
            nowUs += 60 * SECOND;
            cut(parts.get(0), parts.get(0).length - 8);
            frame(parts.get(1));
            nowUs += 60 * SECOND;
        }
        assertThat(recorder.seen).hasSize(4).allMatch(seen -> seen.endsWith("cut"));

        List<byte[]> parts = fragments(PACKET, 40);
        cut(parts.get(0), 22);
        frame(parts.get(1));
        assertLosses(Map.of("cutHeaders", 1L), 0);
    }

    @Test
    void putsTogetherSegmentsOfTcp() {
        byte[] segment = Frames.tcp(SERVER, CLIENT, Frames.PSH, 1, Frames.lengthPrefixed(RESPONSE));
        fragments(segment, 32).forEach(this::frame);

        assertThat(recorder.seen).containsExactly(SEEN.replace("udp", "tcp"));
        assertLosses(Map.of(), 0);
    }

    @Test
    void putsTogetherFragmentsOfFragmentsUpToABound() {
        byte[] twice = fragment(PACKET_6, 8, 0, 40, true);
        fragments(twice, 24).forEach(this::frame);
        fragments(fragment(PACKET_6, 8, 40, PAYLOAD, false), 24).forEach(this::frame);
        assertThat(recorder.seen).containsExactly(SEEN_6);
        assertLosses(Map.of(), 0);

        byte[] deep = udp(SERVER_6, CLIENT_6, Arrays.copyOf(RESPONSE, 1024));
        for (int level = 0; level < 9; level++) {
            deep = fragment(deep, 9, 0, deep.length - 40, true);
        }
        frame(deep);
        decoder.finish();
        assertLosses(Map.of("fragment", 1L), 0);
    }

    @Test
    void aFloodTakesNoMoreMemoryThanItsShareAndTheOldestGoFirst() {
        DecoderSettings small =
                new DecoderSettings(Set.of(53), true, List.of(), 1 << 20, 30 * SECOND, SECOND);
        Fragments flooded = new Fragments(small, counters);
        IpPacket ip = new IpPacket();
        int flood = 50_000;
        long most = 0;
        for (int i = 0; i < flood; i++) {
            byte[] part = fragment(PACKET_6, i, 0, 24, true);
            assertThat(ip.parse(part, 0, part.length, part.length))
                    .isEqualTo(IpPacket.Verdict.FRAGMENT);
            assertThat(flooded.add(ip, part, part.length, START + i, false)).isNull();
            most = Math.max(most, flooded.bytes());
        }
        assertThat(most).isLessThanOrEqualTo(1 << 18).isGreaterThan(1 << 17);
        byte[] last = fragment(PACKET_6, flood - 1, 24, PAYLOAD, false);
        ip.parse(last, 0, last.length, last.length);
        assertThat(flooded.add(ip, last, last.length, START + flood, false)).isNotNull();
        flooded.finish();

        long evicted = counters.losses().getOrDefault("reassemblyFull", 0L);
        assertThat(evicted).isGreaterThan(flood - 1000L);
        assertLosses(Map.of("reassemblyFull", evicted, "fragment", flood - 1 - evicted), 0);
        assertThat(flooded.bytes()).isEqualTo(1 << 15);
    }

    @Test
    void aFloodOfOtherTrafficIsForgottenBeyondABound() {
        FragmentFates fates = new FragmentFates(100);
        IpPacket ip = new IpPacket();
        byte[] last = {};
        for (int i = 0; i < 10_000; i++) {
            byte[] part = fragment(PACKET_6, i, 0, 24, true);
            ip.parse(part, 0, part.length, part.length);
            last = part;
            fates.put(FragmentKey.of(ip, part), new FragmentFates.NotDns(), START + i);
        }
        assertThat(fates.size()).isEqualTo(100);
        assertThat(fates.get(FragmentKey.of(ip, last), START)).isNotNull();
        byte[] first = fragment(PACKET_6, 0, 0, 24, true);
        ip.parse(first, 0, first.length, first.length);
        assertThat(fates.get(FragmentKey.of(ip, first), START)).isNull();
    }
}
