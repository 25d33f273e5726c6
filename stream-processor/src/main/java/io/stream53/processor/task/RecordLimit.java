package io.stream53.processor.task;

/**
 * How large a record may be that the processor writes to a topic of its users. Kafka's default for
 * both sides is 1 MiB; the difference is left to headers, keys and batches. One limit for everyone,
 * so that the same packets give the same records on every cluster.
 */
public final class RecordLimit {
    /** Bytes of key, value and headers of a record. */
    public static final int BYTES = 900_000;

    /** What topics ({@code max.message.bytes}) and producers must at least accept. */
    public static final int REQUIRED_BYTES = 1_000_000;

    private RecordLimit() {}
}
