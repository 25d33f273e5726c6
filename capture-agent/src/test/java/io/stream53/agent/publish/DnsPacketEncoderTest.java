package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.schema.DnsPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DnsPacketEncoderTest {
    private static final InetSocketAddress CLIENT = Frames.socket("192.0.2.1", 40_000);
    private static final InetSocketAddress SERVER = Frames.socket("198.51.100.53", 53);
    private static final long RUN = -1234567890123456789L;

    private static EncoderSettings settings(MessageCarry carry, Set<InetAddress> own) {
        return new EncoderSettings("ns1-zürich", "anycast", RUN, 0x01020304, carry, own);
    }

    private static byte[] copy(DnsPacketEncoder encoder) {
        return Arrays.copyOf(encoder.buffer(), encoder.length());
    }

    /** Encodes each packet, and hands on the record with what it was made of. */
    private interface Check {
        void check(PacketView packet, DnsMessage message, byte[] record) throws IOException;
    }

    private static void encode(DnsPacketEncoder encoder, byte[] packet, long time, Check check) {
        FrameDecoder decoder =
                new FrameDecoder(
                        DecoderSettings.of(Set.of(53)),
                        (view, message) -> {
                            int length = encoder.encodeMessage(view, message, time % 1000, 10);
                            assertThat(encoder.length()).isEqualTo(length);
                            try {
                                check.check(view, message, copy(encoder));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        new CaptureCounters());
        decoder.frame(packet, 0, packet.length, packet.length, time, PcapWriter.RAW);
    }

    private static GenericRecord read(byte[] record) throws IOException {
        assertThat(record).startsWith(0, 1, 2, 3, 4);
        GenericDatumReader<GenericRecord> reader =
                new GenericDatumReader<>(DnsPacket.getClassSchema());
        int header = DnsPacketEncoder.HEADER_BYTES;
        return reader.read(
                null,
                DecoderFactory.get().binaryDecoder(record, header, record.length - header, null));
    }

    private static byte[] avro(DnsPacket packet) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 1, 2, 3, 4});
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new SpecificDatumWriter<>(DnsPacket.class).write(packet, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void writesTheBytesThatAvroWrites(MessageCarry carry) {
        Random random = new Random(carry.name().length());
        DnsPacketEncoder encoder = new DnsPacketEncoder(settings(carry, Set.of()));
        int[] checked = {0};
        for (int i = 0; i < 5000; i++) {
            encode(
                    encoder,
                    randomPacket(random),
                    random.nextLong(1L << 52),
                    (view, message, record) -> {
                        checked[0]++;
                        assertThat(record).isEqualTo(avro(expected(view, message, carry)));
                        assertThat(read(record).get("id")).isEqualTo(message.id());
                    });
        }
        assertThat(checked[0]).isEqualTo(5000);
    }

    private static byte[] randomPacket(Random random) {
        DnsMessageBuilder builder =
                DnsMessageBuilder.query(
                                random.nextInt(0x10000),
                                "W\\%03d.example".formatted(random.nextInt(256)),
                                random.nextInt(0x10000))
                        .flags(random.nextInt(0x10000));
        for (int i = random.nextInt(3); i > 0; i--) {
            byte[] data = new byte[random.nextInt(1000)];
            random.nextBytes(data);
            builder.answer("x.example", 65_280, 60, data);
        }
        if (random.nextBoolean()) {
            builder.edns(
                    random.nextInt(0x10000),
                    random.nextInt(256),
                    random.nextInt(256),
                    random.nextBoolean());
        }
        byte[] message = builder.bytes();
        if (random.nextInt(4) == 0) {
            message = Arrays.copyOf(message, random.nextInt(12, message.length));
        }
        boolean six = random.nextBoolean();
        InetSocketAddress from = randomSocket(random, six, random.nextInt(0x10000));
        InetSocketAddress to = randomSocket(random, six, 53);
        return random.nextBoolean()
                ? Frames.udp(from, to, message)
                : Frames.tcp(from, to, Frames.SYN, 1, Frames.lengthPrefixed(message));
    }

    private static InetSocketAddress randomSocket(Random random, boolean six, int port) {
        byte[] address = new byte[six ? 16 : 4];
        random.nextBytes(address);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static DnsPacket expected(PacketView view, DnsMessage message, MessageCarry carry) {
        boolean carried =
                switch (carry) {
                    case NONE -> false;
                    case RESPONSES -> message.isResponse();
                    case ALL -> true;
                };
        boolean defective = !message.defect().text().isEmpty();
        return DnsPacket.newBuilder()
                .setKind("message")
                .setNode("ns1-zürich")
                .setSite("anycast")
                .setRun(RUN)
                .setSequence(view.timestampUs() % 1000)
                .setTimestampUs(view.timestampUs())
                .setTransport(view.transport().text())
                .setClientIp(bytes(view, view.clientOffset(), view.addressBytes()))
                .setClientPort(view.clientPort())
                .setServerIp(bytes(view, view.serverOffset(), view.addressBytes()))
                .setServerPort(view.serverPort())
                .setIpTtl(view.ipTtl())
                .setId(message.id())
                .setFlags(message.flags())
                .setOpcode(message.opcode())
                .setRcode(message.rcode())
                .setQuestionName(message.questionName())
                .setQuestionMixedCase(message.questionMixedCase())
                .setQuestionType(message.questionType())
                .setQuestionClass(message.questionClass())
                .setQuestionCount(message.questionCount())
                .setAnswerCount(message.answerCount())
                .setAuthorityCount(message.authorityCount())
                .setAdditionalCount(message.additionalCount())
                .setSize(message.size())
                .setDefect(message.defect().text())
                .setDefectSection(defective ? message.defectSection().text() : "")
                .setEdnsVersion(message.ednsVersion())
                .setEdnsUdpSize(message.ednsUdpSize())
                .setEdnsDo(message.ednsDo())
                .setSamplingRate(10)
                .setMessage(
                        carried
                                ? ByteBuffer.wrap(
                                        message.bytes(), message.offset(), message.capturedLength())
                                : ByteBuffer.allocate(0))
                .build();
    }

    private static ByteBuffer bytes(PacketView view, int from, int length) {
        return ByteBuffer.wrap(view.addresses(), from, length);
    }

    @Test
    void writesTheWatermarkThatAvroWrites() throws IOException {
        DnsPacketEncoder encoder = new DnsPacketEncoder(settings(MessageCarry.ALL, Set.of()));
        Map<String, Long> losses = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            DnsPacket expected =
                    DnsPacket.newBuilder()
                            .setKind("watermark")
                            .setNode("ns1-zürich")
                            .setSite("anycast")
                            .setRun(RUN)
                            .setSequence(i)
                            .setTimestampUs(Long.MAX_VALUE - i)
                            .setSamplingRate(10)
                            .setLosses(losses)
                            .setFinal$(i % 2 == 0)
                            .setCaptured(900 + i)
                            .setRunSent(800 + i)
                            .setPartitionSent(700 + i)
                            .build();
            RunTotals totals = new RunTotals(900 + i, 800 + i, losses, 10);
            encoder.encodeWatermark(i, Long.MAX_VALUE - i, totals, 700 + i, i % 2 == 0);

            assertThat(copy(encoder)).isEqualTo(avro(expected));
            losses.put("reason number " + i, Long.MAX_VALUE - i);
        }
    }

    @Test
    void growsForTheLargestMessage() {
        byte[] data = new byte[65_000];
        byte[] large =
                DnsMessageBuilder.response(1, "x.example", 16, 0)
                        .answer("x.example", 65_280, 1, data)
                        .bytes();
        byte[] segment = Frames.tcp(SERVER, CLIENT, Frames.PSH, 1, Frames.lengthPrefixed(large));
        encode(
                new DnsPacketEncoder(settings(MessageCarry.ALL, Set.of())),
                segment,
                1,
                (view, message, record) ->
                        assertThat(read(record).get("message")).isEqualTo(ByteBuffer.wrap(large)));
    }

    @Test
    void decidesTheDirectionByTheNodesOwnAddresses() {
        assertThat(direction(Set.of())).isEqualTo("unknown");
        assertThat(direction(Set.of(SERVER.getAddress()))).isEqualTo("inbound");
        assertThat(direction(Set.of(CLIENT.getAddress()))).isEqualTo("outbound");
        assertThat(direction(Set.of(CLIENT.getAddress(), SERVER.getAddress())))
                .isEqualTo("inbound");
        assertThat(direction(Set.of(Frames.address("2001:db8::1")))).isEqualTo("unknown");
    }

    private static String direction(Set<InetAddress> own) {
        String[] direction = {""};
        byte[] response = DnsMessageBuilder.response(1, "example", 1, 0).bytes();
        encode(
                new DnsPacketEncoder(settings(MessageCarry.NONE, own)),
                Frames.udp(SERVER, CLIENT, response),
                1,
                (view, message, record) -> direction[0] = read(record).get("direction").toString());
        return direction[0];
    }

    @Test
    void carriesOnlyTheFirstResponseOfAZoneTransfer() {
        byte[] soa = DnsMessageBuilder.soa("ns.example", "admin.example", 1);
        byte[] first =
                DnsMessageBuilder.response(1, "example", DnsMessageBuilder.AXFR, 0)
                        .answer("example", DnsMessageBuilder.SOA, 1, soa)
                        .bytes();
        byte[] next =
                DnsMessageBuilder.message(1)
                        .flags(0x8400)
                        .answer("a.example", DnsMessageBuilder.TXT, 1, DnsMessageBuilder.txt("x"))
                        .bytes();
        assertThat(carried(first)).isEqualTo(first.length);
        assertThat(carried(next)).isZero();
    }

    @Test
    void carriesAtMostFourKibibytesOfAZoneTransferAndItsWholeSize() {
        byte[] soa = DnsMessageBuilder.soa("ns.example", "admin.example", 1);
        DnsMessageBuilder builder =
                DnsMessageBuilder.response(1, "example", DnsMessageBuilder.AXFR, 0)
                        .answer("example", DnsMessageBuilder.SOA, 1, soa);
        for (int i = 0; i < 60; i++) {
            builder.answer("a.example", 65_280, 1, new byte[200]);
        }
        byte[] message = builder.bytes();

        GenericRecord record = overTcp(message);

        ByteBuffer carried = (ByteBuffer) record.get("message");
        assertThat(carried).isEqualTo(ByteBuffer.wrap(message, 0, 4096));
        assertThat(record.get("size")).isEqualTo(message.length);
        assertThat(record.get("answer_count")).isEqualTo(61);
        assertThat(record.get("defect").toString()).isEmpty();
    }

    private static int carried(byte[] message) {
        return ((ByteBuffer) overTcp(message).get("message")).remaining();
    }

    private static GenericRecord overTcp(byte[] message) {
        List<GenericRecord> records = new ArrayList<>();
        encode(
                new DnsPacketEncoder(settings(MessageCarry.RESPONSES, Set.of())),
                Frames.tcp(SERVER, CLIENT, Frames.PSH, 1, Frames.lengthPrefixed(message)),
                1,
                (view, parsed, record) -> records.add(read(record)));
        return records.getFirst();
    }
}
