package io.stream53.agent.packet;

import io.stream53.agent.source.FrameHandler;
import java.util.Set;

/** Finds the DNS messages in captured frames. */
public final class FrameDecoder implements FrameHandler {
    private final MessageHandler out;
    private final CaptureCounters counters;

    /**
     * A decoder for one capture thread.
     *
     * @param ports DNS ports: a packet counts when its source or destination port is among them
     */
    public FrameDecoder(Set<Integer> ports, MessageHandler out, CaptureCounters counters) {
        this.out = out;
        this.counters = counters;
    }

    @Override
    public void frame(
            byte[] buffer,
            int offset,
            int capturedLength,
            int wireLength,
            long timestampUs,
            int linkType) {
        counters.frame();
        var _ = out.hashCode();
    }
}
