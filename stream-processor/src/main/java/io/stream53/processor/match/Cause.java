package io.stream53.processor.match;

/** Why a query went out as UNANSWERED. */
public enum Cause {
    /** No response within the timeout, by event time. */
    TIMEOUT("timeout"),
    /** Pushed out, as the oldest, of a full pending set or of the queries under one key. */
    OVERFLOW("overflow"),
    /** Its node fell silent, so that no watermark will ever expire it. */
    NODE_LOST("node_lost");

    private final String text;

    Cause(String text) {
        this.text = text;
    }

    /** The text in {@code dns.unanswered_cause}. */
    public String text() {
        return text;
    }
}
