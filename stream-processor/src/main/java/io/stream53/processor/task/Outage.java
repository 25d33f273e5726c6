package io.stream53.processor.task;

import java.io.IOException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Tells failures that pass by themselves from those that do not. */
public final class Outage {
    private Outage() {}

    /**
     * Whether a failure has to do with something that does not answer right now, such as the schema
     * registry: doing the same again later may succeed. Serializers of any make put the cause, a
     * {@link RetriableException} or an {@link IOException}, somewhere below their own exception.
     */
    public static boolean isIn(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof RetriableException || t instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** The innermost message of a failure, for people. */
    public static String sentence(Throwable failure) {
        Throwable innermost = failure;
        @Nullable String message = failure.getMessage();
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
            message = innermost.getMessage() == null ? message : innermost.getMessage();
        }
        return message == null ? innermost.getClass().getSimpleName() : message;
    }
}
