package io.stream53.processor.count;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A bounded cursor over bytes that a {@link ByteWriter} wrote. Every method throws {@link
 * IllegalArgumentException} at the end of the bytes.
 */
public final class ByteReader {
    private final byte[] bytes;
    private int at;

    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Bytes not read yet. */
    int remaining() {
        return bytes.length - at;
    }

    public int u8() {
        require(1);
        return bytes[at++] & 0xff;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes at byte " + at);
    }

    public int varint32() {
        long value = varint();
        if (value != (int) value) {
            throw new IllegalArgumentException(value + " before byte " + at + " is too large");
        }
        return (int) value;
    }

    public long i64() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | u8();
        }
        return value;
    }

    public byte[] bytes() {
        long length = varint();
        require(length);
        byte[] value = Arrays.copyOfRange(bytes, at, at + (int) length);
        at += (int) length;
        return value;
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Reads the version byte that begins every layout of this package. */
    public void version(int expected, String what) {
        int version = u8();
        if (version != expected) {
            throw new IllegalArgumentException(
                    "%s of version %d, expected %d".formatted(what, version, expected));
        }
    }

    private void require(long count) {
        if (count < 0 || count > bytes.length - at) {
            throw new IllegalArgumentException(
                    "%d bytes wanted at byte %d of %d".formatted(count, at, bytes.length));
        }
    }
}
