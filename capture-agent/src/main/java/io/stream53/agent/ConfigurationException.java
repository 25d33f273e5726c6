package io.stream53.agent;

import java.util.List;

/** Settings or arguments are wrong; each fault is one sentence that says what to do. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> sentences;

    public ConfigurationException(String sentence) {
        super(sentence);
        this.sentences = List.of(sentence);
    }

    public ConfigurationException(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentences = List.of(sentence);
    }

    /** At least one fault. */
    ConfigurationException(List<String> sentences) {
        super(String.join("; ", sentences));
        this.sentences = List.copyOf(sentences);
    }

    /** Every fault that was found. */
    public List<String> sentences() {
        return sentences;
    }
}
