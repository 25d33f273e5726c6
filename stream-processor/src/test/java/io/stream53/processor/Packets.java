package io.stream53.processor;

import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;

/** Packets as an agent makes them, without the messages behind them. */
final class Packets {
    static final String NODE = "ns1";
    static final long RUN = 7;

    /** 2026-11-22T16:00:10Z: ten seconds into a window. */
    static final long START_US = 1_795_363_210_000_000L;

    private static final int RESPONSE = 0x8000;
    private static final int A = 1;

    private Packets() {}

    /** A query for {@code name} by a client of its own; unnumbered. */
    static DnsPacket query(int client, String name, long timestampUs) {
        DnsPacket packet = new DnsPacket();
        packet.setKind("message");
        packet.setNode(NODE);
        packet.setSite("");
        packet.setRun(RUN);
        packet.setTimestampUs(timestampUs);
        packet.setTransport("udp");
        packet.setProtocol("dns");
        packet.setClientIp(
                ByteBuffer.wrap(
                        new byte[] {
                            10, (byte) (client >> 16), (byte) (client >> 8), (byte) client
                        }));
        packet.setClientPort(40_000);
        packet.setServerIp(ByteBuffer.wrap(new byte[] {(byte) 192, 0, 2, 53}));
        packet.setServerPort(53);
        packet.setIpTtl(64);
        packet.setDirection("inbound");
        packet.setId(client & 0xffff);
        packet.setQuestionName(name);
        packet.setQuestionType(A);
        packet.setQuestionClass(1);
        packet.setQuestionCount(1);
        packet.setSize(40);
        packet.setSamplingRate(1);
        packet.setDefect("");
        packet.setDefectSection("");
        packet.setEdnsVersion(-1);
        packet.setTcpRoundTripUs(-1);
        packet.setClientIpForm("plain");
        packet.setClientContinentCode("");
        packet.setClientCountryIsoCode("");
        packet.setClientAsOrganization("");
        packet.setMessage(ByteBuffer.allocate(0));
        packet.setLosses(java.util.Map.of());
        return packet;
    }

    static DnsPacket response(int client, String name, long timestampUs) {
        DnsPacket packet = query(client, name, timestampUs);
        packet.setFlags(RESPONSE);
        packet.setSize(100);
        return packet;
    }

    /** One message of a zone transfer over TCP. */
    static DnsPacket transfer(DnsPacket packet) {
        packet.setTransport("tcp");
        packet.setQuestionType(252);
        return packet;
    }

    static DnsPacket watermark(String node, long run, long timestampUs) {
        DnsPacket packet = query(0, "", timestampUs);
        packet.setKind("watermark");
        packet.setNode(node);
        packet.setRun(run);
        packet.setClientIp(ByteBuffer.allocate(0));
        packet.setServerIp(ByteBuffer.allocate(0));
        packet.setFinal$(timestampUs == Long.MAX_VALUE);
        return packet;
    }

    static byte[] key(DnsPacket packet) {
        return new TransactionKey(
                        packet.getNode(),
                        packet.getTransport().equals("tcp") ? Transport.TCP : Transport.UDP,
                        bytes(packet.getClientIp()),
                        packet.getClientPort(),
                        bytes(packet.getServerIp()),
                        packet.getServerPort(),
                        packet.getId())
                .encode();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
