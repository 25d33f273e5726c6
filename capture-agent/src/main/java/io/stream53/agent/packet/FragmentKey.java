package io.stream53.agent.packet;

import java.util.Arrays;

/**
 * Which packet a fragment belongs to: both addresses and the identification, in IPv4 with the
 * protocol (RFC 791 section 3.2), in IPv6 without (RFC 8200 section 4.5). Ordered, so that a map
 * stays quick when someone finds keys of equal hash codes.
 */
final class FragmentKey implements Comparable<FragmentKey> {
    private static final int ADDRESSES = 5;

    private final byte[] bytes;

    private FragmentKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The key of a fragment that was just parsed. */
    static FragmentKey of(IpPacket ip, byte[] packet) {
        int length = ip.addressBytes;
        byte[] key = new byte[ADDRESSES + 2 * length];
        key[0] = (byte) (length == 4 ? ip.fragmentProtocol : 0);
        for (int i = 0; i < 4; i++) {
            key[1 + i] = (byte) (ip.identification >>> 24 - 8 * i);
        }
        System.arraycopy(packet, ip.source, key, ADDRESSES, length);
        System.arraycopy(packet, ip.destination, key, ADDRESSES + length, length);
        return new FragmentKey(key);
    }

    /** 4 or 16. */
    int addressBytes() {
        return (bytes.length - ADDRESSES) / 2;
    }

    /** Writes source and destination to the beginning of an array. */
    void copyAddresses(byte[] to) {
        System.arraycopy(bytes, ADDRESSES, to, 0, bytes.length - ADDRESSES);
    }

    @Override
    public int compareTo(FragmentKey other) {
        return Arrays.compare(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FragmentKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
