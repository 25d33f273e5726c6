package io.stream53.agent.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a capture that is in memory gives: each frame as one text. */
final class ReadFrames {
    /** {@code <microseconds> <hex>/<length on the wire> <link type>} of each. */
    final List<String> frames = new ArrayList<>();

    private SourceStats stats = SourceStats.NONE;

    static ReadFrames of(byte[] file) throws IOException {
        ReadFrames read = new ReadFrames();
        read.read(file);
        return read;
    }

    /** Reads a capture, whose frames before an error are kept. */
    void read(byte[] file) throws IOException {
        try (CaptureFileSource source =
                CaptureFileSource.open("capture", new ByteArrayInputStream(file))) {
            try {
                source.run(this::note);
            } finally {
                stats = source.stats();
            }
        }
    }

    private void note(byte[] buffer, int offset, int captured, int wire, long us, int link) {
        String hex = HexFormat.of().formatHex(buffer, offset, offset + captured);
        frames.add("%d %s/%d %d".formatted(us, hex, wire, link));
    }

    long dropped() {
        return stats.kernelDropped();
    }

    boolean truncated() {
        return stats.truncated();
    }
}
