package io.stream53.agent.dnstap;

/**
 * The memory that all streams together may take for frames that are longer than usual. So the many
 * connections that are allowed cannot fill the heap, each with a long frame that never ends.
 */
final class FrameMemory {
    /** For all sockets of an agent. */
    static final long BYTES = 32L << 20;

    private long free;

    FrameMemory(long bytes) {
        free = bytes;
    }

    /** Takes so many bytes, if they are there. */
    synchronized boolean take(int bytes) {
        if (bytes > free) {
            return false;
        }
        free -= bytes;
        return true;
    }

    synchronized void give(int bytes) {
        free += bytes;
    }
}
