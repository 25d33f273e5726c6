package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;

/**
 * Decodes the bytes of a {@code dns.raw} value, which the matcher keeps as they came. It is given
 * only bytes that were decoded before, so a failure is a fault of ours: it throws.
 */
@FunctionalInterface
public interface PacketReader {
    DnsPacket read(byte[] stored);
}
