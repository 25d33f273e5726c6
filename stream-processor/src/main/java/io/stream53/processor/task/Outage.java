package io.stream53.processor.task;

import io.stream53.serde.RegistryRefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Tells failures that pass by themselves from those that do not. */
public final class Outage {
    private static final int UNKNOWN_ID = 40403;

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
        return !isIn(failure) && !anyCause(failure, Outage::isRefusal);
    }

    /**
     * Avro says with an {@link IOException} too that bytes are not what they should be; and files
     * of this machine do not come back by themselves.
     */
    private static boolean isInputOutput(Throwable t) {
        return t instanceof IOException
                && !(t instanceof EOFException)
                && !(t instanceof FileSystemException)
                && !t.getClass().getName().startsWith("org.apache.avro.");
    }

    /**
     * What our client and Confluent's throw, by name. 40403 is an id that the registry does not
     * know: that is the record's fault.
     */
    private static boolean isRefusal(Throwable t) {
        if (t instanceof RegistryRefusedException refused) {
            return refused.errorCode() != UNKNOWN_ID;
        }
        if (t instanceof ApiException) {
            return true;
        }
        return t.getClass().getSimpleName().equals("RestClientException")
                && !String.valueOf(t.getMessage()).contains(Integer.toString(UNKNOWN_ID));
    }

    private static boolean anyCause(Throwable failure, Predicate<Throwable> test) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (test.test(t)) {
                return true;
            }
        }
        return false;
    }

    /** The innermost message of a failure, for people: one line. */
    public static String sentence(Throwable failure) {
        String message = innermost(failure).strip();
        int lineEnd = message.indexOf('\n');
        return lineEnd < 0 ? message : message.substring(0, lineEnd).strip();
    }

    private static String innermost(Throwable failure) {
        Throwable innermost = failure;
        @Nullable String message = failure.getMessage();
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
            message = innermost.getMessage() == null ? message : innermost.getMessage();
        }
        return message == null ? innermost.getClass().getSimpleName() : message;
    }
}
