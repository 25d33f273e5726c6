package io.stream53.processor.detect;

import java.util.List;

/** What tasks look for, by subject; each is the evidence of one rule or two. */
enum Watch {
    /** How a server, as one node sees it, answers; matched are NXDOMAIN responses. */
    SERVER("server"),
    /** Names below a registered domain that could not be resolved. */
    MISSING_NAMES("missing-names"),
    /** Long names below a registered domain. */
    LONG_NAMES("long-names"),
    /** Responses far larger than their queries, by domain. */
    LARGE_RESPONSES("large-responses"),
    /** The same by the client that got them. */
    LARGE_TO_CLIENT("large-to-client"),
    /** Responses to a question that the client did not ask. */
    FORGED("forged");

    static final List<Watch> ALL = List.of(values());

    private final String text;

    /** In what is written: constants are added at the end only. */
    final int code;

    @SuppressWarnings("EnumOrdinal") // the order is the format
    Watch(String text) {
        this.text = text;
        code = ordinal();
    }

    /** As in the key of a {@link io.stream53.processor.count.CountMessage.Signal}. */
    String text() {
        return text;
    }

    /**
     * The watch of this text.
     *
     * @throws IllegalArgumentException when there is none
     */
    static Watch of(String text) {
        for (Watch watch : ALL) {
            if (watch.text.equals(text)) {
                return watch;
            }
        }
        throw new IllegalArgumentException("there is no watch " + text);
    }

    /**
     * The watch of this code.
     *
     * @throws IllegalArgumentException when there is none
     */
    static Watch of(int code) {
        if (code < 0 || code >= ALL.size()) {
            throw new IllegalArgumentException("there is no watch " + code);
        }
        return ALL.get(code);
    }
}
