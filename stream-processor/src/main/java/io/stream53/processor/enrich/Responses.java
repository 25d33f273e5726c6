package io.stream53.processor.enrich;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.stream53.dns.Defect;
import io.stream53.dns.DnsMessage;
import io.stream53.dns.EdnsOptions;
import io.stream53.dns.RecordReader;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads what responses carry. An authoritative server gives the same answer again and again, the
 * same but for its id: the last ones that are not long are kept, read already, to be compared byte
 * by byte, 40 MB at the worst. What has come twice is kept encoded, too. Not safe for several
 * threads, but for what they share.
 */
final class Responses {
    /** What was read of a response; nobody may change it. */
    record Content(MessageContent records, EdnsContent edns, boolean cut) {
        static final Content NOT_CARRIED =
                new Content(MessageContent.NOT_CARRIED, EdnsContent.NONE, false);
    }

    /** What several threads share. */
    static final class Cache {
        private record Known(byte[] message, Content content, boolean encoded) {
            boolean is(byte[] other) {
                return Arrays.equals(
                        message, ID_BYTES, message.length, other, ID_BYTES, other.length);
            }

            Known again() {
                MessageContent records = content.records.encoded();
                return new Known(message, new Content(records, content.edns, content.cut), true);
            }
        }

        private final AtomicReferenceArray<@Nullable Known> slots =
                new AtomicReferenceArray<>(CACHED);
    }

    private static final int CACHED = 1 << 12;
    private static final int ID_BYTES = 2;

    /** Longer ones are rare, and might take much of the heap. */
    private static final int LONGEST = 512;

    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    private final Cache cache;
    private final DnsMessage message = new DnsMessage();
    private final RecordReader records = new RecordReader();
    private final EdnsOptions options = new EdnsOptions();

    Responses(Cache cache) {
        this.cache = cache;
    }

    /**
     * The content of a response.
     *
     * @param bytes as carried, maybe cut; not to be changed afterwards
     * @param size as it was on the wire
     */
    Content of(byte[] bytes, int size) {
        if (bytes.length <= ID_BYTES || bytes.length > LONGEST || size > bytes.length) {
            return read(bytes, size);
        }
        long hash = XXH3.hashBytesToLong(bytes, ID_BYTES, bytes.length - ID_BYTES);
        int slot = (int) hash & CACHED - 1;
        Cache.Known known = cache.slots.getAcquire(slot);
        if (known == null || !known.is(bytes)) {
            known = new Cache.Known(bytes, read(bytes, size), false);
            cache.slots.setRelease(slot, known);
        } else if (!known.encoded) {
            known = known.again();
            cache.slots.setRelease(slot, known);
        }
        return known.content;
    }

    private Content read(byte[] bytes, int size) {
        if (!message.parse(bytes, 0, bytes.length, Math.max(size, bytes.length))) {
            return Content.NOT_CARRIED;
        }
        return new Content(
                MessageContent.of(message, records),
                EdnsContent.of(message, options),
                message.defect() == Defect.CUT);
    }
}
