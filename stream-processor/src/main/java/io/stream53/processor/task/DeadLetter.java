package io.stream53.processor.task;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record that no step can use: its key, value and headers as they came, and headers that say why
 * and from where. These have the names of Kafka Streams' own dead letters (KIP-1034), as UTF-8
 * text. A stack trace is not among them: it would say where this program stands, not what is wrong
 * with the record.
 *
 * <p>The headers make a record larger than the one that the brokers accepted. So what is near their
 * limit is cut, the value first, and headers tell what is missing.
 */
final class DeadLetter {
    static final String EXCEPTION = "__streams.errors.exception";
    static final String MESSAGE = "__streams.errors.message";
    static final String TOPIC = "__streams.errors.topic";
    static final String PARTITION = "__streams.errors.partition";
    static final String OFFSET = "__streams.errors.offset";

    /** Length of the value as it came, when it was cut. */
    static final String VALUE_CUT_FROM = "stream53.value-cut-from-bytes";

    /** Length of the key as it came, when it was cut. */
    static final String KEY_CUT_FROM = "stream53.key-cut-from-bytes";

    /** How many of the record's own headers were left out. */
    static final String HEADERS_LEFT_OUT = "stream53.headers-left-out";

    private static final int MAX_MESSAGE_CHARS = 1_000;
    private static final int MAX_KEY_BYTES = 100_000;

    /** Beyond its name and value, a header takes two lengths of at most five bytes. */
    private static final int HEADER_OVERHEAD = 10;

    /** What the headers of this class take at most; names have a byte a character. */
    private static final int OWN_HEADERS = 4 * MAX_MESSAGE_CHARS + 2_000;

    private DeadLetter() {}

    static Record<byte[], byte[]> of(
            Record<byte[], byte[]> record, RecordMetadata from, PacketDecoder.Problem problem) {
        Headers headers = new RecordHeaders();
        byte[] key = cut(record.key(), MAX_KEY_BYTES, KEY_CUT_FROM, headers);
        int room = RecordLimit.BYTES - OWN_HEADERS - (key == null ? 0 : key.length);
        room = keepHeaders(record.headers(), room, headers);
        byte[] value = cut(record.value(), room, VALUE_CUT_FROM, headers);
        if (!problem.exception().isEmpty()) {
            add(headers, EXCEPTION, problem.exception());
        }
        add(headers, MESSAGE, problem.sentence());
        add(headers, TOPIC, from.topic());
        add(headers, PARTITION, Integer.toString(from.partition()));
        add(headers, OFFSET, Long.toString(from.offset()));
        return new Record<>(key, value, record.timestamp(), headers);
    }

    /** Copies what headers there is room for; returns the room that is left. */
    private static int keepHeaders(Headers own, int room, Headers to) {
        int left = room;
        int leftOut = 0;
        for (Header header : own) {
            int size = size(header);
            if (size <= left) {
                to.add(header);
                left -= size;
            } else {
                leftOut++;
            }
        }
        if (leftOut > 0) {
            add(to, HEADERS_LEFT_OUT, Integer.toString(leftOut));
        }
        return left;
    }

    private static int size(Header header) {
        byte[] value = header.value();
        return header.key().getBytes(StandardCharsets.UTF_8).length
                + (value == null ? 0 : value.length)
                + HEADER_OVERHEAD;
    }

    @SuppressWarnings("NullAway") // Kafka's contract: keys and values may be null, and stay so.
    private static byte[] cut(
            byte @Nullable [] bytes, int longest, String cutFrom, Headers headers) {
        if (bytes == null || bytes.length <= longest) {
            return bytes;
        }
        add(headers, cutFrom, Integer.toString(bytes.length));
        return Arrays.copyOf(bytes, longest);
    }

    private static void add(Headers headers, String name, String value) {
        String text = value.substring(0, Math.min(MAX_MESSAGE_CHARS, value.length()));
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
