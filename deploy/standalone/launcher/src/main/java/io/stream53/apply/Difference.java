package io.stream53.apply;

import org.jspecify.annotations.Nullable;

/**
 * One value that differs.
 *
 * @param path of the value in the JSON, with dots between
 * @param before null where there was none
 * @param after null where there will be none
 */
public record Difference(String path, @Nullable String before, @Nullable String after) {
    private static final String NONE = "nothing";

    /** {@code path old -> new}. */
    @Override
    public String toString() {
        return "%s %s -> %s"
                .formatted(path, before == null ? NONE : before, after == null ? NONE : after);
    }

    /** The same with its values hidden. */
    Difference masked() {
        return new Difference(
                path, before == null ? null : "(hidden)", after == null ? null : "(hidden)");
    }

    /** Whether the value is only in what was there: the server's own addition, perhaps. */
    boolean isRemoval() {
        return after == null;
    }
}
