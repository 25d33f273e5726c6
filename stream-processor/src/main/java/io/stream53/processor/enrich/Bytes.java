package io.stream53.processor.enrich;

import java.nio.ByteBuffer;

/** Bytes out of Avro records. */
final class Bytes {
    private Bytes() {}

    /** A copy of a buffer's bytes, which leaves its position as it is. */
    static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    /** A buffer's bytes, not to be changed: its own array where it is nothing else. */
    static byte[] peek(ByteBuffer buffer) {
        return buffer.hasArray()
                        && buffer.arrayOffset() + buffer.position() == 0
                        && buffer.array().length == buffer.remaining()
                ? buffer.array()
                : of(buffer);
    }
}
