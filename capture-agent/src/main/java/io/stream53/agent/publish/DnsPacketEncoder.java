package io.stream53.agent.publish;

import io.stream53.agent.packet.ClientPlace;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.Defect;
import io.stream53.dns.DnsMessage;
import io.stream53.dns.Section;
import io.stream53.key.Transport;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code DnsPacket} records as Avro behind the five bytes of Confluent's header, into one
 * reused buffer: the same bytes as Avro's own encoder writes for the generated class, at a fraction
 * of the cost. Fields are in the order of {@code DnsPacket.avsc}. Not for use by two threads at
 * once.
 */
public final class DnsPacketEncoder {
    /** Zero, and the schema id in four bytes: what stands in front of the Avro bytes. */
    public static final int HEADER_BYTES = 5;

    /** More than all fields but node, site and message can take. */
    private static final int MAX_OTHER_BYTES = 2048;

    private static final byte[] NO_DEFECT = AvroOutput.block("", "");
    private static final byte[] EMPTY_STRING = AvroOutput.block("");

    /** Losses (an empty map), final, captured, run_sent and partition_sent of a message. */
    private static final byte[] NO_TOTALS = new byte[5];

    private final EncoderSettings settings;
    private volatile MessageCarry carry;
    private final Direction direction;
    private final AvroOutput out = new AvroOutput();
    private final byte[] messagePrefix;
    private final byte[] watermarkPrefix;
    private final byte[] plainEnd;
    private final byte[] overUdp = AvroOutput.block(Transport.UDP.text(), "dns");
    private final byte[] overTcp = AvroOutput.block(Transport.TCP.text(), "dns");
    private final Map<PacketView.AddressForm, byte[]> forms =
            new EnumMap<>(PacketView.AddressForm.class);
    private byte[] otherProtocol = overUdp;
    private String otherProtocolText = "";
    private final Map<Defect, byte[]> defects = new EnumMap<>(Defect.class);
    private final Map<Section, byte[]> sections = new EnumMap<>(Section.class);

    /** An encoder for one run of an agent. */
    public DnsPacketEncoder(EncoderSettings settings) {
        this.settings = settings;
        this.carry = settings.carry();
        direction = new Direction(settings.ownAddresses());
        messagePrefix = prefix("message");
        watermarkPrefix = prefix("watermark");
        for (Defect defect : Defect.values()) {
            defects.put(defect, AvroOutput.block(defect.text()));
        }
        for (PacketView.AddressForm form : PacketView.AddressForm.values()) {
            forms.put(form, AvroOutput.block(form.name().toLowerCase(Locale.ROOT)));
        }
        for (Section section : Section.values()) {
            sections.put(section, AvroOutput.block(section.text()));
        }
        end(
                PacketView.NO_ROUND_TRIP,
                PacketView.AddressForm.PLAIN,
                ClientPlace.UNKNOWN,
                /* labelsHashed= */ false);
        plainEnd = Arrays.copyOf(out.bytes(), out.position());
    }

    /** From the next message on, other bytes are carried; may be called by any thread. */
    void carry(MessageCarry changed) {
        carry = changed;
    }

    /** Header, kind, node, site and run: the same in all records of a kind. */
    private byte[] prefix(String kind) {
        AvroOutput prefix = new AvroOutput();
        int id = settings.schemaId();
        prefix.encoded(
                new byte[] {
                    0, (byte) (id >>> 24), (byte) (id >>> 16), (byte) (id >>> 8), (byte) id
                });
        prefix.string(kind);
        prefix.string(settings.node());
        prefix.string(settings.site());
        prefix.require(AvroOutput.MAX_LONG_BYTES);
        prefix.number(settings.run());
        return Arrays.copyOf(prefix.bytes(), prefix.position());
    }

    /**
     * Writes a message's record.
     *
     * @param sequence number of the record in its partition
     * @param samplingRate one transaction in so many is kept; 1 is all
     * @return bytes written, header included
     */
    public int encodeMessage(
            PacketView packet, DnsMessage message, long sequence, int samplingRate) {
        begin(messagePrefix, message.capturedLength());
        out.number(sequence);
        out.number(packet.timestampUs());
        packet(packet);
        header(message);
        question(packet, message);
        counts(message);
        defect(message);
        edns(message);
        out.number(samplingRate);
        int carried = packet.messageHidden() ? 0 : carry.bytes(packet, message);
        out.bytes(message.bytes(), message.offset(), carried);
        out.encoded(NO_TOTALS);
        if (isPlain(packet)) {
            out.encoded(plainEnd);
        } else {
            end(
                    packet.tcpRoundTripUs(),
                    packet.clientForm(),
                    packet.place(),
                    packet.labelsHashed());
        }
        return out.position();
    }

    /** Nearly every packet: its last fields need not be written one by one. */
    private static boolean isPlain(PacketView packet) {
        return packet.tcpRoundTripUs() == PacketView.NO_ROUND_TRIP
                && packet.clientForm() == PacketView.AddressForm.PLAIN
                && packet.place() == ClientPlace.UNKNOWN
                && !packet.labelsHashed();
    }

    /** From tcp_round_trip_us on. */
    private void end(
            int roundTripUs,
            PacketView.AddressForm clientForm,
            ClientPlace place,
            boolean labelsHashed) {
        out.number(roundTripUs);
        out.encoded(Objects.requireNonNull(forms.get(clientForm)));
        place(place);
        out.bool(labelsHashed);
    }

    /** The client's continent, country, AS number and organization. */
    private void place(ClientPlace place) {
        out.bytes(place.continent(), 0, place.continent().length);
        out.bytes(place.country(), 0, place.country().length);
        out.number(place.asNumber());
        out.bytes(place.asOrganization(), 0, place.asOrganization().length);
    }

    /**
     * Writes a watermark's record: the fields that only messages have hold their defaults.
     *
     * @param totals the run's figures so far
     * @param partitionSent messages that the run sent to the partition before this record
     * @param isFinal nothing more comes from this run
     * @return bytes written, header included
     */
    public int encodeWatermark(
            long sequence,
            long watermarkUs,
            RunTotals totals,
            long partitionSent,
            boolean isFinal) {
        begin(watermarkPrefix, 0);
        out.number(sequence);
        out.number(watermarkUs);
        out.encoded(overUdp);
        endpoint(NO_DEFECT, 0, 0, 0); // client
        endpoint(NO_DEFECT, 0, 0, 0); // server
        out.number(-1); // ip_ttl
        out.encoded(direction.unknown());
        zeros(4); // id, flags, opcode, rcode
        out.encoded(EMPTY_STRING); // question_name
        out.bool(false); // question_mixed_case
        zeros(7); // question_type and _class, four counts, size
        out.encoded(NO_DEFECT);
        out.number(-1); // edns_version
        out.unsigned16(0); // edns_udp_size
        out.bool(false); // edns_do
        out.number(totals.samplingRate());
        out.unsigned16(0); // message
        losses(totals.losses());
        out.bool(isFinal);
        out.number(totals.captured());
        out.number(totals.sent());
        out.number(partitionSent);
        out.encoded(plainEnd);
        return out.position();
    }

    private void begin(byte[] prefix, int messageBytes) {
        out.position(0);
        out.require(prefix.length + messageBytes + MAX_OTHER_BYTES);
        out.encoded(prefix);
    }

    private void packet(PacketView packet) {
        out.encoded(over(packet));
        byte[] bytes = packet.addresses();
        int length = packet.addressBytes();
        endpoint(bytes, packet.clientOffset(), length, packet.clientPort());
        endpoint(bytes, packet.serverOffset(), length, packet.serverPort());
        out.number(packet.ipTtl());
        out.encoded(direction.of(packet));
    }

    private byte[] over(PacketView packet) {
        if (packet.protocol().equals("dns") && packet.transport() != Transport.QUIC) {
            return packet.transport() == Transport.UDP ? overUdp : overTcp;
        }
        String text = packet.transport().text() + ' ' + packet.protocol();
        if (!text.equals(otherProtocolText)) {
            otherProtocolText = text;
            otherProtocol = AvroOutput.block(packet.transport().text(), packet.protocol());
        }
        return otherProtocol;
    }

    private void endpoint(byte[] bytes, int address, int addressBytes, int port) {
        out.bytes(bytes, address, addressBytes);
        out.unsigned16(port);
    }

    private void header(DnsMessage message) {
        out.unsigned16(message.id());
        out.unsigned16(message.flags());
        out.unsigned16(message.opcode());
        out.unsigned16(message.rcode());
    }

    private void question(PacketView packet, DnsMessage message) {
        byte @Nullable [] changed = packet.questionName();
        if (changed == null) {
            out.bytes(message.questionNameBytes(), 0, message.questionNameLength());
        } else {
            out.bytes(changed, 0, changed.length);
        }
        out.bool(message.questionMixedCase());
        out.unsigned16(message.questionType());
        out.unsigned16(message.questionClass());
    }

    private void counts(DnsMessage message) {
        out.unsigned16(message.questionCount());
        out.unsigned16(message.answerCount());
        out.unsigned16(message.authorityCount());
        out.unsigned16(message.additionalCount());
        out.number(message.size());
    }

    private void defect(DnsMessage message) {
        if (message.defect() == Defect.NONE) {
            out.encoded(NO_DEFECT);
            return;
        }
        out.encoded(Objects.requireNonNull(defects.get(message.defect())));
        out.encoded(Objects.requireNonNull(sections.get(message.defectSection())));
    }

    private void edns(DnsMessage message) {
        out.number(message.ednsVersion());
        out.unsigned16(message.ednsUdpSize());
        out.bool(message.ednsDo());
    }

    private void losses(Map<String, Long> losses) {
        if (!losses.isEmpty()) {
            out.number(losses.size());
            losses.forEach(
                    (reason, count) -> {
                        out.string(reason);
                        out.require(2 * AvroOutput.MAX_LONG_BYTES);
                        out.number(count);
                    });
        }
        out.require(MAX_OTHER_BYTES);
        out.unsigned16(0);
    }

    private void zeros(int count) {
        for (int i = 0; i < count; i++) {
            out.unsigned16(0);
        }
    }

    /** The buffer written last, valid until the next call; may change when it grows. */
    public byte[] buffer() {
        return out.bytes();
    }

    /** Bytes of {@link #buffer} that were written last. */
    public int length() {
        return out.position();
    }
}
