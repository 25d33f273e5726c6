package io.stream53.dashboards;

import java.util.ArrayList;
import java.util.List;

/**
 * Panels on one page.
 *
 * @param id the end of its fixed id
 * @param controls fields of transactions that people choose a value of
 */
record Dashboard(
        String id, String title, String description, List<Control> controls, List<Panel> panels) {
    /** The grid's columns. */
    static final int COLUMNS = 48;

    /** A list of a field's values to choose from. */
    record Control(String field, String label) {}

    /** A panel and where it is, in columns and rows of the grid. */
    record Placed(Panel panel, int number, int x, int y, int width, int height) {
        /** Its id on the page, the same at each run. */
        String id() {
            return "panel-" + number;
        }
    }

    /** One without choices. */
    static Dashboard of(String id, String title, String description, Panel... panels) {
        return new Dashboard(id, title, description, List.of(), List.of(panels));
    }

    /**
     * The panels from left to right and from top to bottom.
     *
     * @param top rows that are taken
     */
    List<Placed> placed(int top) {
        List<Placed> placed = new ArrayList<>();
        int x = 0;
        int y = top;
        int rowHeight = 0;
        for (Panel panel : panels) {
            if (x + panel.chart().width() > COLUMNS) {
                x = 0;
                y += rowHeight;
                rowHeight = 0;
            }
            int number = placed.size() + 1;
            placed.add(
                    new Placed(panel, number, x, y, panel.chart().width(), panel.chart().height()));
            x += panel.chart().width();
            rowHeight = Math.max(rowHeight, panel.chart().height());
        }
        return placed;
    }
}
