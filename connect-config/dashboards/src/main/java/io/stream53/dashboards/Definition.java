package io.stream53.dashboards;

import java.util.List;

/**
 * The dashboards: what is drawn (title, documents, chart, filter, splits, figures), and nothing of
 * how a tool writes it down.
 */
final class Definition {
    private Definition() {}

    /** All dashboards, in the order of their links. */
    static List<Dashboard> dashboards() {
        return List.of(
                Traffic.overview(),
                Traffic.responseTimes(),
                Traffic.failures(),
                Traffic.clients(),
                Traffic.domain(),
                Figures.tlds(),
                Figures.alerts(),
                Figures.pipeline());
    }
}
