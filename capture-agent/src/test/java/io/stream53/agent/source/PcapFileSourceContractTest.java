package io.stream53.agent.source;

import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;

class PcapFileSourceContractTest extends PacketSourceContract<Wire> {
    @TempDir Path folder;

    /** A named pipe: a file that has no end as long as somebody may still write. */
    private final class Pipe implements Wire {
        private final Path pipe = folder.resolve("packets.pcap");
        private final FileChannel channel;

        Pipe() throws IOException {
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
            write(new PcapWriter(PcapWriter.ETHERNET).bytes());
            return PcapFileSource.open(pipe);
        }

        @Override
        public PacketSource openMissing() throws IOException {
            return PcapFileSource.open(folder.resolve("missing.pcap"));
        }

        @Override
        public void send(byte[] frame) {
            PcapWriter one = new PcapWriter(PcapWriter.ETHERNET);
            int header = one.bytes().length;
            byte[] file = one.frame(System.currentTimeMillis() * 1000, frame).bytes();
            write(Arrays.copyOfRange(file, header, file.length));
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

    @Override
    Wire wire() throws IOException {
        return new Pipe();
    }
}
