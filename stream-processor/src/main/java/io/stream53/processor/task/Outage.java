package io.stream53.processor.task;

import java.io.EOFException;
import java.io.IOException;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.ApiException;
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
        return anyCause(failure, t -> t instanceof RetriableException || isInputOutput(t));
    }

    /**
     * Whether a deserializer failed because of the bytes it was given, and not because it could not
     * ask for their schema or was not allowed to.
     */
    static boolean isBadData(RuntimeException failure) {
        return !isIn(failure) && !anyCause(failure, t -> t instanceof ApiException || isRefusal(t));
    }

    /** Avro says with an {@link IOException} too that bytes are not what they should be. */
    private static boolean isInputOutput(Throwable t) {
        return t instanceof IOException
                && !(t instanceof EOFException)
                && !t.getClass().getName().startsWith("org.apache.avro.");
    }

    /** What Confluent's client throws; 40403 is an id that the registry does not know. */
    private static boolean isRefusal(Throwable t) {
        return t.getClass().getSimpleName().equals("RestClientException")
                && !String.valueOf(t.getMessage()).contains("40403");
    }

    private static boolean anyCause(Throwable failure, Predicate<Throwable> test) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (test.test(t)) {
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
