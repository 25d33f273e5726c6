package io.stream53.processor.task;

import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsTransaction;

/** What the steps of one task hand on to each other. */
public sealed interface Step {
    /**
     * Matching hands a transaction to enriching.
     *
     * @param captureLoss what the transaction lacks may have been dropped by the agent
     */
    record Matched(Transaction transaction, boolean captureLoss) implements Step {}

    /** Enriching hands a transaction to counting. */
    record Enriched(DnsTransaction transaction) implements Step {}

    /**
     * Matching tells counting how far the task has come: all transactions that began {@code
     * match.timeout} before the watermark, and earlier, have been handed on.
     *
     * @param watermarkUs as in {@link io.stream53.processor.count.CountMessage.Progress}
     * @param idle nothing is pending
     * @param times the watermarks node by node
     * @param exactTimes the same, of those in one slot of alerts the smallest alone; a node that
     *     fell silent holds nothing
     */
    record Progress(long watermarkUs, boolean idle, NodeTimes times, NodeTimes exactTimes)
            implements Step {
        /** With one word for all nodes. */
        Progress(long watermarkUs, boolean idle, NodeTimes times) {
            this(watermarkUs, idle, times, times);
        }
    }
}
