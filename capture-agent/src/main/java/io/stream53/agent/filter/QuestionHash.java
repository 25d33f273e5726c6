package io.stream53.agent.filter;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.stream53.dns.DnsMessage;

/** A question as 64 bits: name without case, type and class. */
final class QuestionHash {
    /** Of a message without readable question. */
    static final long NONE = 0;

    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    private QuestionHash() {}

    static long of(DnsMessage message) {
        if (!message.hasQuestion()) {
            return NONE;
        }
        long name =
                XXH3.hashBytesToLong(message.questionNameBytes(), 0, message.questionNameLength());
        long rest = (long) message.questionType() << 16 | message.questionClass();
        long hash = XXH3.hashLongLongToLong(name, rest);
        return hash == NONE ? 1 : hash;
    }
}
