package io.stream53.processor.count;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the sketches need of a client's address, worked out once for all tallies that a transaction
 * goes to. Of IPv4 that takes less than finding a client that was there before; of others it is not
 * done at all for a client that was there lately. For one thread.
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

    /** Of the address being worked on. */
    private final byte[] quad = new byte[4];

    Hashed of(String ip) {
        return dottedQuad(ip)
                ? new Hashed(ip, ClientSketch.coupon4(quad), PrefixSketch.coupon(quad))
                : remembered(ip);
    }

    private Hashed remembered(String ip) {
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
            byte[] address = InetAddress.ofLiteral(ip).getAddress();
            return new Hashed(ip, ClientSketch.coupon(address), PrefixSketch.coupon(address));
        } catch (IllegalArgumentException notAnAddress) {
            byte[] text = ip.getBytes(StandardCharsets.UTF_8);
            return new Hashed(ip, ClientSketch.coupon(text), 0);
        }
    }

    /** Reads an IPv4 address as we write them; false of anything else. */
    private boolean dottedQuad(String ip) {
        int length = ip.length();
        int part = 0;
        int value = 0;
        int digits = 0;
        for (int i = 0; i < length; i++) {
            char c = ip.charAt(i);
            if (isDigit(c) && digits < 3) {
                value = 10 * value + (c - '0');
                digits++;
            } else if (c == '.' && digits > 0 && value < 256 && part < 3) {
                quad[part++] = (byte) value;
                value = 0;
                digits = 0;
            } else {
                return false;
            }
        }
        quad[3] = (byte) value;
        return part == 3 && digits > 0 && value < 256;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
