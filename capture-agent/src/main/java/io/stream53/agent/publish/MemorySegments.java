package io.stream53.agent.publish;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of segments in the heap: its size is the one bound of the agent's memory. Arrays of
 * longs, since the numbers in a segment are aligned.
 */
final class MemorySegments implements SegmentStore {
    private static final int COUNT = 8;

    private final int segmentBytes;
    private final Deque<LogSegment> free = new ArrayDeque<>();

    /**
     * @param bytes memory for all of them
     */
    MemorySegments(int bytes) {
        segmentBytes = bytes / COUNT & ~7;
        for (int i = 0; i < COUNT; i++) {
            free.push(empty());
        }
    }

    private LogSegment empty() {
        LogSegment segment = new LogSegment(null, segmentBytes, false);
        segment.memory = MemorySegment.ofArray(new long[segmentBytes / Long.BYTES]);
        return segment;
    }

    @Override
    public @Nullable LogSegment take() {
        return free.poll();
    }

    @Override
    public int free() {
        return free.size();
    }

    @Override
    public void release(LogSegment segment) {
        LogSegment again = new LogSegment(null, segmentBytes, false);
        again.memory = segment.memory;
        free.push(again);
    }

    @Override
    public void map(LogSegment segment) {}

    @Override
    public void unmap(LogSegment segment) {}

    @Override
    public long readyBytes() {
        return (long) free.size() * segmentBytes;
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public void close() {}
}
