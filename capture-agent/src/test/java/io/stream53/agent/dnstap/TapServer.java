package io.stream53.agent.dnstap;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Stands for a name server that is connected to the agent. */
public final class TapServer implements Closeable {
    private final InputStream in;
    private final FrameStreamWriter writer;
    private final Closeable socket;

    private TapServer(InputStream in, OutputStream out, Closeable socket) {
        this.in = in;
        this.writer = new FrameStreamWriter(out);
        this.socket = socket;
    }

    public static TapServer over(Socket socket) throws IOException {
        return new TapServer(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    public static TapServer at(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        return new TapServer(
                Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }

    /** READY, ACCEPT, START. */
    public TapServer handshake() throws IOException {
        writer.handshake(in);
        return this;
    }

    /** START alone, as writers that do not listen send it. */
    public TapServer start() throws IOException {
        return startOf(ControlFrame.DNSTAP);
    }

    public TapServer startOf(String contentType) throws IOException {
        writer.control(ControlFrame.Type.START, contentType);
        return this;
    }

    /** A client's query. */
    public TapServer query(String identity, long timeUs, byte[] dns) throws IOException {
        writer.data(TapFrame.client(false, timeUs, dns).identity(identity).bytes());
        return this;
    }

    public TapServer raw(byte[] bytes) throws IOException {
        writer.raw(bytes);
        return this;
    }

    /** STOP, FINISH. */
    public void finish() throws IOException {
        writer.control(ControlFrame.Type.STOP);
        FrameStreamWriter.expect(in, ControlFrame.Type.FINISH);
    }

    /** Waits for the agent to close the connection. */
    public boolean isClosedByAgent() {
        try {
            while (in.read() >= 0) {
                // an alert of TLS, for example
            }
            return true;
        } catch (IOException reset) {
            return true;
        }
    }

    /** The server is gone without a word. */
    public void breakOff() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
