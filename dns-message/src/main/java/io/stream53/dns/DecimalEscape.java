package io.stream53.dns;

/** {@code \DDD}: any byte in presentation text (RFC 1035 section 5.1). */
final class DecimalEscape {
    private DecimalEscape() {}

    /** Appends backslash and three digits. */
    static void append(StringBuilder out, int value) {
        out.append('\\');
        out.append((char) ('0' + value / 100));
        out.append((char) ('0' + value / 10 % 10));
        out.append((char) ('0' + value % 10));
    }
}
