package io.stream53.agent.dnstap;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A name server's end of Frame Streams. */
final class FrameStreamWriter {
    private final OutputStream out;

    FrameStreamWriter(OutputStream out) {
        this.out = out;
    }

    /** A stream from START to STOP. */
    static byte[] file(List<byte[]> frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            FrameStreamWriter writer = new FrameStreamWriter(bytes);
            writer.control(ControlFrame.Type.START, ControlFrame.DNSTAP);
            for (byte[] frame : frames) {
                writer.data(frame);
            }
            writer.control(ControlFrame.Type.STOP);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    FrameStreamWriter control(ControlFrame.Type type, String... contentTypes) throws IOException {
        out.write(new ControlFrame(type, List.of(contentTypes)).encode());
        return this;
    }

    FrameStreamWriter data(byte[] frame) throws IOException {
        return number(frame.length).raw(frame);
    }

    FrameStreamWriter number(int value) throws IOException {
        return raw(ByteBuffer.allocate(4).putInt(value).array());
    }

    FrameStreamWriter raw(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** READY, ACCEPT, START. */
    FrameStreamWriter handshake(InputStream in) throws IOException {
        control(ControlFrame.Type.READY, ControlFrame.DNSTAP);
        expect(in, ControlFrame.Type.ACCEPT, ControlFrame.DNSTAP);
        return control(ControlFrame.Type.START, ControlFrame.DNSTAP);
    }

    static void expect(InputStream in, ControlFrame.Type type, String... contentTypes)
            throws IOException {
        byte[] expected = new ControlFrame(type, List.of(contentTypes)).encode();
        byte[] came = new byte[expected.length];
        new DataInputStream(in).readFully(came);
        if (!Arrays.equals(came, expected)) {
            throw new AssertionError("another control frame than " + type);
        }
    }
}
