package io.stream53.processor.enrich;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Labels of names in the text that the decoder writes: lower case, no final dot, dots and other
 * bytes inside a label as {@code \DDD}, so that every dot parts two labels.
 */
public final class Labels {
    private Labels() {}

    /** Labels from left to right; the root and the empty text have none. */
    public static List<String> of(String name) {
        return name.isEmpty() || name.equals(".") ? List.of() : List.of(name.split("\\.", -1));
    }

    /** The last label, empty for the root and for the empty text. */
    public static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /**
     * A label as A-label (RFC 5890 section 2.3.2.1) when its bytes are UTF-8 outside of ASCII that
     * IDNA can map; any other label as it is.
     */
    public static String toALabel(String label) {
        if (label.indexOf('\\') < 0) {
            return label;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(unescape(label));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            String mapped = IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            return mapped.indexOf('.') < 0 ? mapped : label;
        } catch (CharacterCodingException | IllegalArgumentException notInternational) {
            return label;
        }
    }

    private static byte[] unescape(String label) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(label.length());
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (c == '\\' && i + 3 < label.length()) {
                bytes.write(Integer.parseInt(label, i + 1, i + 4, 10));
                i += 3;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
