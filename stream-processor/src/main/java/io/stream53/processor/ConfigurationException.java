package io.stream53.processor;

/** A setting that cannot be used, or a place that is not as it must be; one sentence for people. */
final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigurationException(String sentence) {
        super(sentence);
    }
}
