package io.stream53.apply;

import java.io.Serial;

/** A failure that the user can do something about: the message is one sentence that says what. */
public final class ApplyError extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private final boolean calledWrongly;

    ApplyError(String sentence) {
        this(sentence, false);
    }

    private ApplyError(String sentence, boolean calledWrongly) {
        super(sentence);
        this.calledWrongly = calledWrongly;
    }

    /** The command line is at fault, or the environment it reads. */
    static ApplyError usage(String sentence) {
        return new ApplyError(sentence, true);
    }

    /** Whether the command was called wrongly, as opposed to a server that does not do its part. */
    public boolean calledWrongly() {
        return calledWrongly;
    }
}
