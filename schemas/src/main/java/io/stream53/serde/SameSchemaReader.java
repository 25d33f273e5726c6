package io.stream53.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads records that this very version wrote, so that no registry has to be asked for the writer's
 * schema: records that never leave the process, or state of one's own. Not for use by two threads
 * at once.
 */
public final class SameSchemaReader<T extends SpecificRecord> {
    private final DatumReader<T> reader;
    private final CheckedDecoder checked = new CheckedDecoder();
    private @Nullable BinaryDecoder decoder;

    public SameSchemaReader(Class<T> type) {
        reader = AvroModel.specificReader(SpecificData.get().getSchema(type), type);
    }

    /**
     * Reads a record behind Confluent's header, whose schema id is not looked at.
     *
     * @throws UncheckedIOException or an {@link org.apache.avro.AvroRuntimeException} when the
     *     bytes are no record of the type
     */
    public T read(byte[] value) {
        int header = WireFormat.HEADER_BYTES;
        decoder = DecoderFactory.get().binaryDecoder(value, header, value.length - header, decoder);
        try {
            return reader.read(null, checked.over(decoder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
