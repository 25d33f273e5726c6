package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.ethernet;
import static io.stream53.fixtures.Frames.lengthPrefixed;
import static io.stream53.fixtures.Frames.socket;
import static io.stream53.fixtures.Frames.tcp;
import static io.stream53.fixtures.Frames.udp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private static final InetSocketAddress CLIENT = socket("192.0.2.1", 40_000);
    private static final InetSocketAddress SERVER = socket("198.51.100.53", 53);
    private static final InetSocketAddress CLIENT_6 = socket("2001:db8::1", 40_000);
    private static final InetSocketAddress SERVER_6 = socket("2001:db8::53", 53);
    private static final byte[] QUERY =
            DnsMessageBuilder.query(7, "www.example.com", DnsMessageBuilder.A).bytes();
    private static final byte[] RESPONSE =
            DnsMessageBuilder.response(7, "www.example.com", DnsMessageBuilder.A, 0)
                    .answer(
                            "www.example.com",
                            DnsMessageBuilder.A,
                            60,
                            DnsMessageBuilder.address("203.0.113.7"))
                    .bytes();
    private static final String SEEN_QUERY =
            "udp 192.0.2.1:40000 > 198.51.100.53:53 #7 query www.example.com";
    private static final String SEEN_QUERY_6 =
            "udp 2001:db8:0:0:0:0:0:1:40000 > 2001:db8:0:0:0:0:0:53:53 #7 query www.example.com";
    private static final int DATA = Frames.PSH | Frames.ACK;

    private final Recorder recorder = new Recorder();
    private final CaptureCounters counters = new CaptureCounters();
    private final FrameDecoder decoder =
            new FrameDecoder(DecoderSettings.of(Set.of(53)), recorder, counters);

    @AfterEach
    void everyFrameIsIgnoredOrCaptured() {
        AgentLedger ledger = counters.snapshot(counters.messages());
        assertThat(ledger.captured()).isEqualTo(ledger.published() + ledger.droppedTotal());
        assertThat(ledger.captured() + ledger.ignored()).isGreaterThanOrEqualTo(ledger.frames());
    }

    private void frame(int linkType, byte[] frame) {
        cut(linkType, frame, frame.length);
    }

    /** A frame of which the capture holds the beginning, in the middle of a larger array. */
    private void cut(int linkType, byte[] frame, int captured) {
        byte[] buffer = new byte[captured + 100];
        Arrays.fill(buffer, (byte) 0xee);
        System.arraycopy(frame, 0, buffer, 50, captured);
        decoder.frame(buffer, 50, captured, frame.length, 1_000_000, linkType);
    }

    private void assertDropped(DropReason reason) {
        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEqualTo(Map.of(reason.text(), 1L));
    }

    private void assertIgnored() {
        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEmpty();
        assertThat(counters.snapshot(0).ignored()).isOne();
    }

    @Test
    void readsEveryLinkTypeWithBothFamilies() {
        byte[] four = udp(CLIENT, SERVER, QUERY);
        byte[] six = udp(CLIENT_6, SERVER_6, QUERY);
        for (byte[] packet : new byte[][] {four, six}) {
            frame(PcapWriter.ETHERNET, ethernet(packet));
            frame(PcapWriter.ETHERNET, Frames.vlan(5, packet));
            frame(PcapWriter.ETHERNET, Frames.qinq(5, 6, packet));
            frame(PcapWriter.LINUX_COOKED, Frames.linuxCooked(packet));
            frame(PcapWriter.LINUX_COOKED_2, Frames.linuxCooked2(packet));
            frame(PcapWriter.RAW, packet);
            frame(12, packet);
            frame(14, packet);
        }
        frame(PcapWriter.IPV4, four);
        frame(PcapWriter.IPV6, six);

        assertThat(recorder.seen).hasSize(18);
        assertThat(recorder.seen.subList(0, 8)).containsOnly(SEEN_QUERY);
        assertThat(recorder.seen.subList(8, 16)).containsOnly(SEEN_QUERY_6);
    }

    @Test
    void readsLoopbackOfEitherByteOrderAndAnySystem() {
        byte[] four = udp(CLIENT, SERVER, QUERY);
        frame(PcapWriter.NULL, Frames.loopback(2, four));
        frame(PcapWriter.NULL, Frames.loopback(0x0200_0000, four));
        frame(PcapWriter.LOOP, Frames.loopback(2, four));
        byte[] six = udp(CLIENT_6, SERVER_6, QUERY);
        frame(PcapWriter.NULL, Frames.loopback(0x1e00_0000, six));
        frame(PcapWriter.NULL, Frames.loopback(0x1c00_0000, six));
        frame(PcapWriter.LOOP, Frames.loopback(24, six));

        assertThat(recorder.seen.subList(0, 3)).containsOnly(SEEN_QUERY);
        assertThat(recorder.seen.subList(3, 6)).containsOnly(SEEN_QUERY_6);
    }

    @Test
    void dropsFramesOfOtherLinkTypes() {
        frame(105, udp(CLIENT, SERVER, QUERY));

        assertDropped(DropReason.LINK_TYPE);
    }

    @Test
    void ignoresWhatIsNotIp() {
        frame(PcapWriter.ETHERNET, ethernet(0x0806, new byte[28]));

        assertIgnored();
    }

    @Test
    void ignoresIcmpThatQuotesDns() {
        byte[] quote = new byte[8 + 28 + QUERY.length];
        System.arraycopy(udp(CLIENT, SERVER, QUERY), 0, quote, 8, 28 + QUERY.length);
        frame(
                PcapWriter.RAW,
                Frames.ip(SERVER.getAddress(), CLIENT.getAddress(), Frames.ICMP, quote));

        assertIgnored();
    }

    @Test
    void ignoresOtherPorts() {
        frame(PcapWriter.RAW, udp(socket("192.0.2.1", 54), socket("192.0.2.2", 5353), QUERY));

        assertIgnored();
    }

    @Test
    void readsThePortsItIsGiven() {
        FrameDecoder other =
                new FrameDecoder(DecoderSettings.of(Set.of(5300, 5301)), recorder, counters);
        byte[] packet = udp(CLIENT, socket("198.51.100.53", 5301), QUERY);
        other.frame(packet, 0, packet.length, packet.length, 0, PcapWriter.RAW);

        assertThat(recorder.seen).hasSize(1);
    }

    @Test
    void takesTheSourceOfAResponseForTheServer() {
        frame(PcapWriter.RAW, udp(SERVER, CLIENT, RESPONSE));

        assertThat(recorder.seen).containsExactly(SEEN_QUERY.replace("query", "response"));
    }

    @Test
    void decidesTheClientByQrEvenWhenBothPortsAreDns() {
        InetSocketAddress resolver = socket("192.0.2.1", 53);
        frame(PcapWriter.RAW, udp(resolver, SERVER, QUERY));
        frame(PcapWriter.RAW, udp(SERVER, resolver, RESPONSE));

        assertThat(recorder.seen)
                .containsExactly(
                        "udp 192.0.2.1:53 > 198.51.100.53:53 #7 query www.example.com",
                        "udp 192.0.2.1:53 > 198.51.100.53:53 #7 response www.example.com");
    }

    @Test
    void cutsOffThePaddingOfEthernet() {
        byte[] small = DnsMessageBuilder.message(9).bytes();
        frame(PcapWriter.ETHERNET, ethernet(udp(CLIENT, SERVER, small)));

        assertThat(recorder.seen)
                .containsExactly("udp 192.0.2.1:40000 > 198.51.100.53:53 #9 query ");
    }

    @Test
    void stepsOverIpv4Options() {
        byte[] plain = udp(CLIENT, SERVER, QUERY);
        frame(
                PcapWriter.RAW,
                Frames.ipv4(
                        CLIENT.getAddress(),
                        SERVER.getAddress(),
                        Frames.UDP,
                        0x4000,
                        new byte[] {1, 1, 1, 0, 1, 1, 1, 0},
                        Arrays.copyOfRange(plain, 20, plain.length)));

        assertThat(recorder.seen).containsExactly(SEEN_QUERY);
    }

    @Test
    void stepsOverIpv6ExtensionHeaders() {
        byte[] plain = udp(CLIENT_6, SERVER_6, QUERY);
        byte[] datagram = Arrays.copyOfRange(plain, 40, plain.length);
        byte[] atomic = Frames.ipv6Fragment(Frames.UDP, 0, false, 1, datagram);
        byte[] headers = Frames.ipv6Extension(43, Frames.ipv6Extension(44, atomic));
        frame(
                PcapWriter.RAW,
                Frames.ipv6(
                        CLIENT_6.getAddress(),
                        SERVER_6.getAddress(),
                        0,
                        Frames.ipv6Extension(60, headers)));

        assertThat(recorder.seen).containsExactly(SEEN_QUERY_6);
    }

    @Test
    void readsOneAndSeveralMessagesInATcpSegment() {
        frame(PcapWriter.RAW, tcp(CLIENT, SERVER, DATA, 1, lengthPrefixed(QUERY)));
        frame(PcapWriter.RAW, tcp(SERVER_6, CLIENT_6, DATA, 1, lengthPrefixed(RESPONSE, QUERY)));

        assertThat(recorder.seen)
                .containsExactly(
                        SEEN_QUERY.replace("udp", "tcp"),
                        SEEN_QUERY_6.replace("udp", "tcp").replace("query", "response"),
                        "tcp 2001:db8:0:0:0:0:0:53:53 > 2001:db8:0:0:0:0:0:1:40000 #7 query"
                                + " www.example.com");
    }

    @Test
    void readsTheMessageThatComesWithTheSynOfTcpFastOpen() {
        frame(PcapWriter.RAW, tcp(CLIENT, SERVER, Frames.SYN, 1, lengthPrefixed(QUERY)));

        assertThat(recorder.seen).hasSize(1);
    }

    @Test
    void ignoresBareTcpSegments() {
        byte[] none = {};
        byte[] garbage = {0};
        for (int flags :
                new int[] {
                    Frames.SYN, Frames.SYN | Frames.ACK, Frames.ACK, Frames.FIN, Frames.RST
                }) {
            frame(PcapWriter.ETHERNET, ethernet(tcp(CLIENT, SERVER, flags, 1, none)));
        }
        frame(PcapWriter.RAW, tcp(CLIENT, SERVER, Frames.ACK, 1, garbage));
        frame(PcapWriter.RAW, tcp(CLIENT, SERVER, Frames.RST, 1, "go away".getBytes(UTF_8)));

        assertThat(counters.snapshot(0).ignored()).isEqualTo(7);
        assertThat(counters.losses()).isEmpty();
    }

    @Test
    void dropsPayloadsOfFewerThanTwelveBytes() {
        frame(PcapWriter.RAW, udp(CLIENT, SERVER, new byte[0]));
        frame(PcapWriter.RAW, udp(CLIENT, SERVER, new byte[11]));
        frame(PcapWriter.RAW, tcp(CLIENT, SERVER, Frames.SYN, 1, lengthPrefixed(new byte[11])));

        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEqualTo(Map.of("shortHeader", 3L));
    }

    @Test
    void handsOnMalformedMessages() {
        byte[] message = Arrays.copyOf(QUERY, 20);
        frame(PcapWriter.RAW, udp(CLIENT, SERVER, message));

        assertThat(recorder.seen)
                .containsExactly("udp 192.0.2.1:40000 > 198.51.100.53:53 #7 query malformed");
    }

    @Test
    void handsOnMessagesCutByTheCaptureAndDropsCutHeaders() {
        byte[] frame = ethernet(udp(SERVER, CLIENT, RESPONSE));
        int message = 14 + 20 + 8;
        for (int captured = 0; captured < message + 12; captured++) {
            cut(PcapWriter.ETHERNET, frame, captured);
        }
        assertThat(counters.losses()).isEqualTo(Map.of("cutHeaders", message + 12L));
        assertThat(recorder.seen).isEmpty();

        for (int captured = message + 12; captured < frame.length; captured++) {
            cut(PcapWriter.ETHERNET, frame, captured);
        }
        assertThat(recorder.seen)
                .hasSize(frame.length - message - 12)
                .allMatch(seen -> seen.endsWith("cut"));
    }

    @Test
    void readsTheMessagesOfACutTcpSegmentThatBeginInTheCapture() {
        byte[] packet = tcp(SERVER, CLIENT, DATA, 1, lengthPrefixed(QUERY, RESPONSE));
        cut(PcapWriter.RAW, packet, packet.length - 5);
        assertThat(recorder.seen).hasSize(2);
        assertThat(recorder.seen.getLast()).endsWith("cut");

        byte[] other = tcp(SERVER_6, CLIENT_6, DATA, 1, lengthPrefixed(QUERY, RESPONSE));
        cut(PcapWriter.RAW, other, other.length - RESPONSE.length - 1);
        assertThat(recorder.seen).hasSize(3);
        assertThat(counters.losses()).isEqualTo(Map.of("cutHeaders", 1L));
    }

    @Test
    void dropsHeadersThatContradictThemselves() {
        byte[] good = udp(CLIENT, SERVER, QUERY);
        frame(PcapWriter.RAW, with(good, 0, 0x55)); // no IP version
        frame(PcapWriter.RAW, with(good, 0, 0x44)); // header of 16 bytes
        frame(PcapWriter.RAW, with(good, 3, 19)); // shorter than its header
        frame(PcapWriter.RAW, with(good, 25, 7)); // UDP shorter than its header
        frame(PcapWriter.RAW, with(good, 24, 2)); // UDP longer than the packet
        frame(PcapWriter.RAW, with(good, 3, 27)); // no room for UDP's header
        byte[] segment = tcp(CLIENT, SERVER, DATA, 1, lengthPrefixed(QUERY));
        frame(PcapWriter.RAW, with(segment, 32, 0x40)); // header of 16 bytes
        frame(PcapWriter.RAW, with(segment, 32, 0xf0)); // options beyond the packet
        byte[] six = udp(CLIENT_6, SERVER_6, QUERY);
        frame(PcapWriter.RAW, with(with(six, 6, 60), 41, 0xff)); // extension beyond the packet

        assertThat(recorder.seen).isEmpty();
        assertThat(counters.losses()).isEqualTo(Map.of("malformedPacket", 9L));
    }

    private static byte[] with(byte[] packet, int at, int value) {
        byte[] changed = packet.clone();
        changed[at] = (byte) value;
        return changed;
    }

    @Test
    void takesALengthOfZeroForTheWholeFrame() {
        byte[] four = tcp(CLIENT, SERVER, DATA, 1, lengthPrefixed(QUERY));
        frame(PcapWriter.RAW, with(with(four, 2, 0), 3, 0));
        byte[] six = tcp(CLIENT_6, SERVER_6, DATA, 1, lengthPrefixed(QUERY));
        frame(PcapWriter.RAW, with(with(six, 4, 0), 5, 0));

        assertThat(recorder.seen).hasSize(2);
    }

    @Test
    void ignoresEncryptedPayloads() {
        frame(PcapWriter.RAW, Frames.ip(CLIENT_6.getAddress(), SERVER_6.getAddress(), 50, QUERY));

        assertIgnored();
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(53);
        int[] links = {0, 1, 12, 101, 108, 113, 228, 229, 276};
        byte[][] seeds = {
            ethernet(udp(CLIENT, SERVER, QUERY)),
            ethernet(tcp(SERVER_6, CLIENT_6, DATA, 1, lengthPrefixed(RESPONSE, QUERY))),
            udp(CLIENT_6, SERVER_6, QUERY),
            HexFormat.of().parseHex("60000000")
        };
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = seeds[random.nextInt(seeds.length)].clone();
            for (int changes = random.nextInt(6); changes > 0; changes--) {
                frame[random.nextInt(Math.min(70, frame.length))] = (byte) random.nextInt(256);
            }
            cut(links[random.nextInt(links.length)], frame, random.nextInt(frame.length + 1));
        }
        assertThat(counters.snapshot(0).frames()).isEqualTo(200_000);
    }
}
