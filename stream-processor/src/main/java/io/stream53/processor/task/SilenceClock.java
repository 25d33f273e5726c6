package io.stream53.processor.task;

import java.time.Duration;

/**
 * Says when a node's silence means something. It does while the consumer has read all that there
 * is, and while this task runs without a break: after a broker outage, a long restore or a stopped
 * machine there may be much to read that nobody has told us of yet. A wall clock that is set back
 * is such a break too.
 */
final class SilenceClock {
    /** A commit or a pause of the collector is no break. */
    private static final long SHORTEST_BREAK_MS = 5_000;

    private final long longestBreakMs;
    private long lastTickMs;

    /**
     * @param nodeLost silence after which a node is given up; a tenth of it without a tick is a
     *     break
     */
    SilenceClock(Duration nodeLost, long nowMs) {
        longestBreakMs = Math.max(SHORTEST_BREAK_MS, nodeLost.toMillis() / 10);
        lastTickMs = nowMs;
    }

    /** One tick; false when silence up to now says nothing. */
    boolean counts(long nowMs, boolean caughtUp) {
        boolean unbroken = nowMs >= lastTickMs && nowMs - lastTickMs <= longestBreakMs;
        lastTickMs = nowMs;
        return unbroken && caughtUp;
    }
}
