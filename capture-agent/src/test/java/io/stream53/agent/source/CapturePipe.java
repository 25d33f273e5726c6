package io.stream53.agent.source;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;

/** A named pipe: a capture file that has no end as long as somebody may still write. */
final class CapturePipe implements Wire {
    private final Path folder;
    private final Path pipe;
    private final byte[] header;
    private final UnaryOperator<byte[]> record;
    private final FileChannel channel;

    /**
     * @param header what a file begins with
     * @param record makes a frame the record of a packet that comes now
     */
    CapturePipe(Path folder, byte[] header, UnaryOperator<byte[]> record) throws IOException {
        this.folder = folder;
        this.pipe = folder.resolve("packets.pcap");
        this.header = header;
        this.record = record;
        String mkfifo = Requires.tool("mkfifo").toString();
        Process made = new ProcessBuilder(mkfifo, pipe.toString()).start();
        try {
            Requires.that(made.waitFor() == 0, "mkfifo fails");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        channel = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public PacketSource open() throws IOException {
        write(header);
        return CaptureFileSource.open(pipe);
    }

    @Override
    public PacketSource openMissing() throws IOException {
        return CaptureFileSource.open(folder.resolve("missing.pcap"));
    }

    @Override
    public void send(byte[] frame) {
        write(record.apply(frame));
    }

    private void write(byte[] bytes) {
        try {
            channel.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
