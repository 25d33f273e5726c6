package io.stream53.apply;

import java.util.List;

/**
 * What became of one thing, or would become of it.
 *
 * @param kind such as {@code index template}
 * @param name on its server
 */
public record Change(String kind, String name, Result result) {
    /** What was found in comparison with what ought to be there. */
    public sealed interface Result {}

    /** It was not there. */
    public record Created() implements Result {}

    /**
     * It was there, and otherwise.
     *
     * @param differences at least one
     */
    public record Changed(List<Difference> differences) implements Result {}

    /** It was there as it ought to be. */
    public record Unchanged() implements Result {}

    /** It was there as it ought to be, and had failed: it was started again. */
    public record Restarted() implements Result {}

    /**
     * The server has no such thing.
     *
     * @param why a sentence's end, after a colon
     */
    public record Skipped(String why) implements Result {}

    /** Created, changed or unchanged, by what differs. */
    static Result of(List<Difference> differences) {
        return differences.isEmpty() ? new Unchanged() : new Changed(differences);
    }

    /** Whether the server has to be told. */
    boolean isNeeded() {
        return result instanceof Created || result instanceof Changed;
    }
}
