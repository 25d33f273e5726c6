package io.stream53.agent.source;

import java.io.IOException;
import java.util.Arrays;

/**
 * Records of a classic pcap file (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds
 * (these are rounded down), and the longer record headers of the modified format.
 */
final class PcapReader implements RecordReader {
    /**
     * Longer records are damage, not packets: what libpcap allows for all links but USB and D-Bus.
     */
    static final int MAX_FRAME_BYTES = 262_144;

    private final CaptureInput input;
    private final PcapHeader header;
    private final int recordHeaderBytes;
    private long frames;

    PcapReader(CaptureInput input) throws IOException {
        this.input = input;
        int there = input.peek(PcapHeader.BYTES);
        byte[] bytes =
                Arrays.copyOfRange(input.buffer(), input.position(), input.position() + there);
        this.header = PcapHeader.read(input.name(), bytes);
        this.recordHeaderBytes = header.recordHeaderBytes();
        input.advance(there);
    }

    @Override
    public boolean next(FrameHandler handler) throws IOException {
        if (!input.available(recordHeaderBytes)) {
            return false;
        }
        byte[] buffer = input.buffer();
        int at = input.position();
        long seconds = header.u32(buffer, at);
        long fraction = header.u32(buffer, at + 4);
        long captured = header.u32(buffer, at + 8);
        long wire = header.u32(buffer, at + 12);
        if (captured > MAX_FRAME_BYTES || wire > Integer.MAX_VALUE) {
            throw new PcapFormatException(
                    "%s is damaged: record %d claims %d captured bytes of %d; the %d before it were read."
                            .formatted(input.name(), frames + 1, captured, wire, frames));
        }
        int length = (int) captured;
        if (!input.available(recordHeaderBytes + length)) {
            return false;
        }
        int start = input.position() + recordHeaderBytes;
        input.advance(recordHeaderBytes + length);
        frames++;
        handler.frame(
                buffer,
                start,
                length,
                Math.max(length, (int) wire),
                header.microseconds(seconds, fraction),
                header.linkType());
        return true;
    }

    @Override
    public long frames() {
        return frames;
    }

    /** The format has no place for it. */
    @Override
    public long kernelDropped() {
        return 0;
    }
}
