package io.stream53.agent.source;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder into which captures are written one after the other, by {@code tcpdump -C}, {@code -G}
 * or {@code -W}, dumpcap or dnscap: each file is given out once, when it is complete ({@link
 * FolderScan}), the oldest first.
 *
 * <p>What was read is noted on the disk and then moved away, if there is a place for it. A crash
 * between reading and noting makes a file be read again. One thread uses it.
 */
public final class WatchedFolder {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFolder.class);

    private static final int MAX_NUMBER = 1_000_000;

    private final @Nullable Path done;
    private final FolderScan scan;
    private final ReadList read;

    /** Not to be tried again while the program runs, as long as they do not change. */
    private final Set<FolderFile> aside = new HashSet<>();

    private boolean waiting;

    private WatchedFolder(@Nullable Path done, FolderScan scan, ReadList read) {
        this.done = done;
        this.scan = scan;
        this.read = read;
    }

    /**
     * Opens a folder.
     *
     * @param done where files that were read are moved to; null: they stay
     * @param settle how long a file must be unchanged to be complete
     * @throws IOException with one sentence when it is none, or cannot be used
     */
    public static WatchedFolder open(
            Path folder, @Nullable Path done, Duration settle, InstantSource clock)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is not a folder; name one to watch.");
        }
        if (done != null) {
            openDone(folder, done);
        }
        return new WatchedFolder(
                done, new FolderScan(folder, settle, clock), ReadList.open(folder));
    }

    private static void openDone(Path folder, Path done) throws IOException {
        try {
            Files.createDirectories(done);
        } catch (IOException e) {
            throw new IOException("the folder %s cannot be made: %s.".formatted(done, e), e);
        }
        if (Files.isSameFile(folder, done)) {
            throw new IOException(
                    done + " is the watched folder itself; name another for what was read.");
        }
    }

    /**
     * The files to read now, oldest first.
     *
     * @throws IOException with one sentence when the folder cannot be read any more
     */
    public List<FolderFile> complete() throws IOException {
        try {
            List<FolderFile> files = scan.files();
            read.keep(files);
            aside.retainAll(files);
            // Also what was read is looked at: it may be the newer one that follows.
            List<FolderFile> complete = new ArrayList<>(scan.complete(files));
            List<FolderFile> unread = new ArrayList<>();
            for (FolderFile file : files) {
                if (read.isRead(file)) {
                    moveAway(file);
                } else if (!aside.contains(file) && !read.isUnreadable(file)) {
                    unread.add(file);
                }
            }
            complete.retainAll(new HashSet<>(unread));
            waiting = complete.size() < unread.size();
            return complete;
        } catch (IOException e) {
            throw new IOException("the watched folder cannot be read: %s.".formatted(e), e);
        }
    }

    /** Whether some file was not complete at the last look. */
    public boolean isWaiting() {
        return waiting;
    }

    /**
     * A file was read, and what was in it is safe. Was it written to meanwhile, it is read again.
     *
     * @throws IOException with one sentence when that cannot be noted
     */
    public void read(FolderFile file) throws IOException {
        note(file, read::addRead);
        FolderFile now = FolderScan.look(file.path());
        if (now != null && now.isUnchanged(file)) {
            moveAway(file);
        }
    }

    /**
     * A file is no capture, or a damaged one: it stays, and is not read again unless it changes.
     *
     * @throws IOException with one sentence when that cannot be noted
     */
    public void unreadable(FolderFile file) throws IOException {
        note(file, read::addUnreadable);
    }

    /** A file could not be read now: it is tried again when it changes, or at the next start. */
    public void failed(FolderFile file) {
        aside.add(file);
    }

    private interface Noting {
        void note(FolderFile file) throws IOException;
    }

    private static void note(FolderFile file, Noting noting) throws IOException {
        try {
            noting.note(file);
        } catch (IOException e) {
            throw new IOException(
                    "it cannot be noted in the watched folder that %s was read: %s."
                            .formatted(file, e),
                    e);
        }
    }

    private void moveAway(FolderFile file) {
        if (done == null || aside.contains(file)) {
            return;
        }
        try {
            moveTo(done, file);
        } catch (NoSuchFileException gone) {
            LOG.debug("{} is gone", file);
        } catch (IOException e) {
            aside.add(file);
            LOG.warn("{} was read, and cannot be moved: {}", file, Printable.text(e));
        }
    }

    /** Under its name, or with a number behind it when that is taken. */
    private static void moveTo(Path done, FolderFile file) throws IOException {
        for (int number = 0; number < MAX_NUMBER; number++) {
            Path target = done.resolve(number == 0 ? file.name() : file.name() + "." + number);
            try {
                link(target, file.path());
                return;
            } catch (FileAlreadyExistsException taken) {
                if (Files.isSameFile(target, file.path())) {
                    // A crash came between the two halves of a move.
                    Files.delete(file.path());
                    return;
                }
            }
        }
        throw new IOException("there are too many files of this name in " + done);
    }

    /**
     * A rename would take the place of a file that is there; a second name does not. File systems
     * without links, and other ones, get a copy.
     */
    private static void link(Path target, Path file) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException noLinks) {
            Files.move(file, target);
            return;
        }
        Files.delete(file);
    }
}
