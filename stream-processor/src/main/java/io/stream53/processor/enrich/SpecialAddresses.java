package io.stream53.processor.enrich;

/** Which addresses are on the public internet (the IANA special-purpose registries, RFC 6890). */
final class SpecialAddresses {
    /** First address and prefix length of the IPv4 blocks that are not, RFC 6890 and RFC 5771. */
    private static final int[][] V4 = {
        {0x00000000, 8}, // this network, RFC 791
        {0x0a000000, 8}, // private, RFC 1918
        {0x64400000, 10}, // carriers' NAT, RFC 6598
        {0x7f000000, 8}, // loopback, RFC 1122
        {0xa9fe0000, 16}, // link-local, RFC 3927
        {0xac100000, 12}, // private, RFC 1918
        {0xc0000000, 24}, // protocol assignments, RFC 6890
        {0xc0000200, 24}, // documentation, RFC 5737
        {0xc0a80000, 16}, // private, RFC 1918
        {0xc6120000, 15}, // benchmarks, RFC 2544
        {0xc6336400, 24}, // documentation, RFC 5737
        {0xcb007100, 24}, // documentation, RFC 5737
        {0xe0000000, 3}, // multicast and reserved, RFC 5771 and RFC 1112
    };

    /** First 32 bits and prefix length of blocks inside 2000::/3, RFC 6890. */
    private static final int[][] V6 = {
        {0x20010000, 23}, // protocol assignments, Teredo and ORCHID among them, RFC 2928
        {0x20010db8, 32}, // documentation, RFC 3849
        {0x20020000, 16}, // 6to4, RFC 3056
        {0x3fff0000, 20}, // documentation, RFC 9637
    };

    private SpecialAddresses() {}

    /** Whether an address of 4 or 16 bytes is; false for any other length. */
    static boolean isPublic(byte[] address) {
        return switch (address.length) {
            case 4 -> !in(V4, first32(address));
            case 16 -> (address[0] & 0xe0) == 0x20 && !in(V6, first32(address));
            default -> false;
        };
    }

    private static boolean in(int[][] blocks, int address) {
        for (int[] block : blocks) {
            if ((address ^ block[0]) >>> 32 - block[1] == 0) {
                return true;
            }
        }
        return false;
    }

    private static int first32(byte[] address) {
        return (address[0] & 0xff) << 24
                | (address[1] & 0xff) << 16
                | (address[2] & 0xff) << 8
                | address[3] & 0xff;
    }
}
