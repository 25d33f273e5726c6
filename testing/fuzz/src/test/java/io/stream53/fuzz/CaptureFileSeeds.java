package io.stream53.fuzz;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;

import com.github.luben.zstd.Zstd;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.PcapngWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Small files of every format and packing. */
final class CaptureFileSeeds {
    private static final long START_NS = 1_700_000_000_123_456_789L;

    private interface Packer {
        OutputStream around(OutputStream out) throws IOException;
    }

    private CaptureFileSeeds() {}

    static Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        byte[] pcap = pcap(ByteOrder.LITTLE_ENDIAN, false);
        byte[] pcapng = pcapng(ByteOrder.LITTLE_ENDIAN);
        files.put("pcap", pcap);
        files.put("pcap-big-endian-ns", pcap(ByteOrder.BIG_ENDIAN, true));
        files.put("pcapng", pcapng);
        files.put("pcapng-big-endian", pcapng(ByteOrder.BIG_ENDIAN));
        files.put("pcap.gz", PcapWriter.gzip(pcap));
        files.put("pcapng.gz.gz", PcapWriter.gzip(PcapWriter.gzip(pcapng)));
        files.put("pcap.zst", Zstd.compress(pcap));
        files.put("pcapng.xz", packed(pcapng, out -> new XZOutputStream(out, small())));
        files.put("pcap.lz4", packed(pcap, LZ4FrameOutputStream::new));
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
        files.put("pcap-skippable.zst", joined(skippable, Zstd.compress(pcap)));
        files.put("pcap-members.gz", joined(PcapWriter.gzip(pcap), PcapWriter.gzip(pcap)));
        return files;
    }

    private static LZMA2Options small() throws IOException {
        LZMA2Options options = new LZMA2Options(0);
        options.setDictSize(LZMA2Options.DICT_SIZE_MIN);
        return options;
    }

    private static byte[] asked() {
        return frame("198.51.100.7", 4000, "192.0.2.53", 53, query(7, "a.test", 1).bytes());
    }

    private static byte[] answered() {
        return frame("192.0.2.53", 53, "198.51.100.7", 4000, response(7, "a.test", 1, 3).bytes());
    }

    private static byte[] frame(String from, int fromPort, String to, int toPort, byte[] message) {
        return Frames.ethernet(
                Frames.udp(Frames.socket(from, fromPort), Frames.socket(to, toPort), message));
    }

    private static byte[] pcap(ByteOrder order, boolean nanoseconds) {
        return new PcapWriter(PcapWriter.ETHERNET, order, nanoseconds)
                .frameAtNanos(START_NS, asked())
                .frameAtNanos(START_NS + 1_000_000, answered())
                .bytes();
    }

    private static byte[] pcapng(ByteOrder order) {
        PcapngWriter writer = new PcapngWriter(order);
        return writer.describeInterface(
                        PcapWriter.ETHERNET, 65_535, PcapngWriter.resolution(9), writer.offset(60))
                .describeInterface(PcapWriter.ETHERNET, 40)
                .packet(0, START_NS, asked(), writer.u64(4, 2))
                .simplePacket(60, asked())
                .block(PcapngWriter.NAME_RESOLUTION, new byte[] {0, 0, 0, 0})
                .obsoletePacket(1, 3, START_NS / 1000, answered())
                .statistics(0, START_NS, writer.u64(5, 9), writer.u64(7, 1))
                .section(ByteOrder.BIG_ENDIAN)
                .describeInterface(PcapWriter.RAW, 0, PcapngWriter.resolution(0x94))
                .packet(0, START_NS >>> 8, new byte[] {0x45, 0, 0})
                .bytes();
    }

    private static byte[] packed(byte[] bytes, Packer packer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = packer.around(out)) {
            packing.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        return out.toByteArray();
    }
}
