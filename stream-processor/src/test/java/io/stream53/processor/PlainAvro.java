package io.stream53.processor;

import io.stream53.schema.DnsPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Serializers without a registry, as somebody else might plug them in: a byte, then the record. */
public final class PlainAvro {
    private static final byte MARK = 'P';

    private PlainAvro() {}

    public static final class Writer<T extends SpecificRecord> implements Serializer<T> {
        @Override
        public byte[] serialize(String topic, T record) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(MARK);
            try {
                var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
                new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }
    }

    public static final class PacketReader implements Deserializer<DnsPacket> {
        @Override
        public DnsPacket deserialize(String topic, byte[] value) {
            return read(value, new DnsPacket());
        }
    }

    static <T extends SpecificRecord> T read(byte[] value, T into) {
        if (value.length == 0 || value[0] != MARK) {
            throw new SerializationException("it does not begin with the mark");
        }
        try {
            BinaryDecoder decoder =
                    DecoderFactory.get()
                            .binaryDecoder(Arrays.copyOfRange(value, 1, value.length), null);
            return new SpecificDatumReader<T>(into.getSchema()).read(into, decoder);
        } catch (IOException e) {
            throw new SerializationException("it ends too early", e);
        }
    }
}
