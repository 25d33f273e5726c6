package io.stream53.agent.privacy;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes the addresses in names for reverse lookups (RFC 1035 section 3.5, RFC 3596 section 2.5)
 * as client addresses are: whoever asks, people's addresses are what is asked for. A name of a
 * network keeps so many labels as it has. What stands left of the address becomes one label {@code
 * _}.
 */
final class ReverseNames {
    private static final String IPV4 = ".in-addr.arpa";
    private static final String IPV6 = ".ip6.arpa";
    private static final String REST = "_";

    private ReverseNames() {}

    /**
     * The name with its address changed; null when it is no name of this kind.
     *
     * @param name text as {@code DnsMessage.questionNameBytes}
     * @param length bytes of it that count
     * @param change gives a new array
     */
    static byte @Nullable [] change(byte[] name, int length, UnaryOperator<byte[]> change) {
        if (length < IPV6.length() || name[length - 1] != 'a' || name[length - 2] != 'p') {
            return null;
        }
        String text = new String(name, 0, length, StandardCharsets.US_ASCII);
        String changed = null;
        if (text.endsWith(IPV4)) {
            changed = change(text, IPV4, 4, 8, change);
        } else if (text.endsWith(IPV6)) {
            changed = change(text, IPV6, 32, 4, change);
        }
        return changed == null ? null : changed.getBytes(StandardCharsets.US_ASCII);
    }

    private static String change(
            String name, String suffix, int units, int bits, UnaryOperator<byte[]> change) {
        byte[] address = new byte[units * bits / 8];
        int end = name.length() - suffix.length();
        int count = 0;
        while (end > 0 && count < units) {
            int from = name.lastIndexOf('.', end - 1) + 1;
            int unit = unit(name.substring(from, end), bits);
            if (unit < 0) {
                break;
            }
            address[count * bits / 8] |= (byte) (unit << (8 - bits) * (1 - count % 2));
            count++;
            end = from - 1;
        }
        byte[] changed = change.apply(address);
        StringBuilder text = new StringBuilder(name.length());
        text.append(end > 0 ? REST + "." : "");
        for (int i = count - 1; i >= 0; i--) {
            int shifted = (changed[i * bits / 8] & 0xff) >>> (8 - bits) * (1 - i % 2);
            int unit = shifted & (1 << bits) - 1;
            text.append(bits == 8 ? Integer.toString(unit) : Integer.toHexString(unit)).append('.');
        }
        return text.append(suffix, 1, suffix.length()).toString();
    }

    /** A byte in decimal or four bits in hexadecimal; -1 when it is none. */
    private static int unit(String label, int bits) {
        boolean wellFormed = bits == 8 ? label.matches("[0-9]{1,3}") : label.matches("[0-9a-f]");
        int value = wellFormed ? Integer.parseInt(label, bits == 8 ? 10 : 16) : -1;
        return value < 1 << bits ? value : -1;
    }
}
