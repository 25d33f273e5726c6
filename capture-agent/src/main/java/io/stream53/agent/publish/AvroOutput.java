package io.stream53.agent.publish;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Avro's binary encoding into a growing array. Only {@link #require} grows it: the other methods
 * rely on their caller having asked for enough.
 */
final class AvroOutput {
    /** Avro writes 7 bits in a byte. */
    static final int MAX_LONG_BYTES = 10;

    private byte[] bytes = new byte[4096];
    private int position;

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    void position(int at) {
        position = at;
    }

    /** Makes room for so many bytes from here. */
    void require(int count) {
        if (bytes.length - position < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, position + count));
        }
    }

    /** An Avro int or long: zigzag, then groups of 7 bits, the lowest first. */
    void number(long value) {
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
    }

    /** The same, for the values that packets hold: 0 to 65535, in 1 to 3 bytes. */
    void unsigned16(int value) {
        int rest = value << 1;
        if (rest >= 0x80) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
            if (rest >= 0x80) {
                bytes[position++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
        }
        bytes[position++] = (byte) rest;
    }

    void bool(boolean value) {
        bytes[position++] = (byte) (value ? 1 : 0);
    }

    /** Avro bytes, and strings given as UTF-8: length, then content. */
    void bytes(byte[] from, int offset, int length) {
        number(length);
        System.arraycopy(from, offset, bytes, position, length);
        position += length;
    }

    /** What has been encoded before. */
    void encoded(byte[] block) {
        System.arraycopy(block, 0, bytes, position, block.length);
        position += block.length;
    }

    /** A string, for what is not written for every packet. Grows the array. */
    void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        require(MAX_LONG_BYTES + utf8.length);
        bytes(utf8, 0, utf8.length);
    }

    /** The encoding of strings one behind the other, to be written with {@link #encoded}. */
    static byte[] block(String... texts) {
        AvroOutput out = new AvroOutput();
        for (String text : texts) {
            out.string(text);
        }
        return Arrays.copyOf(out.bytes, out.position);
    }
}
