package io.stream53.connect;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that the engine takes no writes, and that it does again: once for all workers of a task, not
 * for each request. Safe for use by several threads.
 */
final class OutageLog {
    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

    /** A busy engine refuses some items of many requests: not a line for each. */
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private static final Duration BETWEEN_FULL_DISK = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;
    private boolean said;
    private long saidAt;
    private long since;
    private long fullDiskSaidAt;

    /**
     * @param nanoTime as {@link System#nanoTime()}
     */
    OutageLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.saidAt = nanoTime.getAsLong() - BETWEEN.toNanos();
        this.fullDiskSaidAt = nanoTime.getAsLong() - BETWEEN_FULL_DISK.toNanos();
    }

    /** The engine did not take some writes, which wait. Returns whether it was said. */
    synchronized boolean failed(int writes, String reason) {
        long now = nanoTime.getAsLong();
        if (BulkResponse.saysDiskIsFull(reason)) {
            return failedForFullDisk(now, reason);
        }
        if (now - saidAt < BETWEEN.toNanos()) {
            return false;
        }
        if (!said) {
            since = now;
        }
        said = true;
        saidAt = now;
        log.warn(
                "The engine does not take {} writes; they wait and are sent again: {}.",
                writes,
                reason);
        return true;
    }

    private boolean failedForFullDisk(long now, String reason) {
        if (now - fullDiskSaidAt < BETWEEN_FULL_DISK.toNanos()) {
            return false;
        }
        fullDiskSaidAt = now;
        log.warn(
                "The engine has made an index read-only because its disk is nearly full. Writes to"
                        + " it wait until there is room: {}.",
                reason);
        return true;
    }

    /** The engine took a whole request. */
    synchronized void worked() {
        if (said) {
            said = false;
            log.info(
                    "The engine takes writes again, after {} s.",
                    Duration.ofNanos(nanoTime.getAsLong() - since).toSeconds());
        }
    }
}
