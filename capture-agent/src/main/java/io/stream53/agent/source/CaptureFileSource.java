package io.stream53.agent.source;

import java.io.Closeable;
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
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames of a capture file, from a path or standard input: classic pcap or pcapng, plain or packed
 * as {@link Compression} has it. What it is is told by its first bytes, never by its name.
 *
 * <p>A file that ends in the middle of a record gives what it has and says so in {@link #stats};
 * one that contradicts itself gives what came before, and then one sentence. Memory is bounded
 * whatever the file claims: {@value CaptureInput#BUFFER_BYTES} bytes, and what unpacking takes.
 */
public final class CaptureFileSource implements PacketSource {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureFileSource.class);

    private final CaptureInput input;
    private final RecordReader reader;
    private volatile boolean stopped;
    private volatile boolean atEnd;
    private volatile boolean damaged;

    private CaptureFileSource(CaptureInput input) throws IOException {
        this.input = input;
        this.reader =
                PcapngReader.recognises(input) ? new PcapngReader(input) : new PcapReader(input);
    }

    /**
     * Opens a capture and reads its header.
     *
     * @param file path of a capture; {@code -} is standard input
     * @throws PcapFormatException when it is no capture
     * @throws IOException with one sentence when it cannot be read
     */
    @SuppressWarnings("resource") // the source closes the channel
    public static CaptureFileSource open(String file) throws IOException {
        if (file.equals("-")) {
            return open(
                    "standard input",
                    // a channel, so that stop() can end a read that waits for more
                    new FileInputStream(FileDescriptor.in).getChannel());
        }
        return open(Path.of(file));
    }

    /** {@link #open(String)} of a path. */
    public static CaptureFileSource open(Path file) throws IOException {
        return open(file, Set.of(StandardOpenOption.READ));
    }

    /** {@link #open(String)} of a path that must not be a symbolic link to somewhere else. */
    public static CaptureFileSource openNoLink(Path file) throws IOException {
        return open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    @SuppressWarnings("resource") // the source closes the channel
    private static CaptureFileSource open(Path file, Set<OpenOption> options) throws IOException {
        String name = Printable.text(file);
        if (Files.isDirectory(file)) {
            throw new IOException(name + " is a folder; name a capture file.");
        }
        try {
            return open(name, FileChannel.open(file, options));
        } catch (NoSuchFileException e) {
            throw new IOException(name + " does not exist; name a capture file.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(name + " may not be read by this user.", e);
        } catch (FileSystemException e) {
            throw new IOException(name + " cannot be opened: " + e.getReason() + ".", e);
        }
    }

    @SuppressWarnings("resource") // the source closes the stream with the channel
    private static CaptureFileSource open(String name, FileChannel channel) throws IOException {
        return open(name, Channels.newInputStream(channel), channel);
    }

    /**
     * {@link #open(String)} of bytes that come from somewhere else.
     *
     * @param name of the input, for messages
     * @param bytes closed with the source
     */
    public static CaptureFileSource open(String name, InputStream bytes) throws IOException {
        return open(name, bytes, bytes);
    }

    private static CaptureFileSource open(String name, InputStream bytes, Closeable closes)
            throws IOException {
        @Nullable CaptureInput input = new CaptureInput(name, bytes, closes);
        try {
            input.unpack();
            CaptureFileSource source = new CaptureFileSource(input);
            input = null;
            return source;
        } catch (UnpackingException e) {
            throw new PcapFormatException(e.getMessage() + "; no frame was read.");
        } catch (EOFException e) {
            throw new PcapFormatException(name + " ends within its header; capture it again.");
        } finally {
            if (input != null) {
                input.close();
            }
        }
    }

    @Override
    public void run(FrameHandler handler) throws IOException {
        try {
            boolean more = true;
            while (!stopped && more) {
                more = reader.next(handler);
            }
            atEnd = !more;
        } catch (PcapFormatException e) {
            damaged = true;
            throw e;
        } catch (UnpackingException e) {
            damaged = true;
            throw new PcapFormatException(
                    "%s; the %d frames before it were read."
                            .formatted(e.getMessage(), reader.frames()));
        } catch (ClosedChannelException e) {
            if (!stopped) {
                throw e;
            }
        }
        if (input.truncated()) {
            LOG.warn(
                    "{} ends in the middle of a record; the {} frames before it were read.",
                    input.name(),
                    reader.frames());
        }
    }

    /** Whether {@link #run} came to the end of the file, and was not stopped before. */
    public boolean atEnd() {
        return atEnd;
    }

    @Override
    public void stop() {
        stopped = true;
        try {
            input.interrupt();
        } catch (IOException e) {
            LOG.debug("stopping {}", input.name(), e);
        }
    }

    @Override
    public SourceStats stats() {
        return new SourceStats(reader.kernelDropped(), input.truncated() || damaged);
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            LOG.debug("closing {}", input.name(), e);
        }
    }
}
