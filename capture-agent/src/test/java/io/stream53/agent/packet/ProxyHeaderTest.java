package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.lengthPrefixed;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.ProxyHeader.Verdict;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.TcpConversation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Queries that a proxy passes on show the client that the proxy names, and so do the responses. */
class ProxyHeaderTest {
    private static final InetSocketAddress PROXY = Frames.socket("10.0.0.1", 5000);
    private static final InetSocketAddress SERVER = Frames.socket("10.0.0.53", 53);
    private static final byte[] QUERY =
            DnsMessageBuilder.query(7, "example.com", DnsMessageBuilder.A).bytes();
    private static final byte[] RESPONSE =
            DnsMessageBuilder.response(7, "example.com", DnsMessageBuilder.A, 3).bytes();
    private static final String ENDS_4 = "192.0.2.9:1234 > 10.0.0.53:53 #7 ";
    private static final String ENDS_6 =
            "2001:db8:0:0:0:0:0:9:1234 > 2001:db8:0:0:0:0:0:53:853 #7 ";

    private final TcpHarness at =
            new TcpHarness(
                    new DecoderSettings(
                            Set.of(53),
                            true,
                            List.of(IpNetwork.of("10.0.0.0/28")),
                            16 << 20,
                            30_000_000,
                            60_000_000));

    private static byte[] header(int command, int family, byte[] body) {
        ByteBuffer header = ByteBuffer.allocate(16 + body.length);
        header.put("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII));
        header.put((byte) (0x20 | command)).put((byte) family).putShort((short) body.length);
        return header.put(body).array();
    }

    private static byte[] ends(String client, String server, byte... tlvs) {
        byte[] from = Frames.address(client).getAddress();
        ByteBuffer body = ByteBuffer.allocate(2 * from.length + 4 + tlvs.length);
        body.put(from).put(Frames.address(server).getAddress());
        return body.putShort((short) 1234).putShort((short) 853).put(tlvs).array();
    }

    private static byte[] four(byte... tlvs) {
        return header(1, 0x12, ends("192.0.2.9", "198.51.100.53", tlvs));
    }

    private static byte[] six() {
        return header(1, 0x22, ends("2001:db8::9", "2001:db8::53"));
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private void assertSeen(String... messages) {
        assertThat(at.recorder.seen).containsExactly(messages);
    }

    @Test
    void showsTheClientInQueryAndResponseOverUdp() {
        at.packets(
                Frames.udp(PROXY, SERVER, join(four(), QUERY)),
                Frames.udp(SERVER, PROXY, RESPONSE));

        assertSeen("udp " + ENDS_4 + "query example.com", "udp " + ENDS_4 + "response example.com");
        assertThat(at.seen.getFirst().size()).isEqualTo(QUERY.length);
        at.finish();
    }

    @Test
    void showsBothEndsOfTheHeaderWhenItsFamilyIsAnother() {
        at.packets(
                Frames.udp(PROXY, SERVER, join(six(), QUERY)), Frames.udp(SERVER, PROXY, RESPONSE));

        assertSeen("udp " + ENDS_6 + "query example.com", "udp " + ENDS_6 + "response example.com");
    }

    @Test
    void showsTheClientInAllMessagesOfATcpConnection() {
        for (int split = 1; split < four().length + 5; split++) {
            TcpConversation tcp = new TcpConversation(PROXY, SERVER, split * 90_000L, 1);
            byte[] stream = join(four((byte) 4, (byte) 0, (byte) 0), lengthPrefixed(QUERY));
            at.recorder.seen.clear();
            at.packets(tcp.syn(), tcp.synAck(), tcp.ack());
            at.packets(
                    tcp.client(Arrays.copyOf(stream, split)),
                    tcp.client(Arrays.copyOfRange(stream, split, stream.length)),
                    tcp.server(lengthPrefixed(RESPONSE)),
                    tcp.client(lengthPrefixed(QUERY)));

            assertSeen(
                    "tcp " + ENDS_4 + "query example.com",
                    "tcp " + ENDS_4 + "response example.com",
                    "tcp " + ENDS_4 + "query example.com");
        }
        at.finish();
        assertThat(at.losses()).isEmpty();
    }

    @Test
    void readsAHeaderOfVersionOneOverTcp() {
        TcpConversation tcp = new TcpConversation(PROXY, SERVER);
        byte[] line =
                "PROXY TCP6 2001:db8::9 2001:db8::53 1234 853\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        at.packets(
                tcp.syn(),
                tcp.client(join(line, lengthPrefixed(QUERY))),
                tcp.server(lengthPrefixed(RESPONSE)));

        assertSeen("tcp " + ENDS_6 + "query example.com", "tcp " + ENDS_6 + "response example.com");
    }

    @Test
    void keepsTheAddressesOfWhatTheProxyItselfAsks() {
        TcpConversation tcp = new TcpConversation(PROXY, SERVER);
        at.packets(
                Frames.udp(PROXY, SERVER, join(header(0, 0, new byte[5]), QUERY)),
                Frames.udp(PROXY, SERVER, QUERY),
                tcp.syn(),
                tcp.client(lengthPrefixed(QUERY)));

        assertSeen(
                "udp 10.0.0.1:5000 > 10.0.0.53:53 #7 query example.com",
                "udp 10.0.0.1:5000 > 10.0.0.53:53 #7 query example.com",
                "tcp 10.0.0.1:5000 > 10.0.0.53:53 #7 query example.com");
    }

    @Test
    void believesOnlyTrustedProxies() {
        InetSocketAddress stranger = Frames.socket("10.0.0.99", 5000);
        TcpConversation tcp = new TcpConversation(stranger, SERVER);
        at.packets(
                Frames.udp(stranger, SERVER, join(four(), QUERY)),
                tcp.syn(),
                tcp.client(join(four(), lengthPrefixed(QUERY))));

        assertThat(at.recorder.seen).allMatch(seen -> seen.startsWith("udp 10.0.0.99:5000"));
        at.finish();
    }

    @Test
    void dropsMalformedHeaders() {
        byte[] badFamily = header(1, 0x42, new byte[12]);
        byte[] shortAddresses = header(1, 0x12, new byte[11]);
        byte[] badCommand = header(2, 0x12, ends("192.0.2.9", "198.51.100.53"));
        byte[] badTlv = four((byte) 1, (byte) 0, (byte) 9);
        byte[] version3 = four();
        version3[12] = 0x31;
        byte[] text = "PROXY TCP4 192.0.2.9 x 1 2\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] endless = "PROXY ".concat("x".repeat(200)).getBytes(StandardCharsets.US_ASCII);
        byte[][] bad = {badFamily, shortAddresses, badCommand, badTlv, version3, text, endless};
        for (byte[] each : bad) {
            at.packets(Frames.udp(PROXY, SERVER, join(each, QUERY)));
        }
        at.packets(Frames.udp(PROXY, SERVER, Arrays.copyOf(four(), 20)));

        assertThat(at.losses()).isEqualTo(Map.of("malformedPacket", bad.length + 1L));
        TcpConversation tcp = new TcpConversation(PROXY, SERVER);
        at.packets(tcp.syn(), tcp.client(badTlv), tcp.client(lengthPrefixed(QUERY)));
        assertThat(at.losses()).isEqualTo(Map.of("malformedPacket", bad.length + 2L));
        assertSeen("tcp 10.0.0.1:5000 > 10.0.0.53:53 #7 query example.com");
        at.finish();
    }

    @Test
    void forgetsWhoAskedAfterAShortTimeAndWhenThereAreTooMany() {
        at.packets(Frames.udp(PROXY, SERVER, join(four(), QUERY)));
        at.after(10_001).packets(Frames.udp(SERVER, PROXY, RESPONSE));
        assertThat(at.recorder.seen.getLast()).startsWith("udp 10.0.0.1:5000");

        at.packets(Frames.udp(PROXY, SERVER, join(four(), QUERY)));
        for (int port = 0; port < ProxiedDatagrams.MAX_QUERIES; port++) {
            InetSocketAddress other = Frames.socket("10.0.0.2", port);
            at.packets(Frames.udp(other, SERVER, join(four(), QUERY)));
        }
        at.packets(Frames.udp(SERVER, PROXY, RESPONSE));
        assertThat(at.recorder.seen.getLast()).startsWith("udp 10.0.0.1:5000");
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(53);
        ProxyHeader header = new ProxyHeader();
        byte[] text = "PROXY TCP4 192.0.2.9 192.0.2.8 1 2\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[][] seeds = {four((byte) 4, (byte) 0, (byte) 0), six(), text};
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int end = random.nextInt(bytes.length + 1);
            if (header.parse(bytes, 0, end) == Verdict.GOOD) {
                assertThat(header.length).isBetween(1, end);
            }
        }
    }
}
