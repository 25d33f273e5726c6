package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/** Reads back what {@link DnsPacketEncoder} wrote, for serializers that want the object. */
final class DnsPacketReader {
    private final SpecificDatumReader<DnsPacket> reader =
            new SpecificDatumReader<>(DnsPacket.getClassSchema());
    private @Nullable BinaryDecoder decoder;

    DnsPacket read(byte[] value) {
        int header = DnsPacketEncoder.HEADER_BYTES;
        decoder = DecoderFactory.get().binaryDecoder(value, header, value.length - header, decoder);
        try {
            return reader.read(new DnsPacket(), decoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
