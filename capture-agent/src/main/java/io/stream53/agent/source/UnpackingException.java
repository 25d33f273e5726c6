package io.stream53.agent.source;

import java.io.IOException;

/**
 * Packed bytes that cannot be unpacked. The message is a sentence without its end, to which belongs
 * what was read before.
 */
final class UnpackingException extends IOException {
    private static final long serialVersionUID = 1;

    UnpackingException(String sentence) {
        super(sentence);
    }
}
