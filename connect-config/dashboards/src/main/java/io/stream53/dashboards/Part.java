package io.stream53.dashboards;

/** What a panel is made of: by what it splits the documents, and what it says of each group. */
sealed interface Part {
    /** Groups of documents; the first is the outermost. */
    sealed interface Split extends Part {
        String field();
    }

    /** Of equal times; the tool chooses how long they are. */
    record Time() implements Split {
        @Override
        public String field() {
            return Source.TIME;
        }
    }

    /**
     * Of equal values, those with the largest first figure.
     *
     * @param size how many
     * @param other whether the rest is a group of its own, where the tool can do it
     * @param missing the name of the group of documents without a value; empty: left out
     */
    record Terms(String field, String label, int size, boolean other, String missing)
            implements Split {}

    /** Of near places; the tool chooses how near. */
    record Places(String field) implements Split {}

    /**
     * One figure of a group.
     *
     * @param field empty for a count
     * @param percentile 0 but for percentiles
     */
    record Metric(Kind kind, String field, String label, int percentile) implements Part {
        /** Whether groups can be put in order by it, everywhere. */
        boolean orders() {
            return kind != Kind.PERCENTILE;
        }
    }

    /** How a figure is made of a group's documents. */
    enum Kind {
        COUNT,
        SUM,
        MAX,
        DISTINCT,
        PERCENTILE
    }

    static Time time() {
        return new Time();
    }

    static Terms top(int size, String field, String label) {
        return new Terms(field, label, size, false, "");
    }

    static Terms topAndOther(int size, String field, String label) {
        return new Terms(field, label, size, true, "");
    }

    static Terms topAndOther(int size, String field, String label, String missing) {
        return new Terms(field, label, size, true, missing);
    }

    static Places places(String field) {
        return new Places(field);
    }

    static Metric count(String label) {
        return new Metric(Kind.COUNT, "", label, 0);
    }

    static Metric sum(String field, String label) {
        return new Metric(Kind.SUM, field, label, 0);
    }

    static Metric max(String field, String label) {
        return new Metric(Kind.MAX, field, label, 0);
    }

    static Metric distinct(String field, String label) {
        return new Metric(Kind.DISTINCT, field, label, 0);
    }

    static Metric percentile(int percentile, String field, String label) {
        return new Metric(Kind.PERCENTILE, field, label, percentile);
    }
}
