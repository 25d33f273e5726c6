package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever may write to dns.raw may write any number there. */
class PacketDecoderTest {
    private static final byte[] ADDRESS = {(byte) 192, 0, 2, 1};
    private static final byte[] KEY =
            new TransactionKey("ns1", Transport.UDP, ADDRESS, 1025, ADDRESS, 53, 7).encode();

    private static DnsPacket packet() {
        return DnsPacket.newBuilder()
                .setKind("message")
                .setNode("ns1")
                .setRun(1)
                .setSequence(0)
                .setTimestampUs(0)
                .setClientIp(ByteBuffer.wrap(ADDRESS))
                .setServerIp(ByteBuffer.wrap(ADDRESS))
                .build();
    }

    private static PacketDecoder.Decoded decode(DnsPacket packet) {
        return new PacketDecoder("dns.raw", (topic, value) -> packet).decode(KEY, new byte[1]);
    }

    static Stream<Consumer<DnsPacket>> outOfRange() {
        return Stream.of(
                packet -> packet.setRcode(-22),
                packet -> packet.setRcode(65_536),
                packet -> packet.setOpcode(Integer.MIN_VALUE),
                packet -> packet.setFlags(1 << 20),
                packet -> packet.setId(-1),
                packet -> packet.setClientPort(65_536),
                packet -> packet.setServerPort(-1),
                packet -> packet.setQuestionType(-1),
                packet -> packet.setQuestionClass(1 << 16),
                packet -> packet.setAnswerCount(-5),
                packet -> packet.setEdnsUdpSize(-1),
                packet -> packet.setSize(-1),
                packet -> packet.setSamplingRate(0));
    }

    @Test
    void takesAPacketOfDefaults() {
        assertThat(decode(packet()).packet()).isEqualTo(packet());
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void refusesNumbersThatNoPacketCanHave(Consumer<DnsPacket> forge) {
        DnsPacket forged = packet();
        forge.accept(forged);
        assertThat(decode(forged).packet()).isNull();
        assertThat(decode(forged).problem()).isNotEmpty();
    }
}
