package io.stream53.agent.dnstap;

import io.stream53.agent.source.Printable;
import java.nio.charset.StandardCharsets;

/** Text from the wire, fit for names of nodes. */
final class NodeName {
    /** What a node's name may have. */
    static final int MAX_BYTES = 255;

    private NodeName() {}

    /** A name of at most so many bytes of UTF-8, cut between characters. */
    static String of(byte[] bytes, int from, int length, int maxBytes) {
        // no more than can be kept: each byte gives a character of one byte or more, or a part
        int read = Math.min(length, 4 * maxBytes);
        String text = Printable.whole(new String(bytes, from, read, StandardCharsets.UTF_8));
        int at = 0;
        int encoded = 0;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            encoded += utf8Bytes(codePoint);
            if (encoded > maxBytes) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        return text.substring(0, at).strip();
    }

    private static int utf8Bytes(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
