package io.stream53.key;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Which transactions a sampling agent keeps: those whose key's XXH3 (64 bits, seed 0) is below 2^64
 * / rate, as an unsigned number. Both directions of a transaction share the key and stay together,
 * and what a higher rate keeps is part of what a lower one keeps.
 */
public final class Sampling {
    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    private Sampling() {}

    /**
     * Whether a transaction is kept.
     *
     * @param key bytes of a transaction key, from 0
     * @param keyLength how many of them
     * @param rate one transaction in so many; 1 keeps all
     */
    public static boolean keeps(byte[] key, int keyLength, int rate) {
        return rate <= 1 || keeps(XXH3.hashBytesToLong(key, 0, keyLength), rate);
    }

    /**
     * The same by a key's hash.
     *
     * @param keyHash the key's XXH3, 64 bits, seed 0
     */
    public static boolean keeps(long keyHash, int rate) {
        return rate <= 1 || Long.compareUnsigned(keyHash, Long.divideUnsigned(-1L, rate)) < 0;
    }
}
