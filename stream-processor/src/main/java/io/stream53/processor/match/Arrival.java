package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;

/**
 * What decides about a message, taken from it once.
 *
 * @param key the transaction key
 * @param keyHash of the key, by {@link Hashes#key}
 * @param clock of the message's node
 * @param timeUs capture time
 * @param question by {@link Hashes#question}
 */
record Arrival(byte[] key, long keyHash, NodeClock clock, long timeUs, int opcode, long question) {

    static Arrival of(byte[] key, DnsPacket packet, NodeClock clock) {
        return new Arrival(
                key,
                Hashes.key(key),
                clock,
                packet.getTimestampUs(),
                packet.getOpcode(),
                Hashes.question(packet));
    }
}
