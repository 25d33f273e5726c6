package io.stream53.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds what the children keep: the broker's logs, the registry's database, the
 * engine's indices, the agents' ledgers, and log files. One launcher at a time may use it.
 */
final class DataFolder implements AutoCloseable {
    private final Path root;
    private final boolean temporary;
    private final FileChannel lockFile;
    private final FileLock lock;
    private volatile boolean keepLogs;
    private boolean closed;

    private DataFolder(Path root, boolean temporary, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.temporary = temporary;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Opens the folder that the user named, or a temporary one that is deleted at the end.
     *
     * @throws UserError when it cannot be written or another launcher uses it
     */
    static DataFolder open(@Nullable Path named) {
        try {
            Path root =
                    named == null
                            ? Files.createTempDirectory("stream53-")
                            : Files.createDirectories(named.toAbsolutePath().normalize());
            Files.createDirectories(root.resolve("logs"));
            Files.createDirectories(root.resolve("ledgers"));
            return lock(root, named == null);
        } catch (IOException e) {
            throw new UserError(
                    "The data folder %s cannot be written (%s): name another with --data."
                            .formatted(named == null ? "in the temporary folder" : named, e));
        }
    }

    private static DataFolder lock(Path root, boolean temporary) throws IOException {
        FileChannel file =
                FileChannel.open(
                        root.resolve("in-use"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            file.close();
            throw new UserError(
                    "Another demo uses the data folder %s: end it, or name another with --data."
                            .formatted(root));
        }
        return new DataFolder(root, temporary, file, lock);
    }

    /** The folder of one part. */
    Path of(String part) {
        try {
            return Files.createDirectories(root.resolve(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log file of one child. */
    Path log(String child) {
        return root.resolve("logs").resolve(child + ".log");
    }

    /** A file for the ledger of one run of the agent; the others of the folder stay. */
    Path newLedger() {
        String name = System.currentTimeMillis() + "-" + ProcessHandle.current().pid() + ".json";
        return of("ledgers").resolve(name);
    }

    /** The captures that were read whole into this folder. */
    ReadCaptures captures() {
        return new ReadCaptures(root.resolve("captures"));
    }

    /** Something failed: the logs of a temporary folder are not deleted with the rest. */
    void keepLogs() {
        keepLogs = true;
    }

    Path root() {
        return root;
    }

    boolean temporary() {
        return temporary;
    }

    /** Lets others use the folder; a temporary one is deleted. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            lock.close();
            lockFile.close();
            if (temporary) {
                deleteContents();
            }
        } catch (IOException e) {
            System.err.println("stream53: " + root + " could not be deleted: " + e.getMessage());
        }
    }

    private void deleteContents() throws IOException {
        if (!keepLogs) {
            delete(root);
            return;
        }
        try (var parts = Files.list(root)) {
            for (Path part : parts.filter(part -> !part.endsWith("logs")).toList()) {
                delete(part);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
