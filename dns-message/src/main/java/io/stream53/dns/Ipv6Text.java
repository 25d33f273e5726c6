package io.stream53.dns;

/** The one recommended text of an IPv6 address (RFC 5952). */
public final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    /** Appends the text of the 16 bytes at {@code at}. */
    public static void append(StringBuilder out, byte[] bytes, int at) {
        if (isMappedIpv4(bytes, at)) {
            // RFC 5952 section 5
            out.append("::ffff:");
            Ipv4Text.append(out, bytes, at + 12);
            return;
        }
        int start = -1;
        int length = 1; // a single group of zeros is not shortened (section 4.2.2)
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(bytes, at, i);
            if (run > length) { // the first of equally long ones (section 4.2.3)
                start = i;
                length = run;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                out.append("::");
                i += length - 1;
            } else {
                boolean separated = i == 0 || i == start + length && start >= 0;
                out.append(separated ? "" : ":");
                out.append(Integer.toHexString(group(bytes, at, i)));
            }
        }
    }

    private static boolean isMappedIpv4(byte[] bytes, int at) {
        return zeros(bytes, at, 0) == 5 && group(bytes, at, 5) == 0xffff;
    }

    /** Groups of zeros from this one on. */
    private static int zeros(byte[] bytes, int at, int first) {
        int i = first;
        while (i < GROUPS && group(bytes, at, i) == 0) {
            i++;
        }
        return i - first;
    }

    private static int group(byte[] bytes, int at, int index) {
        return WireCursor.u16(bytes, at + 2 * index);
    }
}
