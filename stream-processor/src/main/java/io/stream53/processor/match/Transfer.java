package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import org.jspecify.annotations.Nullable;

/** The responses of a zone transfer so far: the first one, and sums over all. */
final class Transfer {
    /** Null when only the bytes are kept. */
    final @Nullable DnsPacket first;

    final byte[] firstStored;
    int responses;
    long responseBytes;
    long lastUs = Long.MIN_VALUE;

    Transfer(@Nullable DnsPacket first, byte[] firstStored) {
        this.first = first;
        this.firstStored = firstStored;
    }

    void add(DnsPacket response) {
        responses++;
        responseBytes += response.getSize();
        lastUs = Math.max(lastUs, response.getTimestampUs());
    }
}
