package io.stream53.processor.task;

import io.stream53.key.TransactionKey;
import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of dns.raw into packets, and tells bytes that are no packet from a registry that
 * does not answer.
 */
public final class PacketDecoder {
    /**
     * What is wrong with a record.
     *
     * @param sentence for people
     * @param exception class of what the deserializer threw; empty when it threw nothing
     */
    public record Problem(String sentence, String exception) {
        static final Problem NONE = new Problem("", "");

        static Problem of(String sentence) {
            return new Problem(sentence, "");
        }
    }

    /** Either a packet, or why there is none. */
    public record Decoded(@Nullable DnsPacket packet, Problem problem) {}

    /** {@code DnsPacket.kind} of a DNS message. */
    static final String MESSAGE = "message";

    /** {@code DnsPacket.kind} of a watermark. */
    static final String WATERMARK = "watermark";

    private final String topic;
    private final Deserializer<DnsPacket> deserializer;

    public PacketDecoder(String topic, Deserializer<DnsPacket> deserializer) {
        this.topic = topic;
        this.deserializer = deserializer;
    }

    /**
     * Decodes and checks one record.
     *
     * @throws KafkaException when the schema registry cannot be asked, or refuses to answer: the
     *     record may be good, and must be tried again
     * @throws WrongDeserializerException when the deserializer is none for packets at all
     */
    public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            return none(Problem.of("it has no value"));
        }
        Object decoded;
        try {
            // Not yet a packet for sure: the class of the deserializer is a setting.
            decoded = ((Deserializer<?>) deserializer).deserialize(topic, value);
        } catch (RuntimeException e) {
            if (!Outage.isBadData(e)) {
                // Wrapped, since Streams takes some of these for failures of its own clients.
                throw new KafkaException("Cannot ask for the schema of a record of " + topic, e);
            }
            return none(
                    new Problem(
                            "its value is no DnsPacket: " + Outage.sentence(e),
                            e.getClass().getName()));
        }
        return decoded instanceof DnsPacket packet
                ? checked(key, packet)
                : otherThanPacket(decoded);
    }

    private static Decoded checked(byte @Nullable [] key, DnsPacket packet) {
        String problem = problem(key, packet);
        return problem.isEmpty() ? new Decoded(packet, Problem.NONE) : none(Problem.of(problem));
    }

    /** Another record than a packet is the record's fault; anything else is the deserializer's. */
    private Decoded otherThanPacket(@Nullable Object decoded) {
        if (decoded == null) {
            return none(Problem.of("its value is empty"));
        }
        String name =
                decoded instanceof IndexedRecord avro
                        ? avro.getSchema().getFullName()
                        : decoded.getClass().getName();
        if (decoded instanceof SpecificRecord
                || decoded instanceof IndexedRecord
                        && !name.equals(DnsPacket.getClassSchema().getFullName())) {
            return none(Problem.of("its value is no DnsPacket but a " + name));
        }
        throw new WrongDeserializerException(
                "The deserializer %s makes %s of the records of %s, and no %s; name another class, or none, in value.deserializer."
                        .formatted(
                                deserializer.getClass().getName(),
                                decoded.getClass().getName(),
                                topic,
                                DnsPacket.class.getName()));
    }

    private static Decoded none(Problem problem) {
        return new Decoded(null, problem);
    }

    /** Reads back a value that was accepted once. */
    public DnsPacket again(byte[] value) {
        return deserializer.deserialize(topic, value);
    }

    /** What would make later steps fail; empty when they can use the packet. */
    private static String problem(byte @Nullable [] key, DnsPacket packet) {
        return switch (packet.getKind()) {
            case WATERMARK -> "";
            case MESSAGE -> problemOfMessage(key, packet);
            default -> "its kind is unknown: " + packet.getKind();
        };
    }

    private static String problemOfMessage(byte @Nullable [] key, DnsPacket packet) {
        if (key == null) {
            return "it has no key";
        }
        try {
            TransactionKey.check(key);
        } catch (IllegalArgumentException e) {
            return "its key is no transaction key: " + e.getMessage();
        }
        if (!isAddress(packet.getClientIp()) || !isAddress(packet.getServerIp())) {
            return "its addresses have neither 4 nor 16 bytes";
        }
        return problemOfNumbers(packet);
    }

    /**
     * Numbers that DNS, UDP and TCP write in 16 bits or less: Avro's have 32, and may be forged.
     */
    private static String problemOfNumbers(DnsPacket packet) {
        int all =
                packet.getClientPort()
                        | packet.getServerPort()
                        | packet.getId()
                        | packet.getFlags()
                        | packet.getOpcode()
                        | packet.getRcode()
                        | packet.getQuestionType()
                        | packet.getQuestionClass()
                        | packet.getQuestionCount()
                        | packet.getAnswerCount()
                        | packet.getAuthorityCount()
                        | packet.getAdditionalCount()
                        | packet.getEdnsUdpSize();
        if ((all & ~0xffff) != 0) {
            return "a number that has 16 bits on the wire is less than 0 or more than 65535";
        }
        return packet.getSize() < 0 || packet.getSamplingRate() < 1
                ? "its size is negative, or its sampling rate less than 1"
                : "";
    }

    private static boolean isAddress(ByteBuffer address) {
        return address.remaining() == 4 || address.remaining() == 16;
    }
}
