package io.stream53.serde;

import org.apache.kafka.common.errors.TimeoutException;

/**
 * No registry gave an answer, after all retries: it is down, overloaded or out of reach. Nothing is
 * wrong with the record. A Kafka {@code RetriableException}.
 */
public final class RegistryUnavailableException extends TimeoutException {
    private static final long serialVersionUID = 1;

    RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
