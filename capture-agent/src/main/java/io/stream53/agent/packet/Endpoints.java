package io.stream53.agent.packet;

/**
 * Hashes of a packet's two ends. They are seeded, so that nobody can send packets that all fall
 * into one place of a table; a reused object.
 */
final class Endpoints {
    private final long seed;

    /** Of the source's address and port. */
    long source;

    /** Of the destination's address and port. */
    long destination;

    /** Of both ends, the same in both directions. */
    long connection;

    Endpoints(long seed) {
        this.seed = seed;
    }

    void of(TcpSegment in) {
        source = hash(in.bytes, in.source, in.addressBytes, in.sourcePort());
        destination = hash(in.bytes, in.destination, in.addressBytes, in.destinationPort());
        connection = mix(source + destination);
    }

    private long hash(byte[] bytes, int at, int length, int port) {
        long hash = seed ^ port;
        for (int i = 0; i < length; i += 4) {
            hash = mix(hash ^ Bytes.s32(bytes, at + i));
        }
        return hash;
    }

    /** The finisher of SplitMix64. */
    private static long mix(long value) {
        long x = value + 0x9e37_79b9_7f4a_7c15L;
        x = (x ^ x >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        x = (x ^ x >>> 27) * 0x94d0_49bb_1331_11ebL;
        return x ^ x >>> 31;
    }
}
