package io.stream53.agent.dnstap;

import java.io.IOException;

/**
 * What came is no stream of dnstap frames, or no longer one. The message completes "dnstap from
 * somewhere ...".
 */
final class FrameStreamException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is lost with it. */
    enum Kind {
        /** The stream never began: nothing was lost. */
        REFUSED,
        /** A frame that makes what follows unreadable; it is one lost frame. */
        BROKEN,
        /** The stream ended within a frame; it is one lost frame. */
        CUT
    }

    FrameStreamException(Kind kind, String predicate) {
        super(predicate);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
