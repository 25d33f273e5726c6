package io.stream53.agent.publish;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The place in the log of the last record of each partition that Kafka acknowledged, in a mapped
 * file. Acknowledgements of a partition come in order, so all records of it up to there need not be
 * sent again. Each place stands beside its complement: one that a crash tore counts as none, and
 * records are then sent twice, not lost.
 */
final class SpoolAcks implements AutoCloseable {
    private static final int ENTRY_BYTES = 2 * Long.BYTES;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment entries;
    private final long[] acknowledged;

    SpoolAcks(Path file, int partitions) throws IOException {
        SpoolFiles.createWhole(file, partitions * ENTRY_BYTES);
        entries = SpoolFiles.map(file, arena);
        acknowledged = new long[partitions];
        for (int i = 0; i < partitions; i++) {
            long at = (long) i * ENTRY_BYTES;
            long position = entries.get(ValueLayout.JAVA_LONG, at);
            long complement = entries.get(ValueLayout.JAVA_LONG, at + Long.BYTES);
            acknowledged[i] = position > 0 && position == ~complement ? position : 0;
        }
    }

    boolean covers(int partition, long position) {
        return position <= acknowledged[partition];
    }

    /** Whether nothing was ever acknowledged there. */
    boolean isUntouched(int partition) {
        return acknowledged[partition] == 0;
    }

    void acknowledge(int partition, long position) {
        acknowledged[partition] = position;
        long at = (long) partition * ENTRY_BYTES;
        entries.set(ValueLayout.JAVA_LONG, at, position);
        entries.set(ValueLayout.JAVA_LONG, at + Long.BYTES, ~position);
    }

    /** The number of the last segment of which a record was acknowledged. */
    long lastSegment() {
        long last = 0;
        for (long position : acknowledged) {
            last = Math.max(last, position >>> 32);
        }
        return last;
    }

    @Override
    public void close() {
        arena.close();
    }
}
