package io.stream53.agent.publish;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A spool's folder, locked, and what it remembers of the topic. */
final class SpoolFolder implements AutoCloseable {
    private static final String TOPIC = "topic";
    private static final String PARTITIONS = "partitions";

    private final Path path;
    private final FileChannel lock;

    private SpoolFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Locks a folder, made when it is missing.
     *
     * @throws IOException with one sentence when it cannot be written to or another process has it
     */
    static SpoolFolder open(Path path) throws IOException {
        FileChannel channel;
        try {
            SpoolFiles.createFolder(path);
            channel = SpoolFiles.open(path.resolve("lock"));
        } catch (IOException e) {
            throw new IOException("the spool %s cannot be written to: %s".formatted(path, e), e);
        }
        if (!isLocked(channel)) {
            channel.close();
            throw new IOException(
                    "the spool %s is in use by another agent: give each its own folder"
                            .formatted(path));
        }
        return new SpoolFolder(path, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** The states of runs that have not ended. */
    List<Path> runs() throws IOException {
        return named("run-[0-9a-f]{16}\\.state");
    }

    /** Segments, those made first in front. */
    List<Path> segments() throws IOException {
        return named("segment-[0-9]{6,9}\\.log");
    }

    private List<Path> named(String pattern) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .sorted()
                    .toList();
        }
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * The topic's number of partitions as it was at an earlier start; 0 when there was none.
     *
     * @throws IOException with one sentence when the folder belongs to another topic, or when what
     *     it remembers cannot be read
     */
    int partitions(String topic) throws IOException {
        Path file = file("topic");
        if (!Files.exists(file)) {
            return 0;
        }
        Properties kept = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            kept.load(in);
        } catch (IllegalArgumentException e) {
            throw new IOException("the spool's file %s is damaged: delete it".formatted(file), e);
        }
        String of = kept.getProperty(TOPIC, "");
        if (!of.equals(topic)) {
            throw new IOException(
                    "the spool %s belongs to the topic %s, not to %s: give each topic its own folder"
                            .formatted(path, of, topic));
        }
        try {
            return Math.max(0, Integer.parseInt(kept.getProperty(PARTITIONS, "")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Remembers the topic for a start without Kafka. */
    void remember(String topic, int partitions) throws IOException {
        Path file = file("topic");
        Path temporary = file("topic.new");
        Files.deleteIfExists(temporary);
        Properties kept = new Properties();
        kept.setProperty(TOPIC, topic);
        kept.setProperty(PARTITIONS, Integer.toString(partitions));
        SpoolFiles.open(temporary).close();
        try (var out = Files.newBufferedWriter(temporary)) {
            kept.store(out, null);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Where the schema's id is kept for a start without the registry. */
    static @Nullable Path schemaIds(KafkaSettings settings, @Nullable Path spool) {
        return settings.schemaCache() != null || spool == null
                ? settings.schemaCache()
                : spool.resolve("schema-ids");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("the spool's lock cannot be given back", e);
        }
    }
}
