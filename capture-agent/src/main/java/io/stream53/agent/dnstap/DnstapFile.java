package io.stream53.agent.dnstap;

import io.stream53.agent.dnstap.FrameStreamException.Kind;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of dnstap frames, as name servers and {@code fstrm_capture} write them. A file that breaks
 * off gives what it has. Its frames count as received when the message before them was sent: that
 * is the time of those that tell none.
 *
 * <p>One thread reads; any may {@link #stop}.
 */
public final class DnstapFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DnstapFile.class);

    /** An escape, the control frame's length and its type. */
    private static final int MAGIC_BYTES = 12;

    private final String name;
    private final FileChannel channel;
    private final FrameStreamReader reader;
    private volatile boolean stopped;
    private long latestUs;

    private DnstapFile(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        FrameMemory memory = new FrameMemory(2 * FrameStreamReader.MAX_FRAME_BYTES);
        this.reader = new FrameStreamReader(Channels.newInputStream(channel), null, memory);
        try {
            reader.open();
        } catch (FrameStreamException e) {
            throw new IOException(
                    "%s is no file of dnstap frames: it %s".formatted(name, e.getMessage()), e);
        }
    }

    /**
     * Opens a file, and reads up to its first frame.
     *
     * @param file path of a file; {@code -} is standard input
     * @throws IOException with one sentence when it cannot be read, or is something else
     */
    @SuppressWarnings("resource") // the file closes the channel
    public static DnstapFile open(String file) throws IOException {
        boolean standardInput = file.equals("-");
        FileChannel channel =
                standardInput
                        ? new FileInputStream(FileDescriptor.in).getChannel()
                        : FileChannel.open(Path.of(file));
        try {
            return new DnstapFile(standardInput ? "standard input" : file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether a file begins as Frame Streams do; false also when it cannot be read. */
    public static boolean isFrameStream(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(MAGIC_BYTES);
            return start.length == MAGIC_BYTES
                    && ControlFrame.u32(start, 0) == 0
                    && ControlFrame.u32(start, 4) <= ControlFrame.MAX_BYTES
                    && ControlFrame.u32(start, 8) == ControlFrame.Type.START.code();
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads the file into runs, to its end or until stopped; the runs are not finished. */
    public void run(DnstapRuns runs) throws IOException {
        DnstapStream stream = runs.stream(() -> latestUs, () -> FrameStreamReader.NOT_WAITING);
        try {
            while (!stopped && reader.next()) {
                stream.frame(reader.buffer(), reader.offset(), reader.length());
                latestUs = stream.latestUs();
            }
        } catch (FrameStreamException e) {
            LOG.warn("{} {}; what is before that was read.", name, e.getMessage());
            if (e.kind() == Kind.CUT) {
                stream.truncated();
            } else {
                stream.lostFrame();
            }
        } catch (ClosedChannelException e) {
            if (!stopped) {
                throw e;
            }
        } finally {
            stream.end(System.nanoTime());
        }
    }

    /** Makes {@link #run} end soon, also while it waits for standard input. */
    public void stop() {
        stopped = true;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", name, e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
