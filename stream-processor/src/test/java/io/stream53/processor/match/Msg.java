package io.stream53.processor.match;

import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.schema.DnsPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.util.ClassSecurityValidator;

/** A DNS message of a test: {@code Msg.query("a.test").at(10).id(7)}. */
final class Msg {
    private static final byte[] CLIENT = {10, 0, 0, 1};
    private static final byte[] SERVER = {10, 0, 0, 53};
    private static final int QR = 0x8000;

    static {
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(
                        ClassSecurityValidator.getGlobal(),
                        ClassSecurityValidator.builder().add(DnsPacket.class).build()));
    }

    private final DnsPacket packet;
    private int clientPort = 4000;

    private Msg(DnsPacket packet) {
        this.packet = packet;
    }

    static Msg query(String name) {
        DnsPacket packet =
                DnsPacket.newBuilder()
                        .setKind("message")
                        .setNode("ns1")
                        .setRun(1)
                        .setSequence(0)
                        .setTimestampUs(0)
                        .setClientIp(ByteBuffer.wrap(CLIENT))
                        .setServerIp(ByteBuffer.wrap(SERVER))
                        .setServerPort(53)
                        .setId(1)
                        .setQuestionName(name)
                        .setQuestionType(1)
                        .setQuestionClass(1)
                        .setQuestionCount(1)
                        .setSize(40)
                        .build();
        return new Msg(packet);
    }

    static Msg response(String name) {
        Msg response = query(name);
        response.packet.setFlags(QR);
        response.packet.setSize(100);
        return response;
    }

    static Msg queryWithoutQuestion() {
        return query("").noQuestion();
    }

    static Msg responseWithoutQuestion() {
        return response("").noQuestion();
    }

    Msg noQuestion() {
        packet.setQuestionName("");
        packet.setQuestionType(0);
        packet.setQuestionClass(0);
        packet.setQuestionCount(0);
        return this;
    }

    /** QDCOUNT 1, but nothing that could be read. */
    Msg unreadable() {
        noQuestion();
        packet.setQuestionCount(1);
        packet.setDefect("malformed");
        packet.setDefectSection("question");
        return this;
    }

    /** The capture ends behind the question's name. */
    Msg cutBehindName() {
        packet.setQuestionType(0);
        packet.setQuestionClass(0);
        packet.setDefect("cut");
        packet.setDefectSection("question");
        return this;
    }

    Msg at(long timestampUs) {
        packet.setTimestampUs(timestampUs);
        return this;
    }

    Msg id(int id) {
        packet.setId(id);
        return this;
    }

    Msg port(int port) {
        clientPort = port;
        packet.setClientPort(port);
        return this;
    }

    Msg node(String node) {
        packet.setNode(node);
        return this;
    }

    Msg site(String site) {
        packet.setSite(site);
        return this;
    }

    Msg type(int type) {
        packet.setQuestionType(type);
        return this;
    }

    Msg cls(int cls) {
        packet.setQuestionClass(cls);
        return this;
    }

    Msg opcode(int opcode) {
        packet.setOpcode(opcode);
        packet.setFlags(packet.getFlags() & QR | opcode << 11);
        return this;
    }

    Msg protocol(String protocol) {
        packet.setProtocol(protocol);
        return this;
    }

    Msg rate(int samplingRate) {
        packet.setSamplingRate(samplingRate);
        return this;
    }

    Msg size(int size) {
        packet.setSize(size);
        return this;
    }

    DnsPacket packet() {
        return packet;
    }

    byte[] key() {
        return new TransactionKey(
                        packet.getSite().isEmpty() ? packet.getNode() : packet.getSite(),
                        Transport.UDP,
                        CLIENT,
                        clientPort,
                        SERVER,
                        53,
                        packet.getId())
                .encode();
    }

    byte[] stored() {
        return encode(packet);
    }

    private static byte[] encode(DnsPacket packet) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            new SpecificDatumWriter<DnsPacket>(DnsPacket.getClassSchema()).write(packet, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The {@link PacketReader} for {@link #stored}. */
    static DnsPacket decode(byte[] stored) {
        try {
            return new SpecificDatumReader<DnsPacket>(DnsPacket.getClassSchema())
                    .read(new DnsPacket(), DecoderFactory.get().binaryDecoder(stored, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return packet.toString();
    }
}
