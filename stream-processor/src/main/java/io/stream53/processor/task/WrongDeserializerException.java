package io.stream53.processor.task;

/** A class that the settings name does not do what it is named for; the message is one sentence. */
public final class WrongDeserializerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongDeserializerException(String message) {
        super(message);
    }
}
