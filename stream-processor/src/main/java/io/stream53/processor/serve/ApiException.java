package io.stream53.processor.serve;

/** A request that gets no answer: its status, a word for programs and a sentence for people. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    private ApiException(int status, String error, String message) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
    }

    /** The request cannot be understood. */
    static ApiException badRequest(String message) {
        return new ApiException(400, "bad-request", message);
    }

    static ApiException notFound(String message) {
        return new ApiException(404, "not-found", message);
    }

    /** Only GET and HEAD work. */
    static ApiException method() {
        return new ApiException(405, "method-not-allowed", "Only GET and HEAD work here.");
    }

    /** The request names another host than this one answers for. */
    static ApiException misdirected() {
        return new ApiException(
                421,
                "misdirected",
                "This server listens on loopback and answers for localhost and addresses only.");
    }

    /** It may work a second later. */
    static ApiException unavailable(String error, String message) {
        return new ApiException(503, error, message);
    }

    int status() {
        return status;
    }

    /** A word that does not change. */
    String error() {
        return error;
    }

    /** Never null, as a message may be. */
    String sentence() {
        return String.valueOf(getMessage());
    }
}
