package io.stream53.agent.dnstap;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A socket in the file system, which its owner and its group may connect to. */
final class UnixListener implements DnstapListener {
    private static final String PERMISSIONS = "rw-rw----";

    private final Path path;
    private final ServerSocketChannel server;
    private final @Nullable Object file;
    private final AtomicLong connections = new AtomicLong();

    private UnixListener(Path path, ServerSocketChannel server) throws IOException {
        this.path = path;
        this.server = server;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(PERMISSIONS));
        this.file = identity(path);
    }

    /** Listens; a socket that a crash has left behind is replaced. */
    static UnixListener open(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            removeStale(path);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            return new UnixListener(path, server);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "dnstap cannot be taken at unix:%s: %s; its folder must exist and be writable, and the path be short"
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    private static void removeStale(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw new IOException(
                    "dnstap cannot be taken at unix:%s: there is a file of that name, and it is no socket"
                            .formatted(path));
        }
        if (isAnswered(path)) {
            throw new IOException(
                    "dnstap cannot be taken at unix:%s: another program listens there"
                            .formatted(path));
        }
        Files.delete(path);
    }

    private static boolean isAnswered(Path path) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }

    private static @Nullable Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    @Override
    public Peer accept() throws IOException {
        SocketChannel channel = server.accept();
        return new Peer(
                "unix:%s #%d".formatted(path, connections.incrementAndGet()),
                Channels.newInputStream(channel),
                Channels.newOutputStream(channel),
                channel);
    }

    @Override
    public DnstapAddress address() {
        return new DnstapAddress.Unix(path);
    }

    /** Also removes the file, unless another has taken its place. */
    @Override
    public void close() throws IOException {
        if (!server.isOpen()) {
            return;
        }
        server.close();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && file != null
                && file.equals(identity(path))) {
            Files.deleteIfExists(path);
        }
    }
}
