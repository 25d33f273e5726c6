package io.stream53.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/** The five bytes before each record: a zero, then the schema's id, big-endian. */
public final class WireFormat {
    /** Bytes before the Avro data. */
    public static final int HEADER_BYTES = 5;

    private static final byte MAGIC = 0;

    private WireFormat() {}

    /** Writes the header of {@link #HEADER_BYTES} bytes. */
    public static void writeHeader(byte[] buffer, int offset, int schemaId) {
        buffer[offset] = MAGIC;
        ByteBuffer.wrap(buffer).putInt(offset + 1, schemaId);
    }

    /**
     * Id of the schema that a value was written with.
     *
     * @throws SerializationException when the value does not begin with the header
     */
    public static int schemaId(byte[] value) {
        if (value.length < HEADER_BYTES) {
            throw new SerializationException(
                    "Not Avro in Confluent's wire format: only " + value.length + " bytes.");
        }
        if (value[0] != MAGIC) {
            throw new SerializationException(
                    "Not Avro in Confluent's wire format: the first byte is "
                            + (value[0] & 0xff)
                            + ", not 0.");
        }
        return ByteBuffer.wrap(value).getInt(1);
    }
}
