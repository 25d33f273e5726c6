package io.stream53.agent.privacy;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES-128, block by block: a pseudorandom function for many inputs in one call. */
final class Aes {
    static final int BLOCK_BYTES = 16;

    private final Cipher cipher;

    Aes(byte[] key, int from) {
        try {
            // Each block is a distinct input of a pseudorandom function: no mode is wanted.
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, from, BLOCK_BYTES, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /** Encrypts blocks that stand one behind the other. */
    void encrypt(byte[] in, int length, byte[] out) {
        try {
            cipher.update(in, 0, length, out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("whole blocks and room for them were given", e);
        }
    }
}
