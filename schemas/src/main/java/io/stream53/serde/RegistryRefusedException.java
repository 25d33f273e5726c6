package io.stream53.serde;

import org.apache.kafka.common.errors.InvalidConfigurationException;

/**
 * The registry answered, and the answer will be the same next time: wrong credentials (401, 403),
 * nothing under that name or id (404), an incompatible schema (409), an invalid one (422).
 */
public final class RegistryRefusedException extends InvalidConfigurationException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int errorCode;

    RegistryRefusedException(String message, int status, int errorCode) {
        super(message);
        this.status = status;
        this.errorCode = errorCode;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** Number in the body of the answer, such as 40403; the status when there is none. */
    public int errorCode() {
        return errorCode;
    }

    /**
     * The registry knows no such subject, version or schema. A 404 without one of these numbers
     * comes from something else than a registry, or from a wrong path in its address.
     */
    boolean isNotFound() {
        return status == 404 && errorCode >= 40400 && errorCode <= 40499;
    }
}
