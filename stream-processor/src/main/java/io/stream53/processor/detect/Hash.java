package io.stream53.processor.detect;

/** A hash of 64 bits for sketches and samples: the same everywhere, since others merge them. */
final class Hash {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private Hash() {}

    static long of(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = Long.rotateLeft((hash ^ text.charAt(i)) * STEP, 29);
        }
        return mixed(hash);
    }

    /** Of two texts, by their hashes. */
    static long of(long first, long second) {
        return mixed(first * STEP + second);
    }

    /** MurmurHash3's finalizer. */
    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
