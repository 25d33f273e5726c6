package io.stream53.processor.task;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * A record that no step can use: its key and value as they came, and headers that say why and from
 * where. Header values are UTF-8 text. Headers make a record larger, so a value near the brokers'
 * limit of 1 MiB is cut, and a header says how long it was.
 */
final class DeadLetter {
    static final String REASON = "stream53.reason";
    static final String TOPIC = "stream53.topic";
    static final String PARTITION = "stream53.partition";
    static final String OFFSET = "stream53.offset";

    static final String CUT_FROM = "stream53.cut-from-bytes";

    private static final int MAX_VALUE_BYTES = 900_000;

    private DeadLetter() {}

    static Record<byte[], byte[]> of(
            Record<byte[], byte[]> record, RecordMetadata from, String reason) {
        Headers headers = new RecordHeaders(record.headers());
        add(headers, REASON, reason);
        add(headers, TOPIC, from.topic());
        add(headers, PARTITION, Integer.toString(from.partition()));
        add(headers, OFFSET, Long.toString(from.offset()));
        byte[] value = record.value();
        if (value != null && value.length > MAX_VALUE_BYTES) {
            add(headers, CUT_FROM, Integer.toString(value.length));
            value = Arrays.copyOf(value, MAX_VALUE_BYTES);
        }
        return new Record<>(record.key(), value, record.timestamp(), headers);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
