package io.stream53.serde;

import io.stream53.schema.DnsPacket;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Reads a {@code DnsPacket} that was written with this version's schema, field by field: every
 * message goes through here, and Avro's way by a resolver of schemas takes four times as long.
 * Texts that are the same in record after record (the node, the transport) stay the same object. It
 * takes and refuses the bytes that Avro does. For one thread.
 */
final class DnsPacketReader {
    /** What {@link #read} reads, in this order; where the schema says otherwise, Avro reads. */
    private static final String LAYOUT =
            "kind:string node:string site:string run:long sequence:long timestamp_us:long"
                    + " transport:string protocol:string client_ip:bytes client_port:int"
                    + " server_ip:bytes server_port:int ip_ttl:int direction:string id:int"
                    + " flags:int opcode:int rcode:int question_name:string"
                    + " question_mixed_case:boolean question_type:int question_class:int"
                    + " question_count:int answer_count:int authority_count:int"
                    + " additional_count:int size:int defect:string defect_section:string"
                    + " edns_version:int edns_udp_size:int edns_do:boolean sampling_rate:int"
                    + " message:bytes losses:map final:boolean captured:long run_sent:long"
                    + " partition_sent:long tcp_round_trip_us:int client_ip_form:string"
                    + " client_continent_code:string client_country_iso_code:string"
                    + " client_as_number:long client_as_organization:string"
                    + " labels_hashed:boolean";

    private static final Schema OWN = DnsPacket.getClassSchema();
    private static final boolean KNOWS_OWN = LAYOUT.equals(layout(OWN));

    /** A text that was read before, and its bytes. */
    private static final class Repeated {
        private byte[] bytes = new byte[0];
        private String text = "";

        String of(byte[] from, int at, int end) {
            if (!Arrays.equals(from, at, end, bytes, 0, bytes.length)) {
                bytes = Arrays.copyOfRange(from, at, end);
                text = new String(bytes, StandardCharsets.UTF_8);
            }
            return text;
        }
    }

    private final Repeated kind = new Repeated();
    private final Repeated node = new Repeated();
    private final Repeated site = new Repeated();
    private final Repeated transport = new Repeated();
    private final Repeated protocol = new Repeated();
    private final Repeated direction = new Repeated();
    private final Repeated defect = new Repeated();
    private final Repeated section = new Repeated();
    private final Repeated form = new Repeated();
    private final Repeated continent = new Repeated();
    private final Repeated country = new Repeated();
    private final Repeated organization = new Repeated();

    private byte[] in = new byte[0];
    private int at;

    /** Whether records of a schema can be read here; else Avro has to. */
    static boolean reads(Schema written, Class<?> type) {
        return KNOWS_OWN
                && type == DnsPacket.class
                && SchemaNormalization.parsingFingerprint64(written)
                        == SchemaNormalization.parsingFingerprint64(OWN);
    }

    private static String layout(Schema schema) {
        StringBuilder layout = new StringBuilder();
        for (Schema.Field field : schema.getFields()) {
            layout.append(layout.isEmpty() ? "" : " ")
                    .append(field.name())
                    .append(':')
                    .append(field.schema().getType().getName());
        }
        return layout.toString();
    }

    /**
     * Reads a record behind Confluent's header.
     *
     * @throws IOException when the bytes end too early, or break Avro's encoding
     * @throws AvroRuntimeException for a length that is not possible
     */
    DnsPacket read(byte[] value) throws IOException {
        in = value;
        at = WireFormat.HEADER_BYTES;
        try {
            return packet();
        } catch (ArrayIndexOutOfBoundsException beyond) {
            throw ended();
        } finally {
            in = new byte[0];
        }
    }

    private DnsPacket packet() throws IOException {
        DnsPacket packet = new DnsPacket();
        packet.setKind(text(kind));
        packet.setNode(text(node));
        packet.setSite(text(site));
        packet.setRun(i64());
        packet.setSequence(i64());
        packet.setTimestampUs(i64());
        packet.setTransport(text(transport));
        packet.setProtocol(text(protocol));
        packet.setClientIp(bytes());
        packet.setClientPort(i32());
        packet.setServerIp(bytes());
        packet.setServerPort(i32());
        packet.setIpTtl(i32());
        packet.setDirection(text(direction));
        message(packet);
        packet.setMessage(bytes());
        packet.setLosses(losses());
        packet.setFinal$(bool());
        packet.setCaptured(i64());
        packet.setRunSent(i64());
        packet.setPartitionSent(i64());
        packet.setTcpRoundTripUs(i32());
        packet.setClientIpForm(text(form));
        packet.setClientContinentCode(text(continent));
        packet.setClientCountryIsoCode(text(country));
        packet.setClientAsNumber(i64());
        packet.setClientAsOrganization(text(organization));
        packet.setLabelsHashed(bool());
        return packet;
    }

    private void message(DnsPacket packet) throws IOException {
        packet.setId(i32());
        packet.setFlags(i32());
        packet.setOpcode(i32());
        packet.setRcode(i32());
        packet.setQuestionName(text());
        packet.setQuestionMixedCase(bool());
        packet.setQuestionType(i32());
        packet.setQuestionClass(i32());
        packet.setQuestionCount(i32());
        packet.setAnswerCount(i32());
        packet.setAuthorityCount(i32());
        packet.setAdditionalCount(i32());
        packet.setSize(i32());
        packet.setDefect(text(defect));
        packet.setDefectSection(text(section));
        packet.setEdnsVersion(i32());
        packet.setEdnsUdpSize(i32());
        packet.setEdnsDo(bool());
        packet.setSamplingRate(i32());
    }

    private boolean bool() {
        return in[at++] == 1;
    }

    /** Zigzag varint of at most five bytes; what goes beyond 32 bits is lost, as in Avro. */
    private int i32() throws IOException {
        int b = in[at++];
        int value = b & 0x7f;
        for (int shift = 7; b < 0; shift += 7) {
            if (shift > 28) {
                throw new InvalidNumberEncodingException("Invalid int encoding");
            }
            b = in[at++];
            value |= (b & 0x7f) << shift;
        }
        return value >>> 1 ^ -(value & 1);
    }

    private long i64() throws IOException {
        long b = in[at++];
        long value = b & 0x7f;
        for (int shift = 7; b < 0; shift += 7) {
            if (shift > 63) {
                throw new InvalidNumberEncodingException("Invalid long encoding");
            }
            b = in[at++];
            value |= (b & 0x7f) << shift;
        }
        return value >>> 1 ^ -(value & 1);
    }

    /** The length before bytes that are all there. */
    private int length() throws IOException {
        long length = i64();
        if (length < 0) {
            throw new AvroRuntimeException("Malformed data. Length is negative: " + length);
        }
        if (length > in.length - at) {
            throw ended();
        }
        return (int) length;
    }

    private ByteBuffer bytes() throws IOException {
        int length = length();
        int from = at;
        at += length;
        return ByteBuffer.wrap(Arrays.copyOfRange(in, from, at));
    }

    private String text(Repeated repeated) throws IOException {
        int length = length();
        int from = at;
        at += length;
        return repeated.of(in, from, at);
    }

    private String text() throws IOException {
        int length = length();
        int from = at;
        at += length;
        return new String(in, from, length, StandardCharsets.UTF_8);
    }

    /** In blocks; one of a negative count has its size in bytes behind it. */
    private Map<String, Long> losses() throws IOException {
        Map<String, Long> losses = new HashMap<>(0);
        for (long count = i64(); count != 0; count = i64()) {
            if (count < 0) {
                count = -count;
                long _ = i64();
            }
            if (count < 0 || count > in.length - at) {
                throw new AvroRuntimeException(
                        count + " items are announced and " + (in.length - at) + " bytes left");
            }
            for (long i = 0; i < count; i++) {
                losses.put(text(), i64());
            }
        }
        return losses;
    }

    private static EOFException ended() {
        return new EOFException("the record ends too early");
    }
}
