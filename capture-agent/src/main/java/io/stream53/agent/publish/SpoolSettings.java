package io.stream53.agent.publish;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What waits for Kafka.
 *
 * @param queueBytes memory for records on their way to the producer
 * @param folder keeps on disk what Kafka has not acknowledged; null: nothing is kept
 * @param maxBytes what the folder may grow to
 */
public record SpoolSettings(int queueBytes, @Nullable Path folder, long maxBytes) {
    /** The same with other memory for the queue. */
    public SpoolSettings withQueue(int bytes) {
        return new SpoolSettings(bytes, folder, maxBytes);
    }

    /** A queue in memory alone. */
    public static final SpoolSettings DEFAULT = new SpoolSettings(8 << 20, null, 1L << 30);
}
