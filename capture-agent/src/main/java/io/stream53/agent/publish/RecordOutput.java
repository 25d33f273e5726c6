package io.stream53.agent.publish;

import org.jspecify.annotations.Nullable;

/**
 * Where an agent's records go: Kafka, or memory ({@code inspect}). Used by one thread at a time.
 * Records sent to one partition arrive in the order they were sent in.
 */
@FunctionalInterface
public interface RecordOutput {

    /**
     * Takes one record; waits while there is no room for it. What becomes of it later is told by
     * {@link #acknowledgements}.
     *
     * @param partition from 0 to {@link #partitions()} - 1
     * @param key bytes of the transaction key; null for a watermark. The receiver may keep the
     *     array
     * @param value Confluent's header (0x00, schema id), then the Avro bytes of a {@code
     *     DnsPacket}. The receiver may keep the array
     * @param watermark whether the record is a watermark, which no ledger counts
     */
    void send(int partition, byte @Nullable [] key, byte[] value, boolean watermark);

    /** Partitions to spread the keys over. */
    default int partitions() {
        return 1;
    }

    /** Id of {@code DnsPacket}'s schema, for the header of each value. */
    default int schemaId() {
        return 0;
    }

    /** The longest value that {@link #send} takes; a longer one is counted as too large. */
    default int maxValueBytes() {
        return Integer.MAX_VALUE;
    }

    /** Waits until everything sent is acknowledged or has failed. */
    default void flush() {}

    /**
     * What became of the messages sent so far, watermarks not among them. May be called from any
     * thread.
     *
     * @param sent messages sent; an output that keeps what it gets has them all
     */
    default Acknowledgements acknowledgements(long sent) {
        return new Acknowledgements(sent, 0);
    }

    /**
     * What became of the messages sent; the rest is on its way.
     *
     * @param published messages that were acknowledged
     * @param failed messages that were given up
     */
    record Acknowledgements(long published, long failed) {}
}
