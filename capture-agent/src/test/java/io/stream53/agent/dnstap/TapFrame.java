package io.stream53.agent.dnstap;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Writes one dnstap frame, field by field, as protobuf does. Without the setters: CLIENT_QUERY. */
final class TapFrame {
    static final int AUTH_QUERY = 1;
    static final int RESOLVER_QUERY = 3;
    static final int CLIENT_QUERY = 5;
    static final int CLIENT_RESPONSE = 6;
    static final int UDP = 1;
    static final int TCP = 2;
    static final int DOT = 3;
    static final int DOH = 4;
    static final int DOQ = 7;

    private final ByteArrayOutputStream outer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream inner = new ByteArrayOutputStream();

    static TapFrame of(int type) {
        return new TapFrame().number(1, type);
    }

    /** A client's query, or the response to it, between usual addresses. */
    static TapFrame client(boolean response, long timeUs, byte[] dns) {
        TapFrame frame = of(response ? CLIENT_RESPONSE : CLIENT_QUERY);
        frame.number(2, 1).number(3, UDP);
        frame.address(4, "198.51.100.7").address(5, "192.0.2.53").number(6, 4000).number(7, 53);
        return frame.time(response ? 12 : 8, timeUs).bytes(response ? 14 : 10, dns);
    }

    TapFrame identity(String text) {
        return identity(text.getBytes(StandardCharsets.UTF_8));
    }

    TapFrame identity(byte[] identity) {
        bytes(outer, 1, identity);
        return this;
    }

    TapFrame number(int field, long value) {
        varint(inner, field << 3);
        varint(inner, value);
        return this;
    }

    TapFrame address(int field, String text) {
        return bytes(field, InetAddress.ofLiteral(text).getAddress());
    }

    TapFrame bytes(int field, byte[] value) {
        bytes(inner, field, value);
        return this;
    }

    /** Seconds, and nanoseconds in the field behind. */
    TapFrame time(int field, long timeUs) {
        number(field, timeUs / 1_000_000);
        return fixed32(field + 1, (int) (timeUs % 1_000_000) * 1000);
    }

    TapFrame fixed32(int field, int value) {
        varint(inner, field << 3 | 5);
        for (int shift = 0; shift < 32; shift += 8) {
            inner.write(value >>> shift);
        }
        return this;
    }

    /** The frame, its message behind the version and before the type, as servers write them. */
    byte[] bytes() {
        return bytes(1);
    }

    byte[] bytes(int type) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(outer.toByteArray());
        bytes(all, 2, "test 1.0".getBytes(StandardCharsets.UTF_8));
        bytes(all, 14, inner.toByteArray());
        varint(all, 15 << 3);
        varint(all, type);
        return all.toByteArray();
    }

    private static void bytes(ByteArrayOutputStream to, int field, byte[] value) {
        varint(to, field << 3 | 2);
        varint(to, value.length);
        to.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            to.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        to.write((int) rest);
    }
}
