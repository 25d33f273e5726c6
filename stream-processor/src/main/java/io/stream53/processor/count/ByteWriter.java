package io.stream53.processor.count;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes what {@link ByteReader} reads: varints (7 bits a byte, low first), texts, byte strings.
 */
public final class ByteWriter {
    /** The most bytes that a varint takes. */
    private static final int MAX_VARINT = 10;

    private byte[] bytes = new byte[128];
    private int size;

    public ByteWriter u8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** An unsigned varint; small values are short, negative ones take ten bytes. */
    public ByteWriter varint(long value) {
        reserve(MAX_VARINT);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** Eight bytes, big-endian, so that keys sort by it. */
    public ByteWriter i64(long value) {
        reserve(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    public ByteWriter bytes(byte[] value) {
        return varint(value.length).raw(value);
    }

    /** Bytes without their length. */
    public ByteWriter raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    public ByteWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes written so far. */
    int size() {
        return size;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int count) {
        if (count > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
        }
    }
}
