package io.stream53.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes records of one schema as another, by Avro's rules of resolution: once through bytes, since
 * writing by position would swap fields that stand in another order. Slow; for {@code
 * use.latest.version} while the two differ.
 */
final class ConvertingWriter<T> implements DatumWriter<T> {
    private final DatumWriter<T> own;
    private final DatumReader<Object> reader;
    private final DatumWriter<Object> wanted;

    ConvertingWriter(DatumWriter<T> own, Schema schema, Schema wanted) {
        this.own = own;
        this.reader = AvroModel.genericReader(schema, wanted);
        this.wanted = new GenericDatumWriter<>(wanted);
    }

    @Override
    public void setSchema(Schema schema) {
        throw new UnsupportedOperationException("The schemas are fixed");
    }

    @Override
    public void write(T datum, Encoder out) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        own.write(datum, encoder);
        encoder.flush();
        Object converted =
                reader.read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
        wanted.write(converted, out);
    }
}
