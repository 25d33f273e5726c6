package io.stream53.dashboards;

import io.stream53.dashboards.Part.Metric;
import io.stream53.dashboards.Part.Split;
import java.util.List;
import java.util.stream.Stream;

/**
 * One panel, as every tool draws it.
 *
 * @param filter in Lucene's syntax, which all three tools have; empty: all documents
 * @param splits the outermost first
 */
record Panel(
        Chart chart,
        String title,
        Source source,
        String filter,
        List<Split> splits,
        List<Metric> metrics) {
    Panel {
        if (metrics.isEmpty() || splits.size() > 2) {
            throw new IllegalArgumentException(title + ": at least a figure, at most two splits");
        }
        boolean ordered = splits.stream().anyMatch(Part.Terms.class::isInstance);
        if (ordered && !metrics.getFirst().orders()) {
            throw new IllegalArgumentException(title + ": the first figure must give an order");
        }
    }

    static Panel of(Chart chart, String title, Source source, String filter, Part... parts) {
        return new Panel(
                chart, title, source, filter, only(Split.class, parts), only(Metric.class, parts));
    }

    private static <T> List<T> only(Class<T> kind, Part... parts) {
        return Stream.of(parts).filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Whether it shows how something goes on. */
    boolean overTime() {
        return !splits.isEmpty() && splits.getFirst() instanceof Part.Time;
    }
}
