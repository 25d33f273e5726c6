package io.stream53.agent;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.source.CaptureFileSource;
import io.stream53.agent.source.FolderFile;
import io.stream53.agent.source.PcapFormatException;
import io.stream53.agent.source.Printable;
import io.stream53.agent.source.WatchedFolder;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a watched folder, each as a run of its own, until it is stopped. What cannot
 * be read is said in one sentence and set aside; the others go on.
 *
 * <p>A file is noted as read when all that was in it is acknowledged. Was the program killed
 * before, the next one reads it again from its start, as another run: its transactions have the
 * same ids.
 */
final class FolderRun {
    /** How soon it ends when it is told to. */
    private static final long POLL_MS = 200;

    /** Between two looks at files that are not complete. */
    private static final long WAITING_MS = 1000;

    /** Between two looks without a reason: not every file system tells what happens in it. */
    private static final long IDLE_MS = 10_000;

    private final CaptureRun run;
    private final WatchedFolder folder;
    private final Path path;
    private final PrintStream err;

    private FolderRun(CaptureRun run, WatchedFolder folder, Path path, PrintStream err) {
        this.run = run;
        this.folder = folder;
        this.path = path;
        this.err = err;
    }

    /**
     * @throws IOException with one sentence when the folder cannot be watched
     */
    static FolderRun open(
            Path path, InputSettings input, CaptureRun run, InstantSource clock, PrintStream err)
            throws IOException {
        WatchedFolder folder =
                WatchedFolder.open(path, input.folderDone(), input.folderSettle(), clock);
        return new FolderRun(run, folder, path, err);
    }

    /** Reads until the capture run is stopped. */
    void run() throws IOException {
        try (WatchService events = path.getFileSystem().newWatchService()) {
            path.register(events, StandardWatchEventKinds.ENTRY_CREATE);
            while (!run.isStopped()) {
                readComplete();
                await(events);
            }
        }
    }

    /** Reads what is complete now. */
    void readComplete() throws IOException {
        for (FolderFile file : folder.complete()) {
            if (run.isStopped()) {
                return;
            }
            read(file);
        }
    }

    private void read(FolderFile file) throws IOException {
        long lostBefore = lost();
        boolean whole = false;
        boolean unreadable = false;
        try (CaptureFileSource source = CaptureFileSource.openNoLink(file.path())) {
            run.read(source);
            whole = source.atEnd();
        } catch (PcapFormatException e) {
            say(e);
            unreadable = true;
        } catch (IOException e) {
            // Rotated away meanwhile is no error.
            if (!(e.getCause() instanceof NoSuchFileException)) {
                say(e);
            }
        }
        note(file, whole, unreadable, lost() > lostBefore);
    }

    /** Marks only what is safe; the rest comes again at the next start. */
    private void note(FolderFile file, boolean whole, boolean unreadable, boolean lost)
            throws IOException {
        if (lost || !whole && !unreadable) {
            folder.failed(file);
        } else if (unreadable) {
            folder.unreadable(file);
        } else {
            folder.read(file);
        }
    }

    /**
     * Messages that were found and are not published, though nobody wanted them left out; but for
     * those that would be too large the next time, too.
     */
    private long lost() {
        AgentLedger ledger = run.ledger();
        return Stream.of(DropReason.values())
                .filter(reason -> reason.isLoss() && !CaptureCounters.isBeforeMessages(reason))
                .filter(reason -> reason != DropReason.TOO_LARGE)
                .mapToLong(ledger::dropped)
                .sum();
    }

    private void say(IOException sentence) {
        err.println("stream53 agent: " + Printable.text(sentence.getMessage()));
    }

    /** Waits for a new file, or for the time of the next look. */
    private void await(WatchService events) {
        long endMs = System.nanoTime() / 1_000_000 + (folder.isWaiting() ? WAITING_MS : IDLE_MS);
        while (!run.isStopped() && System.nanoTime() / 1_000_000 < endMs) {
            @Nullable WatchKey key = poll(events);
            if (key != null) {
                key.pollEvents();
                key.reset();
                return;
            }
        }
    }

    private @Nullable WatchKey poll(WatchService events) {
        try {
            return events.poll(POLL_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            run.stop();
            return null;
        }
    }
}
