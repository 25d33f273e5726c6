package io.stream53.processor.enrich;

import java.util.HexFormat;

/** Text of addresses. */
final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    /** Dotted decimal, or RFC 5952; hex for a length that no address has. */
    static String of(byte[] address) {
        return switch (address.length) {
            case 4 -> v4(address, 0);
            case 16 -> v6(address);
            default -> HexFormat.of().formatHex(address);
        };
    }

    private static String v4(byte[] address, int at) {
        return (address[at] & 0xff)
                + "."
                + (address[at + 1] & 0xff)
                + "."
                + (address[at + 2] & 0xff)
                + "."
                + (address[at + 3] & 0xff);
    }

    /** RFC 5952 sections 4 and 5: the longest run of two zero groups or more becomes {@code ::}. */
    private static String v6(byte[] address) {
        if (isMapped(address)) {
            return "::ffff:" + v4(address, 12);
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zerosFrom(address, i);
            if (zeros > runLength) {
                runStart = i;
                runLength = zeros;
            }
            i += zeros;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(address, i)));
        }
        return text.toString();
    }

    private static int zerosFrom(byte[] address, int first) {
        int i = first;
        while (i < GROUPS && group(address, i) == 0) {
            i++;
        }
        return i - first;
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 5; i++) {
            if (group(address, i) != 0) {
                return false;
            }
        }
        return group(address, 5) == 0xffff;
    }

    private static int group(byte[] address, int i) {
        return (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
    }
}
