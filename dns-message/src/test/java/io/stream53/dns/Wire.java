package io.stream53.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Messages byte by byte: hex digits, and names in single quotes as labels without their end. */
final class Wire {
    private Wire() {}

    /**
     * Bytes of a text such as {@code "1234 0100 0001 'www.example.com' 00 0001 0001"}. Spaces count
     * only within quotes.
     */
    static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] parts = text.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 0) {
                out.writeBytes(HexFormat.of().parseHex(parts[i].replaceAll("\\s", "")));
            } else {
                labels(out, parts[i]);
            }
        }
        return out.toByteArray();
    }

    private static void labels(ByteArrayOutputStream out, String name) {
        for (String label : name.split("\\.", -1)) {
            byte[] ascii = label.getBytes(StandardCharsets.ISO_8859_1);
            out.write(ascii.length);
            out.writeBytes(ascii);
        }
    }

    /** A message with this header and body, read whole. */
    static DnsMessage message(String text) {
        DnsMessage message = new DnsMessage();
        if (!message.parse(bytes(text))) {
            throw new AssertionError("no header in " + text);
        }
        return message;
    }
}
