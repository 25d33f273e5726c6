package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What decides about a message, taken from it once. The matcher has one for the message that it is
 * at, which it fills anew each time; what is {@link Held} is one of its own.
 */
class Arrival {
    private static final byte[] NO_KEY = {};

    /** Holds the transaction key at {@link #keyAt}. */
    private byte[] keyHolder = NO_KEY;

    private int keyAt;
    private char keyLength;
    private char opcode;
    private long keyHash;
    private long timeUs;
    private long question;
    private @Nullable NodeClock clock;

    Arrival() {}

    Arrival(byte[] key, long keyHash, NodeClock clock, long timeUs, int opcode, long question) {
        keyIn(key, 0, key.length);
        this.keyHash = keyHash;
        this.clock = clock;
        this.timeUs = timeUs;
        this.opcode = (char) opcode;
        this.question = question;
    }

    static Arrival of(byte[] key, DnsPacket packet, NodeClock clock) {
        Arrival arrival = new Arrival();
        arrival.fill(key, packet, clock);
        return arrival;
    }

    /** Becomes that of a message. */
    final void fill(byte[] key, DnsPacket packet, NodeClock clock) {
        keyIn(key, 0, key.length);
        keyHash = Hashes.key(key);
        this.clock = clock;
        timeUs = packet.getTimestampUs();
        opcode = (char) packet.getOpcode();
        question = Hashes.question(packet);
    }

    /** Becomes the same as another. */
    final void fill(Arrival other) {
        keyIn(other.keyHolder, other.keyAt, other.keyLength);
        keyHash = other.keyHash;
        clock = other.clock;
        timeUs = other.timeUs;
        opcode = other.opcode;
        question = other.question;
    }

    /** Keeps no object alive from now on. */
    final void clear() {
        keyHolder = NO_KEY;
        clock = null;
    }

    /** The key's bytes are in an array that is kept anyway. */
    final void keyIn(byte[] holder, int at, int length) {
        keyHolder = holder;
        keyAt = at;
        keyLength = (char) length;
    }

    /** The transaction key; nobody changes it. */
    final byte[] key() {
        return keyAt == 0 && keyLength == keyHolder.length
                ? keyHolder
                : Arrays.copyOfRange(keyHolder, keyAt, keyAt + keyLength);
    }

    final void putKey(ByteBuffer out) {
        out.put(keyHolder, keyAt, keyLength);
    }

    final int keyLength() {
        return keyLength;
    }

    final boolean hasKeyOf(Arrival other) {
        return keyHash == other.keyHash
                && Arrays.equals(
                        keyHolder,
                        keyAt,
                        keyAt + keyLength,
                        other.keyHolder,
                        other.keyAt,
                        other.keyAt + other.keyLength);
    }

    /** Of the key, by {@link Hashes#key}. */
    final long keyHash() {
        return keyHash;
    }

    /** Of the message's node. */
    final NodeClock clock() {
        return Objects.requireNonNull(clock);
    }

    /** Capture time. */
    final long timeUs() {
        return timeUs;
    }

    final int opcode() {
        return opcode;
    }

    /** By {@link Hashes#question}. */
    final long question() {
        return question;
    }
}
