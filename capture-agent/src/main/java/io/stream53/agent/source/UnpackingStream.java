package io.stream53.agent.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.MemoryLimitException;

/**
 * Unpacked bytes, whose failures are three, whatever library unpacks them: the packed bytes end too
 * soon ({@link EOFException}), cannot be unpacked ({@link UnpackingException}) or cannot be read
 * (what the stream below said).
 */
final class UnpackingStream extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final String name;
    private final Compression compression;
    private final Packed packed;
    private final InputStream library;

    private UnpackingStream(
            String name, Compression compression, Packed packed, InputStream library) {
        this.name = name;
        this.compression = compression;
        this.packed = packed;
        this.library = library;
    }

    /** Reads the format's header. */
    @SuppressWarnings("resource") // closed by who opened the bytes
    static UnpackingStream open(String name, Compression compression, InputStream bytes)
            throws IOException {
        Packed packed = new Packed(bytes);
        try {
            return new UnpackingStream(name, compression, packed, compression.library(packed));
        } catch (IOException | RuntimeException e) {
            throw failure(name, compression, packed, e);
        } catch (LinkageError e) {
            throw new IOException(
                    "%s cannot be unpacked: the library for %s cannot be loaded here (%s)."
                            .formatted(name, compression.text(), e.getMessage()),
                    e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        try {
            int read = 0;
            while (read == 0 && length > 0) {
                // Some libraries give nothing at the end of a frame.
                read = library.read(to, offset, length);
            }
            return read;
        } catch (IOException | RuntimeException e) {
            throw failure(name, compression, packed, e);
        }
    }

    @Override
    public int available() throws IOException {
        return packed.available();
    }

    private static IOException failure(
            String name, Compression compression, Packed packed, Exception e) {
        if (packed.failure != null) {
            return packed.failure;
        }
        if (e instanceof EOFException || packed.ended) {
            return new EOFException(name + " ends too soon");
        }
        if (e instanceof MemoryLimitException memory) {
            return new UnpackingException(
                    "%s needs %d MiB of memory to be unpacked and may take %d MiB: pack it with xz -6"
                            .formatted(
                                    name,
                                    memory.getMemoryNeeded() >> 10,
                                    memory.getMemoryLimit() >> 10));
        }
        return new UnpackingException(
                "%s is damaged: its %s data cannot be unpacked (%s)"
                        .formatted(name, compression.text(), Printable.text(e.getMessage())));
    }

    @Override
    public void close() throws IOException {
        library.close();
    }

    /** The packed bytes, and how they ended. */
    private static final class Packed extends InputStream {
        private final BufferedInputStream in;
        boolean ended;
        @Nullable IOException failure;

        Packed(InputStream in) {
            this.in = new BufferedInputStream(in, BUFFER_BYTES);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            try {
                int read = in.read(to, offset, length);
                ended |= read < 0;
                return read;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        /**
         * {@link java.util.zip.GZIPInputStream} looks for a further member only when this is
         * positive, which a pipe may deny while its writer is slow.
         */
        @Override
        public int available() throws IOException {
            try {
                in.mark(1);
                int next = in.read();
                in.reset();
                return next < 0 ? 0 : 1;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
