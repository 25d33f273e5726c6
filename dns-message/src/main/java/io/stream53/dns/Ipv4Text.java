package io.stream53.dns;

/** Text of an IPv4 address: four decimal numbers with dots between. */
final class Ipv4Text {
    private Ipv4Text() {}

    /** Appends the text of the 4 bytes at {@code at}. */
    static void append(StringBuilder out, byte[] bytes, int at) {
        for (int i = 0; i < 4; i++) {
            out.append(i == 0 ? "" : ".").append(bytes[at + i] & 0xff);
        }
    }
}
