package io.stream53.agent;

import io.stream53.ledger.AgentLedger;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far the work is: the ledger file each second, a line on standard error now and then.
 */
final class Reporter implements AutoCloseable {
    private static final int SECONDS_BETWEEN_LINES = 5;

    private final Supplier<AgentLedger> ledger;
    private final @Nullable Path file;
    private final PrintStream err;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private int seconds;

    Reporter(Supplier<AgentLedger> ledger, @Nullable Path file, PrintStream err) {
        this.ledger = ledger;
        this.file = file;
        this.err = err;
    }

    /** Writes the first file at once, so that a place that cannot be written to is known early. */
    void start() throws IOException {
        writeFile();
        var _ = timer.scheduleAtFixedRate(this::second, 1, 1, TimeUnit.SECONDS);
    }

    private void second() {
        try {
            writeFile();
        } catch (IOException e) {
            err.println("stream53 agent: " + e.getMessage());
        }
        seconds++;
        if (seconds % SECONDS_BETWEEN_LINES == 0) {
            line();
        }
    }

    private void line() {
        AgentLedger now = ledger.get();
        err.printf(
                "stream53 agent: %,d messages, %,d published, %,d dropped%n",
                now.captured(), now.published(), now.droppedTotal());
    }

    private void writeFile() throws IOException {
        if (file == null) {
            return;
        }
        try {
            LedgerFile.write(file, ledger.get());
        } catch (IOException e) {
            throw new IOException("the ledger cannot be written to " + file + ": " + e, e);
        }
    }

    /** Ends the reports with a last file and a last line. */
    void finish() throws IOException {
        timer.close();
        writeFile();
        line();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
