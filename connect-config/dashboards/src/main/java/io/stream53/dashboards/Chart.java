package io.stream53.dashboards;

/** How a panel is drawn, with its size on a grid of 48 columns. */
enum Chart {
    /** One figure, no split. */
    NUMBER(12, 6),
    /** A figure for each time and, where there is a second split, each of its groups. */
    LINES(24, 12),
    /** The same as columns, one on top of the other. */
    COLUMNS(24, 12),
    /** One split, one figure. */
    PIE(24, 12),
    /** A row for each group. */
    TABLE(24, 14),
    /** Countries in colours, by their ISO 3166-1 code. */
    COUNTRIES(24, 16),
    /** Dots on a map. */
    DOTS(24, 16);

    private final int width;
    private final int height;

    Chart(int width, int height) {
        this.width = width;
        this.height = height;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
