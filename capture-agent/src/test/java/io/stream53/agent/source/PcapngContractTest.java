package io.stream53.agent.source;

import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.PcapngWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;

class PcapngContractTest extends PacketSourceContract<Wire> {
    @TempDir Path folder;

    @Override
    Wire wire() throws IOException {
        byte[] header = begun().bytes();
        return new CapturePipe(folder, header, frame -> block(frame, header.length));
    }

    private static PcapngWriter begun() {
        return new PcapngWriter(ByteOrder.BIG_ENDIAN).describeInterface(PcapWriter.ETHERNET, 0);
    }

    private static byte[] block(byte[] frame, int headerBytes) {
        byte[] file = begun().packet(0, System.currentTimeMillis() * 1000, frame).bytes();
        return Arrays.copyOfRange(file, headerBytes, file.length);
    }
}
