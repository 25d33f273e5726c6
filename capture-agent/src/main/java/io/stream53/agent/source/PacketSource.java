package io.stream53.agent.source;

import java.io.IOException;

/**
 * A stream of captured frames. One thread calls {@link #run}, once; {@link #stop} and {@link
 * #stats} may be called by any thread.
 */
public interface PacketSource extends AutoCloseable {
    /**
     * Hands every frame to the handler, and returns at the end of the input or after {@link #stop}.
     *
     * @throws IOException whose message is one clear sentence that names the source
     */
    void run(FrameHandler handler) throws IOException;

    /** Makes {@link #run} return soon, even when no frame comes. */
    void stop();

    /** What the source itself lost so far. */
    SourceStats stats();

    @Override
    void close();
}
