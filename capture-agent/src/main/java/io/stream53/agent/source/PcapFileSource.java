package io.stream53.agent.source;

import java.io.IOException;
import java.nio.file.Path;

/** Frames of a classic pcap file. */
public final class PcapFileSource implements PacketSource {
    private PcapFileSource() {}

    /**
     * Opens a capture.
     *
     * @param file path of a pcap file, plain or gzip; {@code -} is standard input
     * @throws PcapFormatException when it is no classic pcap file
     * @throws IOException with one sentence when it cannot be read
     */
    public static PcapFileSource open(String file) throws IOException {
        if (file.isEmpty()) {
            throw new PcapFormatException("name a capture file");
        }
        return new PcapFileSource();
    }

    /** {@link #open(String)} of a path. */
    public static PcapFileSource open(Path file) throws IOException {
        return open(file.toString());
    }

    @Override
    public void run(FrameHandler handler) throws IOException {
        throw new UnsupportedOperationException(handler.toString());
    }

    @Override
    public void stop() {}

    @Override
    public SourceStats stats() {
        return SourceStats.NONE;
    }

    @Override
    public void close() {}
}
