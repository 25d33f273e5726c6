package io.stream53.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads and writes records here in Avro's place does as Avro does. */
class OwnCodersTest {
    static {
        GeneratedClasses.trust();
    }

    private static final int HEADER = WireFormat.HEADER_BYTES;

    private static byte[] behindHeader(byte[] avro) {
        byte[] value = new byte[HEADER + avro.length];
        System.arraycopy(avro, 0, value, HEADER, avro.length);
        return value;
    }

    private static <T> T byAvro(Class<T> type, byte[] avro) throws IOException {
        return AvroModel.<T>specificReader(SpecificData.get().getSchema(type), type)
                .read(null, DecoderFactory.get().binaryDecoder(avro, null));
    }

    private static byte[] byAvro(SpecificRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<SpecificRecord>(
                        record.getSchema(), SpecificData.getForClass(record.getClass()))
                .write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** Random records of a schema, as bytes. */
    private static Stream<byte[]> random(Schema schema, int count) {
        return java.util.stream.StreamSupport.stream(
                        new RandomData(schema, count, 53L).spliterator(), false)
                .map(
                        record -> {
                            try {
                                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                                BinaryEncoder encoder =
                                        EncoderFactory.get().binaryEncoder(bytes, null);
                                new org.apache.avro.generic.GenericDatumWriter<>(schema)
                                        .write(record, encoder);
                                encoder.flush();
                                return bytes.toByteArray();
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
    }

    @Test
    void packetsAreReadHere() throws IOException {
        assertThat(DnsPacketReader.reads(Golden.current("DnsPacket"), DnsPacket.class)).isTrue();
        assertThat(DnsPacketReader.reads(Golden.current("TldCount"), DnsPacket.class)).isFalse();
    }

    @Test
    void randomPacketsAreWhatAvroReads() throws IOException {
        DnsPacketReader reader = new DnsPacketReader();
        for (byte[] avro : random(DnsPacket.getClassSchema(), 300).toList()) {
            assertThat(reader.read(behindHeader(avro))).isEqualTo(byAvro(DnsPacket.class, avro));
        }
    }

    @Test
    void damagedPacketsAreRefusedWhereAvroRefusesThem() throws IOException {
        DnsPacketReader reader = new DnsPacketReader();
        Random random = new Random(53);
        byte[] avro = random(DnsPacket.getClassSchema(), 1).findFirst().orElseThrow();
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged =
                    i < avro.length ? Arrays.copyOf(avro, i) : Arrays.copyOf(avro, avro.length);
            if (i >= avro.length) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            DnsPacket expected = null;
            try {
                expected = byAvro(DnsPacket.class, damaged);
            } catch (IOException | RuntimeException refused) {
                // as below
            }
            if (expected == null) {
                assertThatThrownBy(() -> reader.read(behindHeader(damaged)))
                        .isInstanceOfAny(IOException.class, AvroRuntimeException.class);
            } else {
                assertThat(reader.read(behindHeader(damaged))).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {DnsTransaction.class, TldCount.class, NodeLedger.class, DnsPacket.class})
    void recordsAreWrittenAsAvroWritesThem(Class<? extends SpecificRecord> type)
            throws IOException {
        Schema schema = SpecificData.get().getSchema(type);
        BytesEncoder encoder = new BytesEncoder();
        for (byte[] avro : random(schema, 100).toList()) {
            SpecificRecord record = byAvro(type, avro);
            encoder.reset(HEADER);
            AvroModel.writer(record, schema).write(record, encoder);
            byte[] written = encoder.copy();
            assertThat(Arrays.copyOfRange(written, HEADER, written.length))
                    .isEqualTo(byAvro(record));
        }
    }

    private static Stream<Arguments> schemas() throws IOException {
        Schema others =
                new Schema.Parser()
                        .parse(
                                """
                                {"type": "record", "name": "Other", "fields": [
                                  {"name": "text", "type":
                                    {"type": "string", "avro.java.string": "String"}},
                                  {"name": "counts", "type": {"type": "map", "values": "long"}},
                                  {"name": "last", "type": ["int", "null"]}]}
                                """);
        List<Arguments> schemas = new ArrayList<>(List.of(Arguments.of(others)));
        for (String name : Golden.SCHEMAS) {
            schemas.add(Arguments.of(Golden.current(name)));
        }
        return schemas.stream();
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void genericRecordsAreReadAsAvroReadsThem(Schema schema) throws IOException {
        DatumReader<Object> reader = AvroModel.genericReader(schema, schema);
        assertThat(reader).isInstanceOf(CompiledReader.class);
        for (byte[] avro : random(schema, 100).toList()) {
            assertThat(reader.read(null, checked(avro))).isEqualTo(genericByAvro(schema, avro));
        }
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void damagedGenericRecordsAreRefusedWhereAvroRefusesThem(Schema schema) throws IOException {
        DatumReader<Object> reader = AvroModel.genericReader(schema, schema);
        byte[] avro = random(schema, 1).findFirst().orElseThrow();
        Random random = new Random(53);
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = Arrays.copyOf(avro, i < avro.length ? i : avro.length);
            if (i >= avro.length) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Object expected = null;
            try {
                expected = genericByAvro(schema, damaged);
            } catch (IOException | RuntimeException refused) {
                // as below
            }
            if (expected == null) {
                assertThatThrownBy(() -> reader.read(null, checked(damaged)))
                        .isInstanceOfAny(IOException.class, RuntimeException.class);
            } else {
                assertThat(reader.read(null, checked(damaged))).isEqualTo(expected);
            }
        }
    }

    @Test
    void recordsOfOtherKindsAreLeftToAvro() {
        for (String type :
                List.of(
                        "\"float\"",
                        "\"null\"",
                        "\"R\"",
                        "[\"int\", \"string\"]",
                        "[\"null\", \"int\", \"string\"]",
                        "{\"type\": \"array\", \"items\": \"float\"}",
                        "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\"]}")) {
            Schema schema =
                    new Schema.Parser()
                            .parse(
                                    "{\"type\": \"record\", \"name\": \"R\", \"fields\":"
                                            + " [{\"name\": \"a\", \"type\": "
                                            + type
                                            + "}]}");
            assertThat(AvroModel.genericReader(schema, schema))
                    .as(type)
                    .isInstanceOf(GenericDatumReader.class);
        }
    }

    private static Decoder checked(byte[] avro) {
        return new CheckedDecoder().over(DecoderFactory.get().binaryDecoder(avro, null));
    }

    private static Object genericByAvro(Schema schema, byte[] avro) throws IOException {
        return new GenericDatumReader<>(schema).read(null, checked(avro));
    }

    @Test
    void transactionsAreWrittenHere() {
        assertThat(CompiledWriter.of(DnsTransaction.getClassSchema())).isNotNull();
    }

    @Test
    void textsOfEveryLengthAndAlphabetAreWrittenAsAvroWritesThem() throws IOException {
        BytesEncoder encoder = new BytesEncoder();
        encoder.reset(0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder avro = EncoderFactory.get().binaryEncoder(bytes, null);
        for (String unit : List.of("a", "ä", "€", "\uD83D\uDE00", "aä")) {
            for (int length = 0; length < 140; length++) {
                encoder.writeString(unit.repeat(length));
                avro.writeString(unit.repeat(length));
            }
        }
        for (int shift = 0; shift < 64; shift++) {
            for (long value : new long[] {1L << shift, -1L << shift, ~(1L << shift)}) {
                encoder.writeLong(value);
                encoder.writeInt((int) value);
                encoder.writeDouble((double) value);
                encoder.writeFloat((float) value);
                avro.writeLong(value);
                avro.writeInt((int) value);
                avro.writeDouble((double) value);
                avro.writeFloat((float) value);
            }
        }
        avro.flush();
        assertThat(encoder.copy()).isEqualTo(bytes.toByteArray());
    }
}
