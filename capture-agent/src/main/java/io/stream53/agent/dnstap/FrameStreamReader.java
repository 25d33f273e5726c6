package io.stream53.agent.dnstap;

import io.stream53.agent.dnstap.FrameStreamException.Kind;
import io.stream53.agent.source.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data frames of a Frame Streams stream, in either of its two forms. In a file, and from
 * writers that only write, it is START, data frames, STOP. A writer that listens as well says READY
 * first, waits for ACCEPT before START, and for FINISH after STOP.
 *
 * <p>A data frame is its length in 32 bits, big-endian, and that many bytes; a length of 0 is the
 * escape before a {@link ControlFrame}. The buffer grows with what has come, never with what a
 * length promises. One thread reads; others may ask for {@link #unfinishedFrame} and {@link
 * #waitingSinceNs}.
 */
final class FrameStreamReader {
    /** Room for two messages of the greatest size, and what dnstap says of them. */
    static final int MAX_FRAME_BYTES = 256 * 1024;

    static final int BUFFER_BYTES = 16 * 1024;

    static final long NOT_WAITING = Long.MIN_VALUE;

    private static final int LENGTH_BYTES = 4;

    private final InputStream in;
    private final @Nullable OutputStream out;
    private final FrameMemory memory;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int offset;
    private int length;
    private boolean bidirectional;
    private boolean inFrame;
    private long frames;
    private volatile long unfinished = -1;
    private volatile long waitingSinceNs = NOT_WAITING;

    /**
     * A reader at the beginning of a stream.
     *
     * @param out where answers go; null for a file
     * @param memory for frames longer than usual
     */
    FrameStreamReader(InputStream in, @Nullable OutputStream out, FrameMemory memory) {
        this.in = in;
        this.out = out;
        this.memory = memory;
    }

    /**
     * Reads up to the first data frame, and answers as the writer expects.
     *
     * @throws FrameStreamException of kind REFUSED when this is no stream of dnstap frames
     */
    void open() throws IOException {
        ControlFrame first = firstControlFrame();
        if (first.type() == ControlFrame.Type.READY && out != null) {
            refuseOtherContent(first);
            bidirectional = true;
            answer(ControlFrame.Type.ACCEPT, List.of(ControlFrame.DNSTAP));
            first = firstControlFrame();
        }
        if (first.type() != ControlFrame.Type.START) {
            throw refused("begins with %s instead of START".formatted(first.type()));
        }
        refuseOtherContent(first);
    }

    private ControlFrame firstControlFrame() throws IOException {
        if (!require(LENGTH_BYTES) || ControlFrame.u32(buffer, position) != 0) {
            throw refused("does not begin as Frame Streams do");
        }
        position += LENGTH_BYTES;
        ControlFrame frame = controlFrame();
        if (frame == null) {
            throw refused("begins with a control frame that cannot be read");
        }
        return frame;
    }

    private static void refuseOtherContent(ControlFrame frame) throws FrameStreamException {
        if (!frame.isOfDnstap()) {
            throw refused(
                    "carries \"%s\" and not %s"
                            .formatted(
                                    Printable.whole(frame.contentTypes().getFirst()),
                                    ControlFrame.DNSTAP));
        }
    }

    private static FrameStreamException refused(String predicate) {
        return new FrameStreamException(Kind.REFUSED, predicate);
    }

    private void answer(ControlFrame.Type type, List<String> contentTypes) throws IOException {
        if (out != null) {
            out.write(new ControlFrame(type, contentTypes).encode());
            out.flush();
        }
    }

    /**
     * Goes to the next data frame: {@link #length} bytes of {@link #buffer} from {@link #offset},
     * valid until the next call.
     *
     * @return false at the end: a STOP, which is answered, or an end of the input between frames
     * @throws FrameStreamException when the stream breaks off or cannot be read further
     */
    boolean next() throws IOException {
        inFrame = false;
        if (!require(LENGTH_BYTES)) {
            if (limit > position) {
                throw new FrameStreamException(Kind.CUT, "ended within a frame");
            }
            return false;
        }
        inFrame = true;
        length = ControlFrame.u32(buffer, position);
        position += LENGTH_BYTES;
        if (length == 0) {
            stop();
            return false;
        }
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw broken(
                    "sent a frame of %d bytes, where %d are allowed"
                            .formatted(Integer.toUnsignedLong(length), MAX_FRAME_BYTES));
        }
        if (!require(length)) {
            throw new FrameStreamException(Kind.CUT, "ended within a frame");
        }
        offset = position;
        position += length;
        frames++;
        return true;
    }

    private void stop() throws IOException {
        ControlFrame frame = controlFrame();
        if (frame == null || frame.type() != ControlFrame.Type.STOP) {
            throw broken(
                    "sent a control frame between data frames that is no STOP"
                            + (frame == null ? "" : " but " + frame.type()));
        }
        if (bidirectional) {
            try {
                answer(ControlFrame.Type.FINISH, List.of());
            } catch (IOException gone) {
                // servers that end do not all wait for it, and all has been read
                return;
            }
        }
    }

    private static FrameStreamException broken(String predicate) {
        return new FrameStreamException(Kind.BROKEN, predicate);
    }

    /** The control frame behind an escape; null when it is none. */
    private @Nullable ControlFrame controlFrame() throws IOException {
        if (!require(LENGTH_BYTES)) {
            return null;
        }
        int bytes = ControlFrame.u32(buffer, position);
        if (bytes < 0 || bytes > ControlFrame.MAX_BYTES) {
            return null;
        }
        position += LENGTH_BYTES;
        if (!require(bytes)) {
            return null;
        }
        position += bytes;
        return ControlFrame.parse(buffer, position - bytes, position);
    }

    /** Whether so many bytes are there: reads until they are, or the input ends. */
    private boolean require(int bytes) throws IOException {
        while (limit - position < bytes) {
            makeRoom();
            unfinished = inFrame || limit > position ? frames : -1;
            waitingSinceNs = System.nanoTime();
            int read = in.read(buffer, limit, buffer.length - limit);
            waitingSinceNs = NOT_WAITING;
            unfinished = -1;
            if (read < 0) {
                return false;
            }
            limit += read;
        }
        return true;
    }

    private void makeRoom() throws FrameStreamException {
        if (position == limit) {
            position = 0;
            limit = 0;
            shrink();
        } else if (limit == buffer.length && position > 0) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        } else if (limit == buffer.length) {
            if (!memory.take(buffer.length)) {
                throw broken("sent a long frame while many others do");
            }
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }

    private void shrink() {
        if (buffer.length > BUFFER_BYTES) {
            memory.give(buffer.length - BUFFER_BYTES);
            buffer = new byte[BUFFER_BYTES];
        }
    }

    /** Nothing more is read: what the buffer took is free for others. */
    void release() {
        shrink();
    }

    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /**
     * The number of the frame whose end is waited for; -1 while none is. A peer that keeps one
     * number for long sends too slowly.
     */
    long unfinishedFrame() {
        return unfinished;
    }

    /** Since when more is waited for, in {@link System#nanoTime}, or {@link #NOT_WAITING}. */
    long waitingSinceNs() {
        return waitingSinceNs;
    }
}
