package io.stream53.agent.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of a folder that were read, in a hidden file in it: one line for each, with its size,
 * its time, its identity and its name. It survives crashes, holds only what is still in the folder,
 * and so is no longer than the folder.
 */
final class ReadList {
    static final String NAME = ".stream53-read";

    /** Lines of files that are gone, before the list is written anew. */
    private static final int MAX_STALE = 1000;

    private final Path list;
    private final Set<String> lines;

    private ReadList(Path list, Set<String> lines) {
        this.list = list;
        this.lines = lines;
    }

    /**
     * @throws IOException with one sentence when the folder cannot keep a list
     */
    static ReadList open(Path folder) throws IOException {
        Path list = folder.resolve(NAME);
        Set<String> lines = new HashSet<>();
        try {
            // A byte for a character: what a crash or somebody else left in it harms nothing.
            lines.addAll(Files.readAllLines(list, ISO_8859_1));
        } catch (NoSuchFileException none) {
            return new ReadList(list, lines).written();
        } catch (IOException e) {
            throw new IOException("%s cannot be read: %s.".formatted(list, e), e);
        }
        return new ReadList(list, lines).written();
    }

    boolean isRead(FolderFile file) {
        return lines.contains(line(file));
    }

    boolean isUnreadable(FolderFile file) {
        return lines.contains(unreadable(file));
    }

    /** Notes a file that was read; it is on the disk when this returns. */
    void addRead(FolderFile file) throws IOException {
        add(line(file));
    }

    /** Notes a file that cannot be read. */
    void addUnreadable(FolderFile file) throws IOException {
        add(unreadable(file));
    }

    private void add(String line) throws IOException {
        if (lines.add(line)) {
            // A line that a crash cut is ended by the empty one.
            write(
                    list,
                    "\n" + line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        }
    }

    /** Forgets the files that are gone. */
    void keep(List<FolderFile> present) throws IOException {
        if (lines.size() <= present.size() + MAX_STALE) {
            return;
        }
        Set<String> left = new HashSet<>();
        for (FolderFile file : present) {
            left.add(line(file));
            left.add(unreadable(file));
        }
        lines.retainAll(left);
        written();
    }

    private ReadList written() throws IOException {
        lines.remove("");
        Path fresh = list.resolveSibling(NAME + ".new");
        try {
            String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
            write(
                    fresh,
                    text,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(
                    fresh,
                    list,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return this;
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be written, so the files that were read cannot be remembered: %s."
                            .formatted(list, e),
                    e);
        }
    }

    private static void write(Path file, String text, StandardOpenOption... options)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static String unreadable(FolderFile file) {
        return line(file) + " unreadable";
    }

    /** Names may hold anything, line breaks too. */
    private static String line(FolderFile file) {
        return "%d %s %s %s"
                .formatted(
                        file.size(),
                        file.modified(),
                        URLEncoder.encode(file.identity(), UTF_8),
                        URLEncoder.encode(file.name(), UTF_8));
    }
}
