package io.stream53.agent.dnstap;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLServerSocket;

/** A socket that name servers connect to. One thread accepts; any may close. */
interface DnstapListener extends Closeable {

    /** Waits for the next name server. */
    Peer accept() throws IOException;

    /** Where it listens, the port it was given included. */
    DnstapAddress address();

    /** Whether other hosts may connect that show no certificate. */
    default boolean isOpenToOthers() {
        return false;
    }

    /**
     * A connection; closing it ends the reads of other threads.
     *
     * @param name of the other end, for logs
     */
    record Peer(String name, InputStream in, OutputStream out, Closeable socket) {}

    /** Connections that wait to be accepted. */
    int BACKLOG = 128;

    /**
     * Listens.
     *
     * @throws IOException with one sentence: the address is taken, or may not be used
     */
    static DnstapListener open(DnstapAddress address, DnstapSettings settings) throws IOException {
        return switch (address) {
            case DnstapAddress.Unix(Path path) -> UnixListener.open(path);
            case DnstapAddress.Tcp(InetSocketAddress socket) -> tcp(address, socket);
            case DnstapAddress.Tls(InetSocketAddress socket) -> tls(address, socket, settings);
        };
    }

    private static DnstapListener tcp(DnstapAddress address, InetSocketAddress at)
            throws IOException {
        try {
            ServerSocket server = new ServerSocket(at.getPort(), BACKLOG, at.getAddress());
            return new TcpListener(server, DnstapAddress.Tcp::new);
        } catch (IOException e) {
            throw cannot(address, e);
        }
    }

    private static DnstapListener tls(
            DnstapAddress address, InetSocketAddress at, DnstapSettings settings)
            throws IOException {
        var context =
                TlsFiles.context(
                        Objects.requireNonNull(settings.certificate()),
                        Objects.requireNonNull(settings.key()),
                        settings.clientAuthority());
        try {
            SSLServerSocket server =
                    (SSLServerSocket)
                            context.getServerSocketFactory()
                                    .createServerSocket(at.getPort(), BACKLOG, at.getAddress());
            server.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            server.setNeedClientAuth(settings.clientAuthority() != null);
            return new TcpListener(server, DnstapAddress.Tls::new);
        } catch (IOException e) {
            throw cannot(address, e);
        }
    }

    private static IOException cannot(DnstapAddress address, IOException e) {
        return new IOException(
                "dnstap cannot be taken at %s: %s".formatted(address, e.getMessage()), e);
    }

    int LINGER_SECONDS = 1;

    /** For {@code tcp:} and {@code tls:}, whose sockets are used alike. */
    final class TcpListener implements DnstapListener {
        private final ServerSocket server;
        private final DnstapAddress address;

        /** The address of a socket that listens. */
        @FunctionalInterface
        private interface Kind {
            DnstapAddress at(InetSocketAddress socket);
        }

        private TcpListener(ServerSocket server, Kind kind) {
            this.server = server;
            this.address = kind.at((InetSocketAddress) server.getLocalSocketAddress());
        }

        @Override
        public Peer accept() throws IOException {
            Socket socket = server.accept();
            try {
                // a name server that vanished without a word is noticed some time
                socket.setKeepAlive(true);
                if (server instanceof SSLServerSocket) {
                    // a peer that reads nothing cannot keep it open for longer
                    socket.setSoLinger(true, LINGER_SECONDS);
                }
                String name =
                        DnstapAddress.text((InetSocketAddress) socket.getRemoteSocketAddress());
                return new Peer(name, socket.getInputStream(), socket.getOutputStream(), socket);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        @Override
        public DnstapAddress address() {
            return address;
        }

        @Override
        public boolean isOpenToOthers() {
            boolean authenticated =
                    server instanceof SSLServerSocket tls && tls.getNeedClientAuth();
            return !authenticated && !server.getInetAddress().isLoopbackAddress();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
