package io.stream53.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Loopback ports for the children. They are taken from below the range that systems give to
 * outgoing connections, so that no client socket slips in between the choice and the child's bind.
 */
final class Ports {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_767;
    private static final int ATTEMPTS = 1000;

    private final Set<Integer> given = new HashSet<>();

    /** A port that is free now and was not given before. */
    int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
            if (!given.contains(port) && isFree(port)) {
                given.add(port);
                return port;
            }
        }
        throw new UserError(
                "No free loopback port was found between %d and %d: end what occupies them."
                        .formatted(LOWEST, HIGHEST));
    }

    /**
     * The port that the user asked for, or any free one.
     *
     * @param wanted 0 for any
     * @param option the option's name, for the sentence if it is taken
     */
    int claim(int wanted, String option) {
        if (wanted == 0) {
            return free();
        }
        if (wanted < 1 || wanted > 65_535) {
            throw new UserError(
                    UserError.USAGE,
                    "%s must be a port from 1 to 65535, not %d.".formatted(option, wanted));
        }
        if (!given.add(wanted) || !isFree(wanted)) {
            throw new UserError(
                    "Port %d is taken: end what listens there, or give another with %s."
                            .formatted(wanted, option));
        }
        return wanted;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // On Linux this allows a bind over TIME_WAIT, not over a listener.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the process itself listens on the port; empty where the system has no {@code /proc}.
     */
    static Optional<Boolean> listens(long pid, int port) {
        Path process = Path.of("/proc", Long.toString(pid));
        if (!Files.isDirectory(process)) {
            return Optional.empty();
        }
        try {
            return Optional.of(listening(process).contains(port));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Set<Integer> listening(Path process) throws IOException {
        return listeningAddresses(process).stream()
                .map(address -> Integer.parseInt(address.substring(address.indexOf(':') + 1), 16))
                .collect(Collectors.toSet());
    }

    /**
     * Addresses of a process's listening sockets as proc(5) has them: address and port in
     * hexadecimal with a colon between, of IPv4 and of IPv6.
     */
    static Set<String> listeningAddresses(Path process) throws IOException {
        Set<String> own = sockets(process.resolve("fd"));
        Set<String> addresses = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            if (Files.exists(process.resolve(table))) {
                // Columns: local address 1, state 3 (0A listens), inode 9.
                Files.readAllLines(process.resolve(table)).stream()
                        .map(line -> line.strip().split("\\s+", -1))
                        .filter(columns -> columns.length > 9 && columns[3].equals("0A"))
                        .filter(columns -> own.contains("socket:[" + columns[9] + "]"))
                        .forEach(columns -> addresses.add(columns[1]));
            }
        }
        return addresses;
    }

    private static Set<String> sockets(Path descriptors) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            links.forEach(link -> sockets.add(target(link)));
        }
        return sockets;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }
}
