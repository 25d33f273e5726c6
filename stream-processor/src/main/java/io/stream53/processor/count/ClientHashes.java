package io.stream53.processor.count;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the sketches need of a client's address, worked out once for all tallies that a transaction
 * goes to, and not at all for a client that was there lately. For one thread.
 */
final class ClientHashes {
    /** A power of two; each client has one slot, and a newcomer replaces what is in it. */
    private static final int SLOTS = 8192;

    /**
     * The coupons of one client.
     *
     * @param ip the address as text
     * @param client for a {@link ClientSketch}
     * @param prefix for a {@link PrefixSketch}; 0, which is none, of what is no address
     */
    record Hashed(String ip, int client, int prefix) {}

    private final @Nullable Hashed[] slots = new @Nullable Hashed[SLOTS];

    Hashed of(String ip) {
        int hash = ip.hashCode() * 0x9E3779B9;
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Hashed there = slots[slot];
        if (there == null || !there.ip.equals(ip)) {
            there = hash(ip);
            slots[slot] = there;
        }
        return there;
    }

    /** Raw bytes, so that others can add addresses to the sketches without our spelling of them. */
    private static Hashed hash(String ip) {
        try {
            byte[] dotted = dottedQuad(ip);
            byte[] address = dotted == null ? InetAddress.ofLiteral(ip).getAddress() : dotted;
            return new Hashed(ip, ClientSketch.coupon(address), PrefixSketch.coupon(address));
        } catch (IllegalArgumentException notAnAddress) {
            byte[] text = ip.getBytes(StandardCharsets.UTF_8);
            return new Hashed(ip, ClientSketch.coupon(text), 0);
        }
    }

    /** The bytes of an IPv4 address as we write them, null of anything else: most clients. */
    private static byte @Nullable [] dottedQuad(String ip) {
        byte[] address = new byte[4];
        int at = 0;
        for (int part = 0; part < address.length; part++) {
            int value = 0;
            int digits = 0;
            while (at < ip.length() && isDigit(ip.charAt(at))) {
                value = 10 * value + (ip.charAt(at++) - '0');
                digits++;
            }
            boolean closed =
                    part == 3 ? at == ip.length() : at < ip.length() && ip.charAt(at++) == '.';
            if (digits < 1 || digits > 3 || value > 255 || !closed) {
                return null;
            }
            address[part] = (byte) value;
        }
        return address;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
