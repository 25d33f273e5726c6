package io.stream53.agent.dnstap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A place to listen for name servers. */
public sealed interface DnstapAddress {

    /** A socket in the file system: {@code unix:/path}. */
    record Unix(Path path) implements DnstapAddress {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** A port: {@code tcp:address:port}; 0 takes a free one. */
    record Tcp(InetSocketAddress socket) implements DnstapAddress {
        @Override
        public String toString() {
            return "tcp:" + text(socket);
        }
    }

    /** A port whose connections are encrypted: {@code tls:address:port}. */
    record Tls(InetSocketAddress socket) implements DnstapAddress {
        @Override
        public String toString() {
            return "tls:" + text(socket);
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException when it is none of the three
     */
    static DnstapAddress of(String text) {
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        return switch (text.substring(0, Math.max(colon, 0))) {
            case "unix" -> new Unix(absolute(rest));
            case "tcp" -> new Tcp(socket(rest));
            case "tls" -> new Tls(socket(rest));
            default -> throw new IllegalArgumentException("neither unix: nor tcp: nor tls:");
        };
    }

    private static Path absolute(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path");
        }
        return path;
    }

    /** An IPv6 address may stand in brackets; the port follows the last colon. */
    private static InetSocketAddress socket(String text) {
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, Math.max(colon, 0));
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        // NumberFormatException is an IllegalArgumentException, and so is a port out of range
        int port = Integer.parseInt(text.substring(colon + 1));
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    /** As it is written in settings. */
    static String text(InetSocketAddress socket) {
        String address = socket.getAddress().getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + socket.getPort();
    }
}
