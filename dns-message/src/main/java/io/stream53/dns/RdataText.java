package io.stream53.dns;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Presentation text of the data of records (RFC 1035 section 5.1 and the types' own RFCs), for the
 * types that make up nearly all traffic. Names in it are as everywhere here: lower case, without a
 * final dot.
 */
public final class RdataText {
    private static final HexFormat HEX = HexFormat.of();
    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();
    private static final String BASE32_HEX = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    private final WireCursor in;
    private final WireName name;
    private final StringBuilder out = new StringBuilder();

    private RdataText(WireCursor in, WireName name) {
        this.in = in;
        this.name = name;
    }

    /**
     * Text of a record's data. Data that breaks its type's format comes as {@link #unknown}.
     *
     * @return null when this class does not know the type
     */
    public static @Nullable String of(RecordReader record) {
        WireCursor data = record.dataCursor();
        RdataText text = new RdataText(data, record.dataName());
        Boolean wellFormed = text.append(record.type());
        if (wellFormed == null) {
            return null;
        }
        boolean whole = wellFormed && data.position() == data.end();
        return whole ? text.out.toString() : unknown(record);
    }

    /** The text that suits any type (RFC 3597 section 5), for example {@code \# 4 0a000001}. */
    public static String unknown(RecordReader record) {
        int from = record.dataOffset();
        int length = record.dataLength();
        String hex = HEX.formatHex(record.bytes(), from, from + length);
        return hex.isEmpty() ? "\\# 0" : "\\# " + length + " " + hex;
    }

    /** Null for a type that is not known; false for data that ends too early. */
    private @Nullable Boolean append(int type) {
        return switch (type) {
            case 1 -> in.end() - in.position() == 4 && ipv4();
            case 28 -> in.end() - in.position() == 16 && ipv6();
            // NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME
            case 2, 3, 4, 5, 7, 8, 9, 12, 39 -> name();
            // MX, AFSDB, RT, KX
            case 15, 18, 21, 36 -> u16() && space() && name();
            // MINFO, RP
            case 14, 17 -> name() && space() && name();
            // PX
            case 26 -> u16() && space() && name() && space() && name();
            case 35 -> naptr();
            case 6 -> soa();
            // TXT, SPF
            case 16, 99 -> strings();
            case 33 -> u16() && space() && u16() && space() && u16() && space() && name();
            case 257 -> caa();
            // DS, CDS, DLV
            case 43, 59, 32769 -> u16() && space() && u8() && space() && u8() && space() && hex();
            // DNSKEY, CDNSKEY
            case 48, 60 -> u16() && space() && u8() && space() && u8() && space() && base64();
            case 46 -> rrsig();
            case 47 -> name() && types();
            case 50 -> nsec3();
            // SVCB, HTTPS
            case 64, 65 -> u16() && space() && name() && SvcParams.append(in, out);
            default -> null;
        };
    }

    private boolean space() {
        out.append(' ');
        return true;
    }

    private boolean u8() {
        if (!in.require(1)) {
            return false;
        }
        out.append(in.u8());
        return true;
    }

    private boolean u16() {
        if (!in.require(2)) {
            return false;
        }
        out.append(in.u16());
        return true;
    }

    private boolean u32() {
        if (!in.require(4)) {
            return false;
        }
        out.append(in.u32());
        return true;
    }

    private boolean name() {
        if (!name.read(in)) {
            return false;
        }
        out.append(name);
        return true;
    }

    /** RFC 1035 section 3.4.1. */
    private boolean ipv4() {
        Ipv4Text.append(out, in.bytes(), in.position());
        in.skip(4);
        return true;
    }

    /** RFC 3596 section 2.2. */
    private boolean ipv6() {
        Ipv6Text.append(out, in.bytes(), in.position());
        in.skip(16);
        return true;
    }

    /** RFC 1035 section 3.3.13: two names, then serial, refresh, retry, expire and minimum. */
    private boolean soa() {
        if (!name() || !space() || !name()) {
            return false;
        }
        for (int i = 0; i < 5; i++) {
            if (!space() || !u32()) {
                return false;
            }
        }
        return true;
    }

    /** RFC 1035 section 3.3.14: one or more strings, each behind its length. */
    private boolean strings() {
        boolean first = true;
        while (first || in.position() < in.end()) {
            out.append(first ? "" : " ");
            if (!string()) {
                return false;
            }
            first = false;
        }
        return true;
    }

    /** RFC 1035 section 5.1: quotes and backslashes escaped, other bytes as {@code \DDD}. */
    private void quoted(int length) {
        out.append('"');
        for (int i = 0; i < length; i++) {
            int c = in.u8();
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c >= ' ' && c <= '~') {
                out.append((char) c);
            } else {
                DecimalEscape.append(out, c);
            }
        }
        out.append('"');
    }

    /** RFC 3403 section 4.1: order, preference, flags, services, regular expression, name. */
    private boolean naptr() {
        return u16() && space() && u16() && space() && string() && space() && string() && space()
                && string() && space() && name();
    }

    private boolean string() {
        if (!in.require(1)) {
            return false;
        }
        int length = in.u8();
        if (!in.require(length)) {
            return false;
        }
        quoted(length);
        return true;
    }

    /** RFC 8659 section 4.1: flags, a tag of letters and digits, and a value up to the end. */
    private boolean caa() {
        if (!u8() || !space() || !in.require(1)) {
            return false;
        }
        int length = in.u8();
        if (!in.require(length)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int c = in.u8();
            if (!Character.isLetterOrDigit(c) || c > '~') {
                return false;
            }
            out.append((char) c);
        }
        out.append(' ');
        quoted(in.end() - in.position());
        return true;
    }

    private boolean hex() {
        return rest(UPPER_HEX.formatHex(in.bytes(), in.position(), in.end()));
    }

    private boolean base64() {
        byte[] key = Arrays.copyOfRange(in.bytes(), in.position(), in.end());
        return rest(Base64.getEncoder().encodeToString(key));
    }

    private boolean rest(String text) {
        in.position(in.end());
        out.append(text);
        return true;
    }

    /** RFC 4034 section 3.1. */
    private boolean rrsig() {
        if (!in.require(2)) {
            return false;
        }
        out.append(Mnemonics.type(in.u16())).append(' ');
        return u8() && space() && u8() && space() && u32() && space() && time() && space() && time()
                && space() && u16() && space() && name() && space() && base64();
    }

    /** RFC 4034 section 3.2: YYYYMMDDHHmmSS in UTC. */
    private boolean time() {
        if (!in.require(4)) {
            return false;
        }
        out.append(SignatureTime.text(in.u32()));
        return true;
    }

    /** RFC 5155 section 3.2. */
    private boolean nsec3() {
        if (!u8() || !space() || !u8() || !space() || !u16() || !space() || !in.require(1)) {
            return false;
        }
        int salt = in.u8();
        if (!in.require(salt + 1)) {
            return false;
        }
        int at = in.position();
        out.append(salt == 0 ? "-" : UPPER_HEX.formatHex(in.bytes(), at, at + salt)).append(' ');
        in.skip(salt);
        int hash = in.u8();
        if (!in.require(hash)) {
            return false;
        }
        base32(hash);
        return types();
    }

    /** RFC 4648 section 7, without padding, as RFC 5155 section 3.3 wants it. */
    private void base32(int length) {
        long bits = 0;
        int held = 0;
        for (int i = 0; i < length; i++) {
            bits = (bits << 8 | in.u8()) & 0xffff;
            held += 8;
            while (held >= 5) {
                held -= 5;
                out.append(BASE32_HEX.charAt((int) (bits >>> held) & 31));
            }
        }
        if (held > 0) {
            out.append(BASE32_HEX.charAt((int) (bits << 5 - held) & 31));
        }
    }

    /** RFC 4034 section 4.1.2: blocks of 256 types, each a bitmap of at most 32 bytes. */
    private boolean types() {
        while (in.position() < in.end()) {
            if (!in.require(2)) {
                return false;
            }
            int block = in.u8() << 8;
            int length = in.u8();
            if (length == 0 || length > 32 || !in.require(length)) {
                return false;
            }
            for (int i = 0; i < length * 8; i += 8) {
                int bits = in.u8();
                for (int bit = 0; bit < 8; bit++) {
                    if ((bits & 0x80 >>> bit) != 0) {
                        out.append(' ').append(Mnemonics.type(block + i + bit));
                    }
                }
            }
        }
        return true;
    }
}
