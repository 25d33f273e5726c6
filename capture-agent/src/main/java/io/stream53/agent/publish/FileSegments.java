package io.stream53.agent.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments that are files of a folder, mapped. A few that are free stay mapped and are used again,
 * so that a spool in which little waits writes to the same few files; the others are deleted. A
 * thread keeps free ones ready, so that who appends need not wait for a file to be written.
 */
final class FileSegments implements SegmentStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileSegments.class);
    private static final int READY = 2;
    private static final long RETRY_NS = 1_000_000_000L;

    private final Path folder;
    private final int segmentBytes;
    private final int most;
    private final Deque<LogSegment> ready = new ArrayDeque<>();
    private final Thread keeper = Thread.ofPlatform().daemon().name("spool").unstarted(this::keep);
    private int files;
    private int nextFile;
    private int extra;
    private boolean diskFull;
    private boolean unmappable;
    private boolean closed;

    /**
     * @param most how many files there may be
     * @param existing files there are, with names below {@code nextFile}
     */
    FileSegments(Path folder, int segmentBytes, int most, int existing, int nextFile) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.most = most;
        this.files = existing;
        this.nextFile = nextFile;
    }

    /** Begins to keep files ready. */
    void start() {
        keeper.start();
    }

    @Override
    public synchronized @Nullable LogSegment take() {
        LogSegment taken = ready.poll();
        if (taken == null) {
            taken = mayCreate() ? create(newFile()) : null;
        }
        LockSupport.unpark(keeper);
        return taken;
    }

    private boolean mayCreate() {
        return files < most + extra && !closed && !diskFull;
    }

    private Path newFile() {
        files++;
        return folder.resolve("segment-%06d.log".formatted(nextFile++));
    }

    @Override
    public synchronized int free() {
        return ready.size() + (diskFull ? 0 : Math.max(0, most + extra - files));
    }

    /** Whether one more may be made though the spool is full: for the ends of runs that crashed. */
    synchronized void beyond(boolean oneMore) {
        extra = oneMore ? Math.max(0, files - most) + 1 : 0;
    }

    private @Nullable LogSegment create(Path file) {
        try {
            SpoolFiles.createWhole(file, segmentBytes);
            LogSegment segment = new LogSegment(file, segmentBytes, false);
            map(segment);
            created(true, "");
            return segment;
        } catch (IOException | UncheckedIOException e) {
            created(false, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private synchronized void created(boolean worked, String problem) {
        if (!worked) {
            files--;
            if (!diskFull) {
                LOG.error("The spool cannot grow, what does not fit is dropped: {}", problem);
            }
        } else if (diskFull) {
            LOG.warn("The spool can grow again.");
        }
        diskFull = !worked;
    }

    private void keep() {
        while (true) {
            Path file = null;
            synchronized (this) {
                if (closed) {
                    return;
                }
                if (ready.size() < READY && files < most) {
                    file = newFile();
                }
            }
            LogSegment made = file == null ? null : create(file);
            if (made == null) {
                LockSupport.parkNanos(RETRY_NS);
            } else {
                keepReady(made);
            }
        }
    }

    private synchronized void keepReady(LogSegment made) {
        if (closed) {
            unmap(made);
        } else {
            ready.addLast(made);
        }
    }

    @Override
    public synchronized void release(LogSegment segment) {
        Path file = segment.file;
        if (file == null) {
            return;
        }
        try {
            map(segment);
        } catch (UncheckedIOException e) {
            giveUp(file, e);
            return;
        }
        segment.markFree();
        if (ready.size() < READY && segment.capacity == segmentBytes && files <= most) {
            LogSegment again = new LogSegment(file, segmentBytes, false);
            again.memory = segment.memory;
            again.arena = segment.arena;
            ready.push(again);
            return;
        }
        unmap(segment);
        delete(file);
        files--;
    }

    /** Its records are done: nothing is lost, but who appends must not fail for it. */
    private void giveUp(Path file, UncheckedIOException problem) {
        if (!unmappable) {
            LOG.error("A file of the spool is done and given up: {}", problem.getMessage());
        }
        unmappable = true;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} cannot be deleted", file, e);
        }
        files--;
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            LOG.warn("A file of the spool that is done cannot be deleted: {}", e.getMessage());
        }
    }

    @Override
    @SuppressWarnings("MustBeClosed") // unmap() does
    public void map(LogSegment segment) {
        if (segment.memory != null || segment.file == null) {
            return;
        }
        Arena arena = Arena.ofShared();
        try {
            segment.memory = SpoolFiles.map(segment.file, arena);
            segment.arena = arena;
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException(
                    "the spool's file %s cannot be mapped".formatted(segment.file), e);
        }
    }

    @Override
    public void unmap(LogSegment segment) {
        if (segment.arena != null) {
            segment.memory = null;
            segment.arena.close();
            segment.arena = null;
        }
    }

    @Override
    public synchronized long readyBytes() {
        return (long) ready.size() * segmentBytes;
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            ready.forEach(this::unmap);
            ready.clear();
        }
        LockSupport.unpark(keeper);
    }
}
