package io.stream53.processor.enrich;

import io.stream53.dns.DnsMessage;
import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.processor.match.Status;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsPacket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Packets as an agent makes them, and transactions of them. */
final class Packets {
    /** 2026-11-22T12:00:00.123456Z. */
    static final long NOON_US = 1_795_348_800_123_456L;

    static final String CLIENT = "81.2.69.142";
    static final String SERVER = "192.0.2.53";

    private Packets() {}

    /** The packet of a message that the capture holds whole. */
    static DnsPacket packet(byte[] message, long timestampUs) {
        return packet(message, message.length, timestampUs);
    }

    /** The packet of a message that had {@code size} bytes on the wire. */
    static DnsPacket packet(byte[] bytes, int size, long timestampUs) {
        DnsMessage message = new DnsMessage();
        if (!message.parse(bytes, 0, bytes.length, size)) {
            throw new IllegalArgumentException("no header");
        }
        DnsPacket packet = new DnsPacket();
        packet.setKind("message");
        packet.setNode("ns1");
        packet.setSite("");
        packet.setTimestampUs(timestampUs);
        packet.setTransport("udp");
        packet.setProtocol("dns");
        packet.setClientIp(address(CLIENT));
        packet.setClientPort(53001);
        packet.setServerIp(address(SERVER));
        packet.setServerPort(53);
        packet.setDirection("unknown");
        packet.setId(message.id());
        packet.setFlags(message.flags());
        packet.setOpcode(message.opcode());
        packet.setRcode(message.rcode());
        packet.setQuestionName(message.questionName());
        packet.setQuestionMixedCase(message.questionMixedCase());
        packet.setQuestionType(message.questionType());
        packet.setQuestionClass(message.questionClass());
        packet.setQuestionCount(message.questionCount());
        packet.setAnswerCount(message.answerCount());
        packet.setAuthorityCount(message.authorityCount());
        packet.setAdditionalCount(message.additionalCount());
        packet.setSize(message.size());
        packet.setDefect(message.defect().text());
        packet.setDefectSection(
                message.defect().text().isEmpty() ? "" : message.defectSection().text());
        packet.setEdnsVersion(message.ednsVersion());
        packet.setEdnsUdpSize(message.ednsUdpSize());
        packet.setEdnsDo(message.ednsDo());
        packet.setSamplingRate(1);
        packet.setMessage(ByteBuffer.wrap(bytes));
        packet.setLosses(Map.of());
        packet.setTcpRoundTripUs(-1);
        packet.setClientIpForm("plain");
        packet.setClientContinentCode("");
        packet.setClientCountryIsoCode("");
        packet.setClientAsOrganization("");
        return packet;
    }

    /** A query at noon and its response a millisecond and a half later. */
    static Transaction answered(byte[] query, byte[] response) {
        return answered(packet(query, NOON_US), packet(response, NOON_US + 1500));
    }

    static Transaction answered(DnsPacket query, DnsPacket response) {
        return new Transaction(
                Status.ANSWERED,
                key(query),
                query,
                response,
                0,
                1,
                query.getSize(),
                response.getSize(),
                response.getTimestampUs(),
                null,
                null,
                0);
    }

    /** One message alone. */
    static Transaction alone(
            Status status, @Nullable DnsPacket query, @Nullable DnsPacket response) {
        DnsPacket packet = query != null ? query : response;
        if (packet == null) {
            throw new IllegalArgumentException("neither query nor response");
        }
        return new Transaction(
                status,
                key(packet),
                query,
                response,
                0,
                response == null ? 0 : 1,
                query == null ? 0 : query.getSize(),
                response == null ? 0 : response.getSize(),
                packet.getTimestampUs(),
                null,
                null,
                0);
    }

    static ByteBuffer address(String literal) {
        return ByteBuffer.wrap(InetAddress.ofLiteral(literal).getAddress());
    }

    private static byte[] key(DnsPacket packet) {
        return new TransactionKey(
                        packet.getNode(),
                        Transport.UDP,
                        Bytes.of(packet.getClientIp()),
                        packet.getClientPort(),
                        Bytes.of(packet.getServerIp()),
                        packet.getServerPort(),
                        packet.getId())
                .encode();
    }
}
