package io.stream53.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * An input that is a row of byte strings, each behind its length in two bytes; the last may be
 * shorter than it claims.
 */
public final class Parts {
    private final byte[] data;
    private int position;

    /** The row that begins at a place. */
    public Parts(byte[] data, int from) {
        this.data = data;
        this.position = from;
    }

    /** Whether there is one more. */
    public boolean hasNext() {
        return position + 2 < data.length;
    }

    /** The next one. */
    public byte[] next() {
        int length = (data[position] & 0xff) << 8 | data[position + 1] & 0xff;
        int from = position + 2;
        position = Math.min(data.length, from + length);
        return Arrays.copyOfRange(data, from, position);
    }

    /** The row, for a corpus. */
    public static byte[] of(byte[] head, Iterable<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head);
        for (byte[] part : parts) {
            out.write(part.length >>> 8);
            out.write(part.length);
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
