package io.stream53.agent.source;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a capture, unpacked, through a window: as many as are wanted stand side by side in
 * one array. One thread reads; {@link #truncated} and {@link #interrupt} are for any.
 */
final class CaptureInput implements Closeable {
    /** Several records of the greatest size, so that they are seldom moved. */
    static final int BUFFER_BYTES = 1 << 20;

    private final String name;
    private InputStream in;
    private final Closeable origin;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private volatile boolean truncated;

    /**
     * @param origin what is closed to end a read that waits
     */
    CaptureInput(String name, InputStream in, Closeable origin) {
        this.name = name;
        this.in = in;
        this.origin = origin;
    }

    /** Looks at how the bytes are packed, before any is read. */
    void unpack() throws IOException {
        in = Compression.unpacked(name, in);
    }

    String name() {
        return name;
    }

    /** The array that holds the window, always the same one. */
    byte[] buffer() {
        return buffer;
    }

    /** Where the next byte stands in {@link #buffer}. */
    int position() {
        return position;
    }

    /** Steps over bytes that {@link #available} said were there. */
    void advance(int count) {
        position += count;
    }

    /**
     * Makes so many bytes stand at {@link #position}, which may move them.
     *
     * @param count {@value #BUFFER_BYTES} at most
     * @return false at the end of the input, which is noted as truncated when a part of them is
     *     there
     */
    boolean available(int count) throws IOException {
        return limit - position >= count || fill(count);
    }

    /** Bytes that stand at {@link #position} when so many are wanted: fewer at the end. */
    int peek(int count) throws IOException {
        boolean before = truncated;
        int there = available(count) ? count : limit - position;
        truncated = before;
        return there;
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
            // packed data without its end: the same as a capture without its end
            truncated = true;
            return -1;
        }
    }

    /**
     * Steps over bytes, however many.
     *
     * @return false when the input ends before, which is noted as truncated
     */
    boolean skip(long count) throws IOException {
        long left = count;
        while (left > limit - position) {
            left -= limit - position;
            position = 0;
            limit = 0;
            int read = read();
            if (read < 0) {
                truncated = true;
                return false;
            }
            limit = read;
        }
        position += (int) left;
        return true;
    }

    /** {@link #available} in the middle of a record: the input must not end here. */
    boolean availableToo(int count) throws IOException {
        boolean there = available(count);
        truncated |= !there;
        return there;
    }

    /** Whether the input ended in the middle of something. */
    boolean truncated() {
        return truncated;
    }

    /** Makes a read that waits for bytes fail. */
    void interrupt() throws IOException {
        origin.close();
    }

    @Override
    public void close() throws IOException {
        try (origin) {
            in.close();
        }
    }
}
