package io.stream53.agent.privacy;

/**
 * Makes host bits zero.
 *
 * @param ipv4Prefix bits of an IPv4 address that stay
 * @param ipv6Prefix bits of an IPv6 address that stay
 */
record Truncation(int ipv4Prefix, int ipv6Prefix) implements AddressMethod {
    @Override
    public byte[] change(byte[] address) {
        byte[] changed = address.clone();
        keep(changed, prefix(address.length));
        return changed;
    }

    int prefix(int addressBytes) {
        return addressBytes == 4 ? ipv4Prefix : ipv6Prefix;
    }

    /** Keeps the first bits, and makes the others zero. */
    static void keep(byte[] address, int bits) {
        int at = bits / 8;
        if (at < address.length) {
            address[at++] &= (byte) (0xff00 >> bits % 8);
        }
        for (; at < address.length; at++) {
            address[at] = 0;
        }
    }
}
