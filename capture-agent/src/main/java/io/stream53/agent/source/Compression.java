package io.stream53.agent.source;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The ways a capture may be packed, told by its first bytes. Each may have several members, frames
 * or streams one after the other, as {@code cat} makes them.
 */
enum Compression {
    GZIP("gzip"),
    ZSTD("zstd"),
    XZ("xz"),
    LZ4("lz4");

    /** Packed files in a packed file: more is not looked into. */
    private static final int MAX_LAYERS = 2;

    private static final int MAGIC_BYTES = 6;
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int ZSTD_MAGIC = 0x28b52ffd;
    private static final int LZ4_MAGIC = 0x04224d18;
    private static final long XZ_MAGIC = 0xfd37_7a58_5a00L;

    /**
     * A frame of zstd or LZ4 that holds something else and is skipped: 0x184D2A50 to 0x184D2A5F,
     * little-endian (RFC 8878, section 3.1.2).
     */
    private static final int SKIPPABLE_MAGIC = 0x502a4d18;

    private static final int SKIPPABLE_MASK = 0xf0ffffff;

    /** What {@code xz -9} asks for (65 MiB), the most that its presets do. */
    private static final long XZ_MAX_MEMORY_KIB = 66 * 1024;

    private static final int BUFFER_BYTES = 1 << 16;

    private final String text;

    Compression(String text) {
        this.text = text;
    }

    /** Name of the format for people. */
    String text() {
        return text;
    }

    /**
     * The bytes as they are, or unpacked when they begin as one of the formats does. They are
     * closed with what is returned, and when it fails.
     *
     * @param name of the input, for messages
     * @throws UnpackingException when they cannot be unpacked
     * @throws java.io.EOFException when they end in the format's header
     */
    static InputStream unpacked(String name, InputStream bytes) throws IOException {
        PushbackInputStream layer = new PushbackInputStream(bytes, MAGIC_BYTES);
        try {
            Compression compression = detect(layer);
            for (int layers = 0; compression != null; layers++) {
                if (layers == MAX_LAYERS) {
                    throw new UnpackingException(
                            name
                                    + " is packed more than twice: unpack it, and name what is inside");
                }
                layer =
                        new PushbackInputStream(
                                UnpackingStream.open(name, compression, layer), MAGIC_BYTES);
                compression = detect(layer);
            }
            return layer;
        } catch (IOException e) {
            // some libraries hold memory that is not on the heap
            layer.close();
            throw e;
        }
    }

    private static @Nullable Compression detect(PushbackInputStream in) throws IOException {
        byte[] magic = peek(in);
        while ((number(magic, 4) & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
            // Both formats have these frames: the one behind them tells.
            in.skipNBytes(4);
            in.skipNBytes(
                    Integer.toUnsignedLong(
                            Integer.reverseBytes((int) number(in.readNBytes(4), 4))));
            magic = peek(in);
        }
        if (number(magic, 2) == GZIP_MAGIC) {
            return GZIP;
        }
        if (number(magic, 6) == XZ_MAGIC) {
            return XZ;
        }
        return switch ((int) number(magic, 4)) {
            case ZSTD_MAGIC -> ZSTD;
            case LZ4_MAGIC -> LZ4;
            default -> null;
        };
    }

    private static byte[] peek(PushbackInputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC_BYTES);
        in.unread(magic);
        return magic;
    }

    /** The first bytes as a big-endian number; 0 when there are fewer. */
    private static long number(byte[] bytes, int count) {
        long number = 0;
        for (int i = 0; i < count && bytes.length >= count; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }

    /** The library's stream, which throws what it likes. */
    InputStream library(InputStream packed) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPInputStream(packed, BUFFER_BYTES);
            case ZSTD -> new ZstdInputStreamNoFinalizer(packed);
            case XZ -> new XZInputStream(packed, xzMemoryKib());
            case LZ4 -> new LZ4FrameInputStream(packed);
        };
    }

    /** Its dictionary is on the heap, half of which must do. */
    private static int xzMemoryKib() {
        return (int) Math.min(XZ_MAX_MEMORY_KIB, Runtime.getRuntime().maxMemory() / 2 / 1024);
    }
}
