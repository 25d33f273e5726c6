package io.stream53.agent.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames of a classic pcap file (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds
 * (these are rounded down), plain or gzip with one or several members, from a path or standard
 * input. A file that ends in the middle of a record gives what it has and says so in {@link
 * #stats}.
 */
public final class PcapFileSource implements PacketSource {
    private static final Logger LOG = LoggerFactory.getLogger(PcapFileSource.class);

    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;

    /**
     * Longer records are damage, not packets: what libpcap allows for all links but USB and D-Bus.
     */
    private static final int MAX_RECORD_BYTES = 262_144;

    /** Several records of the greatest size, so that they are seldom moved. */
    private static final int BUFFER_BYTES = 1 << 20;

    private static final int GZIP_MAGIC = 0x1f8b;

    private final String name;
    private final FileChannel channel;
    private final InputStream in;
    private final PcapHeader header;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long records;
    private volatile boolean stopped;
    private volatile boolean truncated;

    private PcapFileSource(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        this.in = decompressed(name, new BufferedInputStream(Channels.newInputStream(channel)));
        this.header = PcapHeader.read(name, headerBytes());
    }

    /**
     * Opens a capture and reads its header.
     *
     * @param file path of a pcap file, plain or gzip; {@code -} is standard input
     * @throws PcapFormatException when it is no classic pcap file
     * @throws IOException with one sentence when it cannot be read
     */
    @SuppressWarnings("resource") // the source closes the channel
    public static PcapFileSource open(String file) throws IOException {
        if (file.equals("-")) {
            return open(
                    "standard input",
                    // a channel, so that stop() can end a read that waits for more
                    new FileInputStream(FileDescriptor.in).getChannel());
        }
        return open(Path.of(file));
    }

    /** {@link #open(String)} of a path. */
    @SuppressWarnings("resource") // the source closes the channel
    public static PcapFileSource open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; name a capture file.");
        }
        try {
            return open(file.toString(), FileChannel.open(file));
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist; name a capture file.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + " may not be read by this user.", e);
        } catch (FileSystemException e) {
            throw new IOException(file + " cannot be opened: " + e.getReason() + ".", e);
        }
    }

    private static PcapFileSource open(String name, FileChannel channel) throws IOException {
        try {
            return new PcapFileSource(name, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static InputStream decompressed(String name, BufferedInputStream raw)
            throws IOException {
        raw.mark(2);
        int magic = raw.read() << 8 | raw.read();
        raw.reset();
        if (magic != GZIP_MAGIC) {
            return raw;
        }
        try {
            return new GZIPInputStream(new HonestlyAvailable(raw), 1 << 16);
        } catch (EOFException | ZipException e) {
            throw new PcapFormatException(name + " is not a gzip file that can be read.");
        }
    }

    private byte[] headerBytes() throws IOException {
        try {
            return in.readNBytes(FILE_HEADER_BYTES);
        } catch (EOFException | ZipException e) {
            throw new PcapFormatException(name + " is not a gzip file that can be read.");
        }
    }

    /** LINKTYPE_ value of every frame in the file. */
    public int linkType() {
        return header.linkType();
    }

    @Override
    public void run(FrameHandler handler) throws IOException {
        try {
            while (!stopped && record(handler)) {
                records++;
            }
        } catch (ClosedChannelException e) {
            if (!stopped) {
                throw e;
            }
        }
        if (truncated) {
            LOG.warn(
                    "{} ends in the middle of a record; the {} before it were read.",
                    name,
                    records);
        }
    }

    private boolean record(FrameHandler handler) throws IOException {
        if (!available(RECORD_HEADER_BYTES)) {
            return false;
        }
        int at = position;
        long seconds = header.u32(buffer, at);
        long fraction = header.u32(buffer, at + 4);
        long captured = header.u32(buffer, at + 8);
        long wire = header.u32(buffer, at + 12);
        if (captured > MAX_RECORD_BYTES || wire > Integer.MAX_VALUE) {
            throw new PcapFormatException(
                    "%s is damaged: record %d claims %d captured bytes of %d; the %d before it were read."
                            .formatted(name, records + 1, captured, wire, records));
        }
        int length = (int) captured;
        if (!available(RECORD_HEADER_BYTES + length)) {
            return false;
        }
        int start = position + RECORD_HEADER_BYTES;
        position = start + length;
        handler.frame(
                buffer,
                start,
                length,
                Math.max(length, (int) wire),
                header.microseconds(seconds, fraction),
                header.linkType());
        return true;
    }

    /** True when so many bytes stand at {@link #position}; false at the end of the input. */
    private boolean available(int count) throws IOException {
        return limit - position >= count || fill(count);
    }

    private boolean fill(int count) throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        while (limit < count) {
            int read = read();
            if (read < 0) {
                truncated |= limit > 0;
                return false;
            }
            limit += read;
        }
        return true;
    }

    private int read() throws IOException {
        try {
            return in.read(buffer, limit, buffer.length - limit);
        } catch (EOFException e) {
            // gzip without its end: the same as a pcap file without its end
            truncated = true;
            return -1;
        } catch (ZipException e) {
            throw new PcapFormatException(
                    "%s is damaged: its gzip data cannot be unpacked after %d records."
                            .formatted(name, records));
        }
    }

    @Override
    public void stop() {
        stopped = true;
        close();
    }

    @Override
    public SourceStats stats() {
        return new SourceStats(0, truncated);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing {}", name, e);
        }
    }

    /**
     * {@link GZIPInputStream} looks for a further member only when {@code available()} is positive,
     * which a pipe may deny while its writer is slow.
     */
    private static final class HonestlyAvailable extends InputStream {
        private final BufferedInputStream in;

        HonestlyAvailable(BufferedInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            return in.read(to, offset, length);
        }

        @Override
        public int available() throws IOException {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next < 0 ? 0 : 1;
        }
    }
}
