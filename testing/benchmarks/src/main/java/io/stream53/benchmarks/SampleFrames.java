package io.stream53.benchmarks;

import io.stream53.agent.source.CaptureFileSource;
import io.stream53.agent.source.FrameHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The first frames of the bundled capture, in memory. */
final class SampleFrames {
    /** As many as every benchmark handles in one call. */
    static final int COUNT = 8000;

    static final SampleFrames NONE = new SampleFrames(List.of());

    private record Frame(byte[] bytes, int wireLength, long timestampUs, int linkType) {}

    private final List<Frame> frames;

    private SampleFrames(List<Frame> frames) {
        this.frames = frames;
    }

    static SampleFrames load() throws IOException {
        String root = System.getProperty("stream53.root", ".");
        List<Frame> frames = new ArrayList<>();
        try (CaptureFileSource source =
                CaptureFileSource.open(
                        Path.of(root, "deploy", "standalone", "sample", "sample.pcap.gz"))) {
            source.run(
                    (buffer, offset, captured, wire, time, linkType) -> {
                        byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + captured);
                        frames.add(new Frame(bytes, wire, time, linkType));
                    });
        }
        if (frames.size() < COUNT) {
            throw new IOException("the bundled capture has only " + frames.size() + " frames");
        }
        return new SampleFrames(List.copyOf(frames.subList(0, COUNT)));
    }

    void run(FrameHandler handler) {
        for (Frame frame : frames) {
            handler.frame(
                    frame.bytes(),
                    0,
                    frame.bytes().length,
                    frame.wireLength(),
                    frame.timestampUs(),
                    frame.linkType());
        }
    }
}
