package io.stream53.connect;

/**
 * What a sink task has done since it started; in JMX below {@code
 * io.stream53.connect:type=elasticsearch-sink}.
 *
 * <p>Received = indexed + deleted + rejected + ignored + notSelected + discarded + buffered.
 */
public interface SinkCountersMXBean {
    /** Records that Connect handed to the task, those delivered again among them. */
    long getReceived();

    /** Documents that the engine acknowledged. */
    long getIndexed();

    /** Deletes that the engine acknowledged. */
    long getDeleted();

    /** Records reported as malformed, by this task or by the engine. */
    long getRejected();

    /** Records without value that were to be ignored. */
    long getIgnored();

    /** Records whose partition was taken away before they were written; its next task gets them. */
    long getDiscarded();

    /** Transactions that no rule of index.select takes. */
    long getNotSelected();

    /** Documents made for an index without date, their events being outside of index.window. */
    long getOutside();

    /** Times that the engine did not say which alerts are open, for index.select=alerting. */
    long getAlertQueriesFailed();

    /** Records that are not settled yet. */
    long getBuffered();

    /** Bulk requests sent. */
    long getRequests();

    /** Writes sent again because the engine was busy, away or did not answer. */
    long getRetried();
}
