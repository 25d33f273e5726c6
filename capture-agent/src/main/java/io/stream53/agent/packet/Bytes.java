package io.stream53.agent.packet;

/** Big-endian numbers in packets. The caller has checked that the bytes are there. */
final class Bytes {
    private Bytes() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /** All 32 bits: a TCP sequence number is compared by the sign of a difference. */
    static int s32(byte[] bytes, int at) {
        return u16(bytes, at) << 16 | u16(bytes, at + 2);
    }
}
