package io.stream53.agent.privacy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The forms in which an address may stand in a message or a name: its bytes; its text; with dashes,
 * as in the names that providers give; as labels; each of these also from right to left.
 */
final class AddressTraces {
    private static final byte MASK = '_';

    private final byte[][] forms;

    /** A bit for each byte that a form may begin with, in either case. */
    private final long[] firsts = new long[4];

    AddressTraces(byte[] address) {
        List<byte[]> found = new ArrayList<>();
        found.add(address);
        List<String> parts = address.length == 4 ? octets(address) : nibbles(address);
        for (List<String> order : List.of(parts, parts.reversed())) {
            found.add(ascii(String.join(".", order)));
            found.add(ascii(String.join("-", order)));
            found.add(labels(order));
        }
        if (address.length == 16) {
            found.add(ascii(String.join("", parts)));
            String groups = text(address);
            found.add(ascii(groups));
            found.add(ascii(groups.replace(':', '-')));
            found.add(ascii(compressed(groups)));
            found.add(ascii(compressed(groups).replace(':', '-')));
        }
        forms = found.toArray(byte[][]::new);
        for (byte[] form : forms) {
            mayBegin(form[0] & 0xff);
            mayBegin(form[0] & 0xdf);
        }
    }

    private void mayBegin(int first) {
        firsts[first >>> 6] |= 1L << first;
    }

    private static List<String> octets(byte[] address) {
        List<String> octets = new ArrayList<>();
        for (byte octet : address) {
            octets.add(Integer.toString(octet & 0xff));
        }
        return octets;
    }

    private static List<String> nibbles(byte[] address) {
        List<String> nibbles = new ArrayList<>();
        for (byte octet : address) {
            nibbles.add(Integer.toHexString(octet >>> 4 & 0xf));
            nibbles.add(Integer.toHexString(octet & 0xf));
        }
        return nibbles;
    }

    private static byte[] labels(List<String> parts) {
        StringBuilder labels = new StringBuilder();
        parts.forEach(part -> labels.append((char) part.length()).append(part));
        return ascii(labels.toString());
    }

    /** Eight groups, lower case, without leading zeros. */
    private static String text(byte[] address) {
        try {
            return InetAddress.getByAddress("", address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address of 16 bytes", e);
        }
    }

    /** RFC 5952 section 4.2: the first of the longest runs of zeros is left out. */
    private static String compressed(String groups) {
        String padded = ":" + groups + ":";
        for (int zeros = 8; zeros > 1; zeros--) {
            String run = ":" + "0:".repeat(zeros);
            int at = padded.indexOf(run);
            if (at >= 0) {
                String head = padded.substring(1, Math.max(at, 1));
                String tail = padded.substring(at + run.length());
                return head + "::" + (tail.isEmpty() ? "" : tail.substring(0, tail.length() - 1));
            }
        }
        return groups;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether one of them stands in these bytes; letters of either case. */
    boolean in(byte[] bytes, int from, int to) {
        return in(0, bytes, from, to);
    }

    /** Whether one of them stands in a text. */
    boolean inText(byte[] text, int length) {
        return in(1, text, 0, length);
    }

    private boolean in(int firstForm, byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            int first = bytes[at] & 0xff;
            boolean mayBegin = (firsts[first >>> 6] >>> first & 1) != 0;
            if (mayBegin && lengthAt(firstForm, bytes, at, to) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Makes each one that stands in a text unreadable. */
    void mask(byte[] text) {
        for (int at = 0; at < text.length; at++) {
            int length = lengthAt(1, text, at, text.length);
            for (int i = at; i < at + length; i++) {
                text[i] = MASK;
            }
        }
    }

    /** The first form is the address's bytes, which mean something else in a text. */
    private int lengthAt(int firstForm, byte[] bytes, int at, int to) {
        byte first = bytes[at];
        for (int i = firstForm; i < forms.length; i++) {
            byte[] form = forms[i];
            boolean mayBe = form[0] == first || form[0] == (byte) (first | 0x20);
            if (mayBe && form.length <= to - at && matches(form, bytes, at)) {
                return form.length;
            }
        }
        return 0;
    }

    private static boolean matches(byte[] form, byte[] bytes, int at) {
        for (int i = 0; i < form.length; i++) {
            byte there = bytes[at + i];
            boolean upper = there >= 'A' && there <= 'Z';
            if (form[i] != there && !(upper && form[i] == (byte) (there | 0x20))) {
                return false;
            }
        }
        return true;
    }
}
