package io.stream53.connect;

import java.util.List;

/** What became of a bulk request. */
sealed interface BulkAnswer {

    /** Each operation has an outcome, in the order of the request. */
    record Answered(List<Outcome> outcomes) implements BulkAnswer {}

    /**
     * The engine did not do it, or nobody knows whether it did: all is to be sent again, which does
     * no harm because the ids are the records' keys.
     */
    record Unavailable(String reason) implements BulkAnswer {}

    /** The engine would not read a request of this size. */
    record TooLarge(String reason) implements BulkAnswer {}

    /** What became of one operation. */
    sealed interface Outcome {}

    /** It is done. */
    record Done() implements Outcome {}

    /** The engine was too busy for it: to be sent again. */
    record Busy(String reason) implements Outcome {}

    /** The document is at fault and would be rejected again. */
    record Rejected(String reason) implements Outcome {}
}
