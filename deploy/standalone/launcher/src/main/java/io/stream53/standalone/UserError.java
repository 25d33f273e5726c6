package io.stream53.standalone;

import java.io.Serial;

/** Something the user can do something about: the message is one sentence that says what. */
final class UserError extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    /** The status of a command that failed. */
    static final int FAILED = 1;

    /** The status of a command that was called wrongly or given a file that cannot be read. */
    static final int USAGE = 2;

    private final int status;

    UserError(String sentence) {
        this(FAILED, sentence);
    }

    UserError(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }
}
