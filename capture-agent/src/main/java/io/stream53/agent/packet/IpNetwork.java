package io.stream53.agent.packet;

import java.net.InetAddress;

/**
 * A range of IP addresses.
 *
 * @param address 4 or 16 bytes, host bits zero
 * @param prefixLength bits that count
 */
public record IpNetwork(byte[] address, int prefixLength) {
    /** Host bits are made zero. */
    public IpNetwork {
        if (prefixLength < 0 || prefixLength > address.length * 8) {
            throw new IllegalArgumentException("prefix length " + prefixLength);
        }
        address = address.clone();
        for (int bit = prefixLength; bit < address.length * 8; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
    }

    /**
     * Of a text such as {@code 192.0.2.0/24}, {@code 2001:db8::/32} or a single address.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static IpNetwork of(String text) {
        int slash = text.indexOf('/');
        byte[] address =
                InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
        int prefix = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
        return new IpNetwork(address, prefix);
    }

    /** Whether an address in an array is one of them. */
    public boolean contains(byte[] bytes, int offset, int length) {
        if (length != address.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[offset + i] != address[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((bytes[offset + whole] ^ address[whole]) & 0xff) >>> (8 - rest) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpNetwork that
                && prefixLength == that.prefixLength
                && java.util.Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * java.util.Arrays.hashCode(address) + prefixLength;
    }
}
