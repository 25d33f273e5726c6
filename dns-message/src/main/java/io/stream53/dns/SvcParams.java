package io.stream53.dns;

import java.util.Arrays;
import java.util.Base64;

/** Text of the parameters of SVCB and HTTPS records (RFC 9460 sections 2.1 and 7). */
final class SvcParams {
    private static final OpenEnumeration KEYS =
            new OpenEnumeration(
                    "key",
                    """
                    0 mandatory 1 alpn 2 no-default-alpn 3 port 4 ipv4hint 5 ech 6 ipv6hint
                    7 dohpath 8 ohttp
                    """);

    private final WireCursor in;
    private final StringBuilder out;

    private SvcParams(WireCursor in, StringBuilder out) {
        this.in = in;
        this.out = out;
    }

    /** Reads up to the cursor's end; false when the parameters break their format. */
    static boolean append(WireCursor in, StringBuilder out) {
        SvcParams params = new SvcParams(in, out);
        int last = -1;
        while (in.position() < in.end()) {
            if (!in.require(4)) {
                return false;
            }
            int key = in.u16();
            int length = in.u16();
            // section 2.2: in ascending order, so none twice
            if (key <= last || !in.require(length)) {
                return false;
            }
            last = key;
            int end = in.position() + length;
            out.append(' ').append(KEYS.name(key));
            if (length > 0) {
                out.append('=');
            }
            if (!params.value(key, end) || in.position() != end) {
                return false;
            }
        }
        return true;
    }

    private boolean value(int key, int end) {
        int length = end - in.position();
        return switch (key) {
            case 0 -> length > 0 && length % 2 == 0 && keys(end);
            case 1 -> length > 0 && protocols(end);
            case 2 -> length == 0;
            case 3 -> length == 2 && port();
            case 4 -> length > 0 && length % 4 == 0 && addresses(end, 4);
            case 5 -> base64(end);
            case 6 -> length > 0 && length % 16 == 0 && addresses(end, 16);
            default -> text(end);
        };
    }

    private boolean keys(int end) {
        for (String comma = ""; in.position() < end; comma = ",") {
            out.append(comma).append(KEYS.name(in.u16()));
        }
        return true;
    }

    /** Section 7.1: strings behind their lengths; commas in them would be separators. */
    private boolean protocols(int end) {
        for (String comma = ""; in.position() < end; comma = ",") {
            int length = in.u8();
            if (length == 0 || length > end - in.position()) {
                return false;
            }
            out.append(comma);
            for (int i = 0; i < length; i++) {
                character(in.u8(), true);
            }
        }
        return true;
    }

    private boolean port() {
        out.append(in.u16());
        return true;
    }

    private boolean addresses(int end, int bytes) {
        for (String comma = ""; in.position() < end; comma = ",") {
            out.append(comma);
            if (bytes == 4) {
                Ipv4Text.append(out, in.bytes(), in.position());
            } else {
                Ipv6Text.append(out, in.bytes(), in.position());
            }
            in.skip(bytes);
        }
        return true;
    }

    private boolean base64(int end) {
        byte[] config = Arrays.copyOfRange(in.bytes(), in.position(), end);
        out.append(Base64.getEncoder().encodeToString(config));
        in.position(end);
        return true;
    }

    private boolean text(int end) {
        while (in.position() < end) {
            character(in.u8(), false);
        }
        return true;
    }

    private void character(int c, boolean inList) {
        boolean special = c == '"' || c == '\\' || c == ';' || c == ' ' || inList && c == ',';
        if (c > ' ' && c <= '~' && !special) {
            out.append((char) c);
        } else {
            DecimalEscape.append(out, c);
        }
    }
}
