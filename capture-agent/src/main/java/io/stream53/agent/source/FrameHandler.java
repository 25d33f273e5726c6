package io.stream53.agent.source;

/** Takes frames from a {@link PacketSource}. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * One frame. The bytes are valid only during the call.
     *
     * @param buffer holds the frame, and other things around it
     * @param offset of the frame's first byte
     * @param capturedLength bytes of the frame in the buffer
     * @param wireLength bytes that it had on the wire
     * @param timestampUs microseconds since 1970-01-01 UTC
     * @param linkType LINKTYPE_ value of the tcpdump group's registry, for example 1 for Ethernet
     */
    void frame(
            byte[] buffer,
            int offset,
            int capturedLength,
            int wireLength,
            long timestampUs,
            int linkType);
}
