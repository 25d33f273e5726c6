package io.stream53.agent.source;

import io.stream53.fixtures.PcapWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;

class CaptureFileSourceContractTest extends PacketSourceContract<Wire> {
    @TempDir Path folder;

    @Override
    Wire wire() throws IOException {
        byte[] header = new PcapWriter(PcapWriter.ETHERNET).bytes();
        return new CapturePipe(folder, header, frame -> record(frame, header.length));
    }

    private static byte[] record(byte[] frame, int headerBytes) {
        PcapWriter one = new PcapWriter(PcapWriter.ETHERNET);
        byte[] file = one.frame(System.currentTimeMillis() * 1000, frame).bytes();
        return Arrays.copyOfRange(file, headerBytes, file.length);
    }
}
