package io.stream53.fuzz;

import io.stream53.agent.source.CaptureFileSource;
import io.stream53.agent.source.FrameHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Capture files, plain or packed: the input is one. */
public final class CaptureFileFuzzer {
    private static final String NAME = "the input";

    /** A few bytes unpack to very many frames without end or length, which would take long. */
    private static final int MAX_FRAMES = 2000;

    private static final int MAX_FRAME_BYTES = 1 << 18;
    private static final int MAX_SENTENCE = 400;

    private CaptureFileFuzzer() {}

    /** Reads the file; what cannot be read is told in a sentence. */
    public static void fuzzerTestOneInput(byte[] data) {
        try (CaptureFileSource source =
                CaptureFileSource.open(NAME, new ByteArrayInputStream(data))) {
            source.run(checking(source));
            Broken.unless(source.stats().kernelDropped() >= 0, "drops below zero");
        } catch (IOException e) {
            check(String.valueOf(e.getMessage()));
        }
    }

    private static FrameHandler checking(CaptureFileSource source) {
        int[] frames = {0};
        return (buffer, offset, captured, wire, timestampUs, linkType) -> {
            Broken.unless(
                    offset >= 0 && captured >= 0 && captured <= buffer.length - offset,
                    "a frame out of bounds");
            Broken.unless(captured <= MAX_FRAME_BYTES, "a frame of " + captured + " bytes");
            Broken.unless(wire >= captured, "more captured than there was");
            Broken.unless(linkType >= 0 && linkType <= 0xffff, "link type " + linkType);
            if (++frames[0] == MAX_FRAMES) {
                source.stop();
            }
        };
    }

    private static void check(String sentence) {
        Broken.unless(
                sentence.startsWith(NAME) && sentence.endsWith("."), "no sentence: " + sentence);
        Broken.unless(sentence.length() <= MAX_SENTENCE, "a long sentence: " + sentence);
        Broken.unless(
                sentence.chars().noneMatch(Character::isISOControl),
                "a sentence with control characters: " + sentence);
    }
}
