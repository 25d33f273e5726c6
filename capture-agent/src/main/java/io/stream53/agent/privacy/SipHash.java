package io.stream53.agent.privacy;

/** SipHash-2-4: 64 bits that cannot be told from random without the key (Aumasson, Bernstein). */
final class SipHash {
    private final long k0;
    private final long k1;

    /** Takes 16 bytes. */
    SipHash(byte[] key) {
        k0 = littleEndian(key, 0);
        k1 = littleEndian(key, 8);
    }

    private static long littleEndian(byte[] bytes, int at) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    long hash(byte[] bytes, int from, int to) {
        State state = new State(k0, k1);
        int at = from;
        for (; at + 8 <= to; at += 8) {
            state.take(littleEndian(bytes, at));
        }
        long last = (long) (to - from) << 56;
        for (int i = 0; at + i < to; i++) {
            last |= (bytes[at + i] & 0xffL) << 8 * i;
        }
        state.take(last);
        return state.finish();
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void take(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long finish() {
            v2 ^= 0xff;
            for (int i = 0; i < 4; i++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
