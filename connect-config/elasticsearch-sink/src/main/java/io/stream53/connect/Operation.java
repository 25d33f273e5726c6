package io.stream53.connect;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * One write to an index, from one record. What changes while it waits and is sent is guarded by the
 * {@link BulkQueue}'s lock.
 */
final class Operation {
    /** The document that is written; writes to one document keep their order. */
    record Target(String index, String id) {}

    private final SinkRecord origin;
    private final TopicPartition partition;
    private final Target target;
    private final Action action;
    private final byte[] lines;

    /** The next write to the same document, which waits until this one is settled. */
    @Nullable Operation next;

    /** When it could first be sent, by the clock of {@link System#nanoTime()}. */
    long readySince;

    State state = State.WAITING;

    /** Its partition was taken away: it is neither sent nor sent again nor reported. */
    boolean discarded;

    /** What is done to the document. */
    enum Action {
        INDEX("index"),
        DELETE("delete");

        private final String key;

        Action(String key) {
            this.key = key;
        }

        /** Its name in a bulk request. */
        String key() {
            return key;
        }
    }

    /** Where a write stands. */
    enum State {
        /** Behind an earlier write to the same document. */
        WAITING,
        /** The next one to its document; may be sent. */
        READY,
        /** A worker has it. */
        IN_FLIGHT,
        /** Rejected by the engine and not reported yet. */
        REJECTED,
        /** Written, reported or discarded. */
        SETTLED
    }

    /**
     * @param lines its part of a bulk request's body: the action and, but for a delete, the
     *     document, each ended by a newline
     */
    Operation(SinkRecord origin, Target target, Action action, byte[] lines) {
        this.origin = withoutValue(origin);
        this.partition =
                new TopicPartition(origin.originalTopic(), origin.originalKafkaPartition());
        this.target = target;
        this.action = action;
        this.lines = lines;
    }

    /**
     * The record without its value, which may take ten times the bytes of the lines and is not
     * needed again: the dead-letter queue gets the bytes that Connect read, which its own records
     * keep.
     */
    private static SinkRecord withoutValue(SinkRecord record) {
        return record.getClass() == SinkRecord.class
                ? record
                : record.newRecord(
                        record.topic(),
                        record.kafkaPartition(),
                        record.keySchema(),
                        record.key(),
                        null,
                        null,
                        record.timestamp(),
                        record.headers());
    }

    /** For the dead-letter queue; its value may be gone. */
    SinkRecord origin() {
        return origin;
    }

    Action action() {
        return action;
    }

    Target target() {
        return target;
    }

    byte[] lines() {
        return lines;
    }

    /** Where it was read, before any transform renamed the topic. */
    TopicPartition partition() {
        return partition;
    }

    long offset() {
        return origin.originalKafkaOffset();
    }
}
