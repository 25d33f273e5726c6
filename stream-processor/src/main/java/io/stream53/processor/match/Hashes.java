package io.stream53.processor.match;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.stream53.schema.DnsPacket;

/**
 * 64-bit hashes of keys and questions. They are part of the state, so they may change only with the
 * version of the state's values. Keys are always compared in full as well; questions by their hash
 * alone: two that differ look alike once in 2^64.
 */
final class Hashes {
    /** QDCOUNT is 0, as in DNS cookie queries (RFC 7873 5.4) and DSO (RFC 8490 5.4). */
    static final long NO_QUESTION = 0;

    /** There should be a question, but it is malformed or cut off. */
    static final long UNREADABLE = 1;

    private static final Hasher64 XXH3 = Hashing.xxh3_64();
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hashes() {}

    static long key(byte[] key) {
        return XXH3.hashBytesToLong(key);
    }

    /** Of the first question: name (which is in lower case), type and class. */
    static long question(DnsPacket packet) {
        if (packet.getQuestionCount() == 0) {
            return NO_QUESTION;
        }
        String name = packet.getQuestionName();
        int type = packet.getQuestionType();
        int cls = packet.getQuestionClass();
        boolean endsInside = (type == 0 || cls == 0) && !packet.getDefect().isEmpty();
        if (name.isEmpty() || endsInside) {
            return UNREADABLE;
        }
        long hash = mix(XXH3.hashCharsToLong(name), (long) type << 16 | cls);
        return hash == NO_QUESTION || hash == UNREADABLE ? GOLDEN : hash;
    }

    /** Whether a response with one question may answer a query with the other. */
    static boolean answers(long responseQuestion, long queryQuestion) {
        return responseQuestion == queryQuestion
                || responseQuestion == NO_QUESTION
                || responseQuestion == UNREADABLE
                || queryQuestion == UNREADABLE;
    }

    /** One hash of two values. */
    static long mix(long a, long b) {
        long mixed = (a ^ (b + GOLDEN) * 0xBF58476D1CE4E5B9L) * GOLDEN;
        return mixed ^ mixed >>> 32;
    }
}
