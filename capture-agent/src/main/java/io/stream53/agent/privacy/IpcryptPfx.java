package io.stream53.agent.privacy;

/**
 * The prefix-preserving mode of draft-denis-ipcrypt: a bit is flipped by a pseudorandom function of
 * the bits before it, the exclusive or of AES-128 under two keys. IPv4 addresses stay such.
 */
final class IpcryptPfx implements AddressMethod {
    private static final int MAX_BITS = 128;

    private final Aes first;
    private final Aes second;
    private final byte[] in = new byte[MAX_BITS * Aes.BLOCK_BYTES];
    private final byte[] out1 = new byte[in.length];
    private final byte[] out2 = new byte[in.length];

    /** The two keys, 16 bytes each, one behind the other; they must differ. */
    IpcryptPfx(byte[] key) {
        first = new Aes(key, 0);
        second = new Aes(key, Aes.BLOCK_BYTES);
    }

    @Override
    public byte[] change(byte[] address) {
        // IPv4 is treated as ::ffff:0:0/96 with its first 96 bits kept; so is that range itself.
        int kept = address.length == 16 && isMapped(address) ? 96 : 0;
        int bits = 8 * address.length - kept;
        long high = 0;
        long low = 1;
        if (address.length == 4 || kept > 0) {
            high = 1L << 32;
            low = 0xffff;
        }
        for (int bit = 0; bit < bits; bit++) {
            put(bit * Aes.BLOCK_BYTES, high);
            put(bit * Aes.BLOCK_BYTES + 8, low);
            high = high << 1 | low >>> 63;
            low = low << 1 | bit(address, kept + bit);
        }
        int length = bits * Aes.BLOCK_BYTES;
        first.encrypt(in, length, out1);
        second.encrypt(in, length, out2);
        byte[] changed = address.clone();
        for (int bit = 0; bit < bits; bit++) {
            int last = bit * Aes.BLOCK_BYTES + Aes.BLOCK_BYTES - 1;
            int flip = (out1[last] ^ out2[last]) & 1;
            changed[(kept + bit) / 8] ^= (byte) (flip << 7 - (kept + bit) % 8);
        }
        return changed;
    }

    private static int bit(byte[] address, int bit) {
        return address[bit / 8] >>> 7 - bit % 8 & 1;
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 12; i++) {
            if (address[i] != (i < 10 ? 0 : (byte) 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** Big-endian. */
    private void put(int at, long value) {
        for (int i = 0; i < 8; i++) {
            in[at + i] = (byte) (value >>> 56 - 8 * i);
        }
    }
}
