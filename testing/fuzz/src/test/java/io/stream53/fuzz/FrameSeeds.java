package io.stream53.fuzz;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static io.stream53.fixtures.Frames.ethernet;
import static io.stream53.fixtures.Frames.ip;
import static io.stream53.fixtures.Frames.udp;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.TcpConversation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frames of every link type, conversations, fragments and tunnels. */
final class FrameSeeds {
    private static final int TUNNELS = 1;
    private static final int PROXIES = 2;
    private static final int CUT = 4;
    private static final int ETHERNET = 1;
    private static final int RAW = 101;

    private static final InetSocketAddress CLIENT = Frames.socket("192.0.2.1", 40_000);
    private static final InetSocketAddress SERVER = Frames.socket("198.51.100.53", 53);
    private static final InetSocketAddress CLIENT6 = Frames.socket("2001:db8::1", 40_000);
    private static final InetSocketAddress SERVER6 = Frames.socket("2001:db8::53", 53);
    private static final InetAddress FROM = Frames.address("10.1.1.1");
    private static final InetAddress TO = Frames.address("10.1.1.2");
    private static final byte[] QUERY = query(7, "www.example.com", 1).bytes();
    private static final byte[] RESPONSE =
            response(7, "www.example.com", 1, 0)
                    .answer("www.example.com", 1, 60, DnsMessageBuilder.address("192.0.2.99"))
                    .edns(1232, true)
                    .bytes();
    private static final byte[] FOUR = udp(CLIENT, SERVER, QUERY);
    private static final byte[] SIX = udp(CLIENT6, SERVER6, QUERY);

    private final Map<String, byte[]> inputs = new LinkedHashMap<>();

    private FrameSeeds() {}

    static Map<String, byte[]> all() {
        FrameSeeds seeds = new FrameSeeds();
        seeds.links();
        seeds.conversations();
        seeds.proxies();
        seeds.fragments();
        seeds.tunnels();
        return seeds.inputs;
    }

    private void links() {
        put("ethernet", ETHERNET, 0, ethernet(FOUR), ethernet(SIX), Frames.qinq(5, 6, FOUR));
        put("snap", ETHERNET, 0, ethernet(60, bytes("aaaa03 000000 0800", FOUR)));
        put("raw", RAW, 0, FOUR, SIX);
        put("raw-cut", RAW, CUT, FOUR, Arrays.copyOf(SIX, 60));
        put("ipv4-options", RAW, 0, options(FOUR));
        put("ipv6-extension", RAW, 0, extension(SIX));
        put("cooked", 113, 0, Frames.linuxCooked(FOUR));
        put("cooked-2", 276, 0, Frames.linuxCooked2(SIX));
        put("null", 0, 0, Frames.loopback(0x0200_0000, FOUR), Frames.loopback(24, SIX));
        put("loop", 108, 0, Frames.loopback(2, FOUR));
        put("ipv4", 228, 0, FOUR);
        put("ipv6", 229, 0, SIX);
        put("raw-of-bsd", 12, 0, FOUR);
        put("raw-of-openbsd", 14, 0, SIX);
        put("ppp", 9, 0, bytes("ff03 0021", FOUR), bytes("21", FOUR), bytes("0057", SIX));
        put("ppp-hdlc", 50, 0, bytes("ff03 0021", FOUR), bytes("0f00 0800", FOUR));
        put("ppp-ether", 51, 0, bytes("1100 0001 0000 0021", FOUR));
        put("cisco-hdlc", 104, 0, bytes("8f00 0800", FOUR));
        put("pktap", 258, 0, packetTap(FOUR));
        put("user-2", 149, 0, packetTap(SIX));
        put("unknown", 105, 0, FOUR);
    }

    private void conversations() {
        TcpConversation tcp = new TcpConversation(CLIENT, SERVER);
        byte[] asked = Frames.lengthPrefixed(QUERY, query(8, "b.test", 28).bytes());
        byte[] answered = Frames.lengthPrefixed(RESPONSE);
        put(
                "tcp",
                RAW,
                0,
                tcp.syn(),
                tcp.synAck(),
                tcp.ack(),
                tcp.client(Arrays.copyOf(asked, 20)),
                tcp.client(Arrays.copyOfRange(asked, 20, asked.length)),
                tcp.server(answered),
                tcp.clientFin(),
                tcp.serverFin());
        TcpConversation late = new TcpConversation(CLIENT6, SERVER6, 0xffff_fff0L, 7);
        put(
                "tcp-out-of-order",
                RAW,
                0,
                late.syn(),
                late.clientAt(30, Arrays.copyOfRange(asked, 30, asked.length)),
                late.clientAt(0, Arrays.copyOf(asked, 30)),
                late.clientAt(10, Arrays.copyOfRange(asked, 10, 40)),
                late.server(answered),
                late.clientReset());
        TcpConversation middle = new TcpConversation(CLIENT, SERVER);
        put("tcp-middle", RAW, 0, middle.client(asked), middle.server(answered));
        TcpConversation transfer = new TcpConversation(CLIENT, SERVER);
        byte[] many = Frames.lengthPrefixed(transferred(), transferred(), transferred());
        put(
                "transfer",
                RAW,
                0,
                transfer.syn(),
                transfer.synAck(),
                transfer.client(
                        Frames.lengthPrefixed(
                                query(9, "zone.test", DnsMessageBuilder.AXFR).bytes())),
                transfer.server(Arrays.copyOf(many, 50)),
                transfer.server(Arrays.copyOfRange(many, 50, many.length)),
                transfer.serverFin());
    }

    private static byte[] transferred() {
        return response(9, "zone.test", DnsMessageBuilder.AXFR, 0)
                .answer("zone.test", 6, 60, DnsMessageBuilder.soa("a.test", "b.test", 1))
                .bytes();
    }

    private void proxies() {
        byte[] text =
                "PROXY TCP4 192.0.2.9 198.51.100.53 1234 53\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] text6 =
                "PROXY TCP6 2001:db8::9 2001:db8::53 1234 53\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        String signature = "0d0a0d0a000d0a515549540a";
        String udp4 = signature + "2112000c c0000209 c6336435 04d2 0035";
        String tcp4 = signature + "2111000c c0000209 c6336435 04d2 0035";
        String udp6 =
                signature
                        + "21220024"
                        + "20010db8000000000000000000000009 20010db8000000000000000000000053"
                        + "04d2 0035";
        put(
                "proxy-udp",
                RAW,
                PROXIES,
                udp(CLIENT, SERVER, bytes(udp4, QUERY)),
                udp(SERVER, CLIENT, RESPONSE),
                udp(CLIENT, SERVER, bytes(udp6, QUERY)),
                udp(CLIENT, SERVER, bytes(signature + "20000000", QUERY)));
        conversation("proxy-text", text);
        conversation("proxy-text-6", text6);
        conversation("proxy-binary", bytes(tcp4, new byte[0]));
    }

    private void conversation(String name, byte[] header) {
        TcpConversation tcp = new TcpConversation(CLIENT, SERVER);
        byte[] asked = joined(header, Frames.lengthPrefixed(QUERY));
        put(
                name,
                RAW,
                PROXIES,
                tcp.syn(),
                tcp.synAck(),
                tcp.client(Arrays.copyOf(asked, 10)),
                tcp.client(Arrays.copyOfRange(asked, 10, asked.length)),
                tcp.server(Frames.lengthPrefixed(RESPONSE)));
    }

    private void fragments() {
        byte[] four = udp(SERVER, CLIENT, RESPONSE);
        byte[] six = udp(SERVER6, CLIENT6, RESPONSE);
        put("fragments", RAW, 0, array(Frames.fragments(four, 24)));
        put("fragments-ipv6", RAW, 0, array(Frames.fragments(six, 24)));
        put("fragments-reversed", RAW, 0, array(Frames.fragments(four, 32).reversed()));
        List<byte[]> overlapping = new ArrayList<>(Frames.fragments(six, 32));
        overlapping.add(1, Frames.fragment(six, 7, 16, 48, true));
        put("fragments-overlapping", RAW, 0, array(overlapping));
        put("fragments-first", RAW, 0, Frames.fragments(four, 48).getFirst(), FOUR);
        byte[] tunnel = ip(FROM, TO, 4, four);
        put("fragments-of-tunnel", RAW, TUNNELS, array(Frames.fragments(tunnel, 40)));
        put("fragments-in-tunnel", RAW, TUNNELS, in4(Frames.fragments(four, 40)));
    }

    private static byte[][] in4(List<byte[]> packets) {
        return packets.stream().map(packet -> ip(FROM, TO, 4, packet)).toArray(byte[][]::new);
    }

    private void tunnels() {
        put("ip-in-ip", RAW, TUNNELS, ip(FROM, TO, 4, FOUR), ip(FROM, TO, 41, SIX));
        put(
                "gre",
                RAW,
                TUNNELS,
                gre("0000 0800", FOUR),
                gre("b000 0800 00000000 00000001 00000002", FOUR),
                gre("2000 6558 00000001", ethernet(SIX)));
        put(
                "erspan",
                RAW,
                TUNNELS,
                gre("0000 88be", ethernet(FOUR)),
                gre("1000 88be 00000001 1000000000000000", ethernet(FOUR)),
                gre(
                        "1000 22eb 00000001 20000000 00000000 00000001 0000000000000000",
                        ethernet(FOUR)));
        put("vxlan", RAW, TUNNELS, port(4789, "08000000 00002a00", Frames.vlan(9, FOUR)));
        put(
                "geneve",
                RAW,
                TUNNELS,
                port(6081, "0000 6558 00002a00", ethernet(FOUR)),
                port(6081, "0200 0800 00002a00 0102800100000001", FOUR));
        put("mpls-in-ip", RAW, TUNNELS, ip(FROM, TO, 137, bytes("00010140", FOUR)));
        put(
                "mpls",
                ETHERNET,
                TUNNELS,
                ethernet(0x8847, bytes("00010040 00020140", FOUR)),
                ethernet(0x8847, bytes("00010140 00000000", ethernet(FOUR))));
        put(
                "pppoe",
                ETHERNET,
                TUNNELS,
                ethernet(0x8864, bytes("1100 0001 0000 0021", FOUR)),
                ethernet(0x8864, bytes("1100 0001 0000 0281 00010140", FOUR)));
        put(
                "nested",
                RAW,
                TUNNELS,
                ip(FROM, TO, 4, port(4789, "08000000 00002a00", ethernet(gre("0000 0800", FOUR)))));
        TcpConversation tcp = new TcpConversation(CLIENT, SERVER);
        put(
                "tcp-in-gre",
                RAW,
                TUNNELS,
                gre("0000 0800", tcp.syn()),
                gre("0000 0800", tcp.client(Frames.lengthPrefixed(QUERY))));
    }

    private static byte[] gre(String header, byte[] rest) {
        return ip(FROM, TO, 47, bytes(header, rest));
    }

    private static byte[] port(int port, String header, byte[] rest) {
        return udp(
                new InetSocketAddress(FROM, 50_000),
                new InetSocketAddress(TO, port),
                bytes(header, rest));
    }

    private static byte[] options(byte[] packet) {
        byte[] payload = Arrays.copyOfRange(packet, 20, packet.length);
        return Frames.ipv4(
                CLIENT.getAddress(), SERVER.getAddress(), 17, 0, new byte[] {1, 1, 1, 0}, payload);
    }

    private static byte[] extension(byte[] packet) {
        byte[] payload = Arrays.copyOfRange(packet, 40, packet.length);
        return Frames.ipv6(
                CLIENT6.getAddress(),
                SERVER6.getAddress(),
                0,
                Frames.ipv6Extension(60, Frames.ipv6Extension(17, payload)));
    }

    /** Apple's header of 108 bytes in front of a raw packet. */
    private static byte[] packetTap(byte[] packet) {
        return ByteBuffer.allocate(108 + packet.length)
                .putInt(Integer.reverseBytes(108))
                .putInt(0)
                .putInt(Integer.reverseBytes(RAW))
                .position(108)
                .put(packet)
                .array();
    }

    private static byte[] bytes(String hex, byte[] rest) {
        return joined(HexFormat.of().parseHex(hex.replace(" ", "")), rest);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }

    private static byte[][] array(List<byte[]> frames) {
        return frames.toArray(byte[][]::new);
    }

    private void put(String name, int linkType, int switches, byte[]... frames) {
        List<byte[]> parts = new ArrayList<>();
        for (byte[] frame : frames) {
            // a millisecond later than the one before
            parts.add(joined(new byte[] {0, 1}, frame));
        }
        byte link = (byte) FrameFuzzer.linkTypeIndex(linkType);
        inputs.put(name, Parts.of(new byte[] {link, (byte) switches}, parts));
    }
}
