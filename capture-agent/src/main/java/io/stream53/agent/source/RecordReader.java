package io.stream53.agent.source;

import java.io.IOException;

/**
 * Reads the records of one capture format. One thread reads; {@link #kernelDropped} may be called
 * by any.
 */
sealed interface RecordReader permits PcapReader, PcapngReader {
    /**
     * Reads one record, and hands its frame over if it has one.
     *
     * @return false at the end of the input
     * @throws PcapFormatException when the record contradicts itself
     */
    boolean next(FrameHandler handler) throws IOException;

    /** Frames read so far, for messages. */
    long frames();

    /** Packets that the file says were dropped while it was captured. */
    long kernelDropped();
}
