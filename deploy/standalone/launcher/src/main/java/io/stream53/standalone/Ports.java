package io.stream53.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

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
            Set<String> inodes = listeners(process.resolve("net/tcp"), port);
            inodes.addAll(listeners(process.resolve("net/tcp6"), port));
            return Optional.of(holdsOneOf(process.resolve("fd"), inodes));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Inodes of listening sockets on the port; columns as in proc(5): local address 1, state 3,
     * inode 9.
     */
    private static Set<String> listeners(Path table, int port) throws IOException {
        String suffix = ":%04X".formatted(port);
        Set<String> inodes = new HashSet<>();
        if (!Files.exists(table)) {
            return inodes;
        }
        for (String line : Files.readAllLines(table)) {
            String[] columns = line.trim().split("\\s+", -1);
            if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals("0A")) {
                inodes.add("socket:[" + columns[9] + "]");
            }
        }
        return inodes;
    }

    private static boolean holdsOneOf(Path descriptors, Set<String> inodes) throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (inodes.contains(target(link))) {
                    return true;
                }
            }
        }
        return false;
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
