package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.NodeLedger;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
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

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // As a class name in the settings does.
    void aDeserializerThatMakesNoAvroRecordsIsTheSettingsFaultAndNoRecordIsSkipped() {
        PacketDecoder decoder =
                new PacketDecoder("dns.raw", (Deserializer) new StringDeserializer());
        assertThatThrownBy(() -> decoder.decode(KEY, new byte[1]))
                .isInstanceOf(WrongDeserializerException.class)
                .hasMessageContaining("StringDeserializer makes java.lang.String")
                .hasMessageContaining("value.deserializer");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void anotherAvroRecordIsADeadLetter() {
        Deserializer<SpecificRecord> others = (topic, value) -> new NodeLedger();
        PacketDecoder decoder = new PacketDecoder("dns.raw", (Deserializer) others);
        assertThat(decoder.decode(KEY, new byte[1]).problem().sentence())
                .isEqualTo("its value is no DnsPacket but a io.stream53.schema.NodeLedger");
    }

    @Test
    void aDeadLetterNamesTheClassOfWhatItsDeserializerThrew() {
        PacketDecoder decoder =
                new PacketDecoder(
                        "dns.raw",
                        (topic, value) -> {
                            throw new SerializationException("no such mark");
                        });
        assertThat(decoder.decode(KEY, new byte[1]).problem())
                .isEqualTo(
                        new PacketDecoder.Problem(
                                "its value is no DnsPacket: no such mark",
                                SerializationException.class.getName()));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void refusesNumbersThatNoPacketCanHave(Consumer<DnsPacket> forge) {
        DnsPacket forged = packet();
        forge.accept(forged);
        assertThat(decode(forged).packet()).isNull();
        assertThat(decode(forged).problem().sentence()).isNotEmpty();
    }
}
