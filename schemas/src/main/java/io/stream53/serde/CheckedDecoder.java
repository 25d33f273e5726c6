package io.stream53.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * A binary decoder that believes no count larger than the bytes that are left. Avro makes room for
 * as many items as an array or map announces before it reads one, so that a few bad bytes would
 * take all of the heap. Our items take a byte or more each.
 */
final class CheckedDecoder extends Decoder {
    private @Nullable BinaryDecoder in;

    CheckedDecoder over(BinaryDecoder decoder) {
        in = decoder;
        return this;
    }

    private BinaryDecoder in() {
        BinaryDecoder decoder = in;
        if (decoder == null) {
            throw new IllegalStateException("No input");
        }
        return decoder;
    }

    private long checked(long count) {
        if (count > in().remainingBytes()) {
            throw new AvroRuntimeException(
                    count + " items are announced and " + in().remainingBytes() + " bytes left");
        }
        return count;
    }

    @Override
    public long readArrayStart() throws IOException {
        return checked(in().readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return checked(in().arrayNext());
    }

    @Override
    public long readMapStart() throws IOException {
        return checked(in().readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return checked(in().mapNext());
    }

    /** Avro's own checks, of the readers that are not generated, ask this. */
    @Override
    public int remainingBytes() {
        return in().remainingBytes();
    }

    @Override
    public void readNull() throws IOException {
        in().readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in().readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return in().readInt();
    }

    @Override
    public long readLong() throws IOException {
        return in().readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return in().readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in().readDouble();
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return in().readString(old);
    }

    @Override
    public String readString() throws IOException {
        return in().readString();
    }

    @Override
    public void skipString() throws IOException {
        in().skipString();
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        return in().readBytes(old);
    }

    @Override
    public void skipBytes() throws IOException {
        in().skipBytes();
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        in().readFixed(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        in().skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return in().readEnum();
    }

    @Override
    public long skipArray() throws IOException {
        return in().skipArray();
    }

    @Override
    public long skipMap() throws IOException {
        return in().skipMap();
    }

    @Override
    public int readIndex() throws IOException {
        return in().readIndex();
    }
}
