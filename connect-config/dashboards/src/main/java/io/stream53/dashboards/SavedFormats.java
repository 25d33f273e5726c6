package io.stream53.dashboards;

import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.dashboards.Field.Unit;
import java.util.TreeSet;

/** How figures are written, as data views and index patterns keep it. */
final class SavedFormats {
    private SavedFormats() {}

    /** Formats by field, of all fields that panels show of these documents. */
    static ObjectNode of(Source source) {
        TreeSet<String> fields = new TreeSet<>();
        for (Dashboard dashboard : Definition.dashboards()) {
            for (Panel panel : dashboard.panels()) {
                if (panel.source() == source) {
                    panel.metrics().forEach(metric -> fields.add(metric.field()));
                }
            }
        }
        ObjectNode formats = object();
        for (String field : fields) {
            if (Field.unit(field) == Unit.NANOSECONDS) {
                formats.set(field, duration());
            } else if (Field.unit(field) == Unit.BYTES) {
                formats.set(field, object("id", "bytes"));
            }
        }
        return formats;
    }

    private static ObjectNode duration() {
        return object(
                "id",
                "duration",
                "params",
                object(
                        "inputFormat", "nanoseconds",
                        "outputFormat", "asMilliseconds",
                        "outputPrecision", 2));
    }
}
