package io.stream53.agent.source;

import java.io.IOException;

/** Where a source under test gets its frames from. */
interface Wire extends AutoCloseable {
    /** The source of what is sent from now on. */
    PacketSource open() throws IOException;

    /** A source of the same kind whose input is missing. */
    PacketSource openMissing() throws IOException;

    /** Sends a frame of Ethernet. */
    void send(byte[] frame);

    @Override
    void close();
}
