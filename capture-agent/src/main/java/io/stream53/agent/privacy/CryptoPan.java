package io.stream53.agent.privacy;

/**
 * Crypto-PAn: prefix-preserving pseudonyms (Xu, Fan, Ammar and Moon, Prefix-Preserving IP Address
 * Anonymization, ICNP 2002), for IPv6 as commonly done, over 128 bits. Two addresses that share
 * their first n bits share exactly their first n bits afterwards.
 */
final class CryptoPan implements AddressMethod {
    private static final int MAX_BITS = 128;

    private final Aes aes;
    private final byte[] pad = new byte[Aes.BLOCK_BYTES];
    private final byte[] in = new byte[MAX_BITS * Aes.BLOCK_BYTES];
    private final byte[] out = new byte[in.length];

    /** The key's first 16 bytes are AES's key, its last 16 make the padding. */
    CryptoPan(byte[] key) {
        aes = new Aes(key, 0);
        byte[] secret = new byte[Aes.BLOCK_BYTES];
        System.arraycopy(key, Aes.BLOCK_BYTES, secret, 0, Aes.BLOCK_BYTES);
        aes.encrypt(secret, Aes.BLOCK_BYTES, pad);
    }

    @Override
    public byte[] change(byte[] address) {
        int bits = 8 * address.length;
        for (int bit = 0; bit < bits; bit++) {
            prefixAndPad(address, bit);
        }
        aes.encrypt(in, bits * Aes.BLOCK_BYTES, out);
        byte[] changed = address.clone();
        for (int bit = 0; bit < bits; bit++) {
            int flip = (out[bit * Aes.BLOCK_BYTES] & 0x80) >>> bit % 8;
            changed[bit / 8] ^= (byte) flip;
        }
        return changed;
    }

    /** The bits before this one, and the padding from it on. */
    private void prefixAndPad(byte[] address, int bit) {
        int block = bit * Aes.BLOCK_BYTES;
        int at = bit / 8;
        System.arraycopy(address, 0, in, block, at);
        System.arraycopy(pad, at, in, block + at, Aes.BLOCK_BYTES - at);
        int mask = 0xff00 >> bit % 8;
        in[block + at] = (byte) (address[at] & mask | pad[at] & ~mask);
    }
}
