package io.stream53.agent.publish;

/** What waits for Kafka at present; every method may be called by any thread. */
public interface OutputGauges {
    /** An output that keeps nothing waiting. */
    OutputGauges NONE = new OutputGauges() {};

    /** Records on their way in memory. */
    default long queuedRecords() {
        return 0;
    }

    /** Bytes of them. */
    default long queuedBytes() {
        return 0;
    }

    /** Records on disk that Kafka has not acknowledged. */
    default long spooledRecords() {
        return 0;
    }

    /** Bytes that the spool takes on disk. */
    default long spooledBytes() {
        return 0;
    }

    /**
     * While records wait, the time since the last acknowledgement or since they began to wait, in
     * milliseconds; 0 while none waits. Kafka acknowledges in order, so the oldest record has been
     * waiting about so long, or longer where Kafka is merely slow.
     */
    default long oldestUnacknowledgedAgeMs() {
        return 0;
    }

    /** Whether what is captured now has somewhere to go: Kafka answers, or the spool has room. */
    default boolean isReady() {
        return true;
    }
}
