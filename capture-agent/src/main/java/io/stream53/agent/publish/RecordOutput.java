package io.stream53.agent.publish;

import io.stream53.ledger.DropReason;

/**
 * Where an agent's records go: Kafka, or memory ({@code inspect}). Records offered to one partition
 * arrive in the order they were offered in.
 */
@FunctionalInterface
public interface RecordOutput {

    /**
     * Takes one record, or says that there is no room for it: then it has no number either, and the
     * caller counts it as dropped for {@link #fullReason}. What becomes of it later is told by
     * {@link #acknowledgements}. May be called by several threads.
     *
     * @param run the agent's run
     * @param partition from 0 to {@link #partitions()} - 1
     * @param key bytes of the transaction key, from 0; empty for a watermark
     * @param keyLength how many of them; 0 for a watermark
     * @param value Confluent's header (0x00, schema id), then the Avro bytes of a {@code
     *     DnsPacket}, from 0
     * @param valueLength how many of them
     * @return whether it was taken
     */
    boolean offer(
            long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength);

    /** A run begins: it is called once, before the run's first record. */
    default void begin(EncoderSettings settings) {}

    /** How far a run is, each time its watermarks are due, before they are offered. */
    default void totals(long run, RunTotals totals) {}

    /**
     * The watermarks of the run that are offered from now on are its final ones.
     *
     * @param mayWait whether {@link #offer} may wait for room for them
     */
    default void ending(long run, boolean mayWait) {}

    /**
     * Nothing more comes from the run.
     *
     * @param complete whether all its final watermarks were taken
     */
    default void ended(long run, boolean complete) {}

    /** Why {@link #offer} takes nothing more. */
    default DropReason fullReason() {
        return DropReason.QUEUE_FULL;
    }

    /** Partitions to spread the keys over. */
    default int partitions() {
        return 1;
    }

    /** Id of {@code DnsPacket}'s schema, for the header of each value. */
    default int schemaId() {
        return 0;
    }

    /** The longest value that {@link #offer} takes; a longer one is counted as too large. */
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
     * @param failed messages that were refused or given up
     */
    record Acknowledgements(long published, long failed) {}
}
