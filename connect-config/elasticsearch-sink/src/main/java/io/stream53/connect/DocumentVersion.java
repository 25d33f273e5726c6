package io.stream53.connect;

import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The version that a record gives its document. The engine keeps the document with the highest, so
 * a request whose answer was given up, and which the engine or a proxy carries out later all the
 * same, cannot bring back what was replaced meanwhile.
 *
 * <p>It is the time at which the broker appended the record, in milliseconds, followed by 20 bits
 * of its offset: a topic that was made anew begins again at offset 0, and would be refused by its
 * own old documents. Where the time is the producer's, which need not rise, it is the offset alone.
 */
final class DocumentVersion {
    /** Leaves 43 bits to the milliseconds, enough until the year 2248. */
    private static final int OFFSET_BITS = 20;

    private DocumentVersion() {}

    static long of(SinkRecord record) {
        long offset = record.originalKafkaOffset();
        Long time = record.timestamp();
        if (time == null || record.timestampType() != TimestampType.LOG_APPEND_TIME) {
            return offset;
        }
        return time << OFFSET_BITS | offset & (1L << OFFSET_BITS) - 1;
    }
}
