package io.stream53.processor.match;

import io.stream53.ledger.ProcessorCounter;

/** What became of a query, or of a response that belongs to none. */
public enum Status {
    /** A query and its response; for a zone transfer, its responses. */
    ANSWERED(ProcessorCounter.ANSWERED),
    /** A query without a response in time; {@link Transaction#cause()} says why it was given up. */
    UNANSWERED(ProcessorCounter.UNANSWERED),
    /** A response that nothing asked for. */
    UNSOLICITED(ProcessorCounter.UNSOLICITED),
    /** A response whose question differs from all that was pending under its key. */
    MISMATCHED(ProcessorCounter.MISMATCHED),
    /** A response to a query that had gone out as UNANSWERED. */
    LATE(ProcessorCounter.LATE),
    /** A message that expects no response (DSO unidirectional, RFC 8490 5.4). */
    ONE_WAY(ProcessorCounter.ONE_WAY),
    /** A query or a response whose other half a change of the sampling rate may have left out. */
    SAMPLED_OUT(ProcessorCounter.SAMPLED_OUT);

    private final ProcessorCounter counter;

    Status(ProcessorCounter counter) {
        this.counter = counter;
    }

    /** The ledger's counter of this status. */
    public ProcessorCounter counter() {
        return counter;
    }
}
