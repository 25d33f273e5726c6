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
}
