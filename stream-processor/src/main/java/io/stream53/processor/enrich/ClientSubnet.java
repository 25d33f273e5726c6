package io.stream53.processor.enrich;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * EDNS client subnet (RFC 7871 section 6).
 *
 * @param address 4 or 16 bytes, zero behind the prefix
 * @param prefix source prefix length
 */
record ClientSubnet(byte[] address, int prefix) {
    private static final int FIXED_BYTES = 4;

    /**
     * Reads the option's data: family, source and scope prefix length, as much of the address as
     * the prefix needs; null when it breaks this format.
     */
    static @Nullable ClientSubnet of(byte[] option) {
        if (option.length < FIXED_BYTES || option[0] != 0) {
            return null;
        }
        int addressBytes =
                switch (option[1]) {
                    case 1 -> 4;
                    case 2 -> 16;
                    default -> 0;
                };
        int prefix = option[2] & 0xff;
        int given = option.length - FIXED_BYTES;
        if (addressBytes == 0
                || prefix > 8 * addressBytes
                || given > addressBytes
                || 8 * given < prefix) {
            return null;
        }
        byte[] address = Arrays.copyOfRange(option, FIXED_BYTES, FIXED_BYTES + addressBytes);
        for (int bit = prefix; bit < 8 * addressBytes; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        return new ClientSubnet(address, prefix);
    }

    /** Address/source prefix length. */
    String text() {
        return AddressText.of(address) + "/" + prefix;
    }
}
