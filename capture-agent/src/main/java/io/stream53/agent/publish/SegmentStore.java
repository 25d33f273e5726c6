package io.stream53.agent.publish;

import org.jspecify.annotations.Nullable;

/** Where a {@link RecordLog} has its segments from. Called under the log's lock. */
interface SegmentStore extends AutoCloseable {
    /** A segment that is free and mapped; null when there is none. */
    @Nullable LogSegment take();

    /** How many more may be taken. */
    int free();

    /** Takes back one whose records are done. */
    void release(LogSegment segment);

    /** Maps a segment that is not. */
    void map(LogSegment segment);

    /** Lets go of the memory of a segment that is neither written nor read. */
    void unmap(LogSegment segment);

    /** Bytes of the free ones that there are; others may be made. */
    long readyBytes();

    /** Bytes of each. */
    int segmentBytes();

    @Override
    void close();
}
