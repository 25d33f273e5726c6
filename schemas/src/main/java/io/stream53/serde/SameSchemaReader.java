package io.stream53.serde;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads values in Confluent's wire format that the same program wrote, so that nobody has to be
 * asked for their schema. For one thread.
 */
public final class SameSchemaReader<T extends SpecificRecord> {
    private final DatumReader<T> reader;
    private @Nullable BinaryDecoder decoder;

    /**
     * @param schema of the class
     */
    public SameSchemaReader(Schema schema, Class<T> type) {
        this.reader = AvroModel.specificReader(schema, type);
    }

    /**
     * The record in a value.
     *
     * @throws SerializationException when the bytes are not such a record
     */
    public T read(byte[] value) {
        int header = WireFormat.HEADER_BYTES;
        decoder = DecoderFactory.get().binaryDecoder(value, header, value.length - header, decoder);
        try {
            return reader.read(null, decoder);
        } catch (IOException e) {
            throw new SerializationException("The value is no such record.", e);
        }
    }
}
