package io.stream53.serde;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary encoding into an array that grows: without the stream behind Avro's own encoder,
 * and without a copy of each string, nearly all of which are short and ASCII. Fails only where
 * memory does.
 */
final class BytesEncoder extends BinaryEncoder {
    /** Bytes of the longest varint. */
    private static final int MAX_VARINT = 10;

    /** Longer strings go through Java's own encoder, which takes many characters at a time. */
    private static final int SHORT = 63;

    private byte[] bytes = new byte[1024];
    private int length;

    /** Begins anew, behind so many bytes that the caller fills in. */
    void reset(int headerBytes) {
        length = headerBytes;
    }

    /** A copy of what was written, header included. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void require(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    @Override
    public void writeString(String text) {
        int characters = text.length();
        if (characters > SHORT) {
            writeUtf8(text.getBytes(StandardCharsets.UTF_8));
            return;
        }
        require(1 + characters);
        byte[] to = bytes;
        int at = length;
        // One byte, as long as the length is at most 63.
        to[at++] = (byte) (characters << 1);
        for (int i = 0; i < characters; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                writeUtf8(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            to[at++] = (byte) c;
        }
        length = at;
    }

    private void writeUtf8(byte[] utf8) {
        writeInt(utf8.length);
        writeFixed(utf8, 0, utf8.length);
    }

    @Override
    public void writeString(Utf8 text) {
        writeInt(text.getByteLength());
        writeFixed(text.getBytes(), 0, text.getByteLength());
    }

    @Override
    public void writeBytes(ByteBuffer from) {
        int count = from.remaining();
        writeInt(count);
        require(count);
        from.get(from.position(), bytes, length, count);
        length += count;
    }

    @Override
    public void writeBytes(byte[] from, int start, int count) {
        writeInt(count);
        writeFixed(from, start, count);
    }

    @Override
    public void writeBoolean(boolean value) {
        require(1);
        bytes[length++] = (byte) (value ? 1 : 0);
    }

    @Override
    public void writeInt(int value) {
        writeVarint(Integer.toUnsignedLong(value << 1 ^ value >> 31));
    }

    @Override
    public void writeLong(long value) {
        writeVarint(value << 1 ^ value >> 63);
    }

    private void writeVarint(long zigzag) {
        require(MAX_VARINT);
        byte[] to = bytes;
        int at = length;
        long rest = zigzag;
        while ((rest & ~0x7f) != 0) {
            to[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        length = at;
    }

    @Override
    public void writeFloat(float value) {
        writeLittleEndian(Float.floatToRawIntBits(value), Float.BYTES);
    }

    @Override
    public void writeDouble(double value) {
        writeLittleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    private void writeLittleEndian(long bits, int count) {
        require(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) (bits >>> 8 * i);
        }
    }

    @Override
    public void writeFixed(byte[] from, int start, int count) {
        require(count);
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    @Override
    protected void writeZero() {
        require(1);
        bytes[length++] = 0;
    }

    @Override
    public int bytesBuffered() {
        return length;
    }

    /** There is nothing behind the array. */
    @Override
    public void flush() {}
}
