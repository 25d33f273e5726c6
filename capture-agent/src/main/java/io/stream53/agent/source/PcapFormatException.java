package io.stream53.agent.source;

import java.io.IOException;

/**
 * The input is not a capture that can be read. The message is one sentence that names the input and
 * says what to do; programs end with status 2.
 */
public final class PcapFormatException extends IOException {
    private static final long serialVersionUID = 1;

    PcapFormatException(String sentence) {
        super(sentence);
    }
}
