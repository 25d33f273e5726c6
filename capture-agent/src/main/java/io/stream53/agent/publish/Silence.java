package io.stream53.agent.publish;

/** How long nothing has been acknowledged while something waits; for any thread. */
final class Silence {
    private long acknowledgedThen;
    private long sinceNs;
    private boolean waited;

    /**
     * Looks once more: it is as exact as it is often called.
     *
     * @param acknowledged records so far
     * @param waits whether any is not acknowledged
     * @return since the look that saw the last acknowledgement, or the first one that waits; 0 when
     *     none waits
     */
    synchronized long ns(long acknowledged, boolean waits, long nowNs) {
        if (acknowledged != acknowledgedThen || !waits || !waited) {
            acknowledgedThen = acknowledged;
            waited = waits;
            sinceNs = nowNs;
        }
        return Math.max(0, nowNs - sinceNs);
    }
}
