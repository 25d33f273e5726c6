package io.stream53.fuzz;

/** What a target says when decoded data does not hold together. */
public final class Broken extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private Broken(String what) {
        super(what);
    }

    /** Says what does not hold. */
    public static void unless(boolean holds, String what) {
        if (!holds) {
            throw new Broken(what);
        }
    }
}
