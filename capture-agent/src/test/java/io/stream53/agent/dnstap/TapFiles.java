package io.stream53.agent.dnstap;

import static io.stream53.fixtures.DnsMessageBuilder.query;

import io.stream53.fixtures.DnsMessageBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Files of frames. */
public final class TapFiles {
    private TapFiles() {}

    /** Queries of tap1 and tap2 in turn, so many of each, a millisecond apart. */
    public static byte[] twoNodes(long startUs, int ofEach) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 2 * ofEach; i++) {
            byte[] dns = query(i, "example.com", DnsMessageBuilder.A).bytes();
            TapFrame frame = TapFrame.client(false, startUs + i * 1000L, dns);
            frames.add(frame.identity(i % 2 == 0 ? "tap1" : "tap2").bytes());
        }
        return FrameStreamWriter.file(frames);
    }

    /** Frame Streams, but not of dnstap. */
    public static byte[] ofOtherContent() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new FrameStreamWriter(bytes)
                    .control(ControlFrame.Type.START, "text:other")
                    .control(ControlFrame.Type.STOP);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
