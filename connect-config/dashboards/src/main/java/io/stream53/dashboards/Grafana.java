package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.dashboards.Dashboard.Control;
import io.stream53.dashboards.Dashboard.Placed;
import io.stream53.dashboards.Part.Metric;
import io.stream53.dashboards.Part.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * Dashboards for Grafana 10 and newer over its Elasticsearch data source, one that has all our
 * indices ({@code dns-*}), since a data source knows one name of indices: each query names its
 * documents by {@code event.dataset}.
 */
final class Grafana {
    /** The input that Grafana asks for when a dashboard is imported. */
    static final String DATA_SOURCE = "DS_ELASTICSEARCH";

    private static final String TYPE = "elasticsearch";

    private Grafana() {}

    static ObjectNode of(Dashboard dashboard) {
        List<ObjectNode> panels = new ArrayList<>();
        for (Placed placed : dashboard.placed(0)) {
            panels.add(panel(dashboard, placed));
        }
        return GrafanaPage.of(
                Links.id(dashboard),
                dashboard.title(),
                dashboard.description(),
                GrafanaPage.input(DATA_SOURCE, TYPE, "Elasticsearch or OpenSearch, index dns-*"),
                variables(dashboard),
                panels);
    }

    private static ArrayNode variables(Dashboard dashboard) {
        List<ObjectNode> variables = new ArrayList<>();
        for (Control control : dashboard.controls()) {
            variables.add(
                    object(
                            "name",
                            variable(control),
                            "label",
                            control.label(),
                            "type",
                            "query",
                            "datasource",
                            GrafanaPage.source(DATA_SOURCE, TYPE),
                            "query",
                            Json.text(
                                    object("find", "terms", "field", control.field(), "size", 500)),
                            "refresh",
                            2,
                            "includeAll",
                            true,
                            "allValue",
                            "*",
                            "multi",
                            false,
                            "current",
                            object("text", "All", "value", "$__all")));
        }
        return array(variables);
    }

    private static String variable(Control control) {
        return control.field().substring(control.field().lastIndexOf('.') + 1);
    }

    private static ObjectNode panel(Dashboard dashboard, Placed placed) {
        Panel panel = placed.panel();
        ObjectNode json =
                GrafanaPage.panel(
                        placed.number(),
                        type(panel.chart()),
                        panel.title(),
                        GrafanaPage.source(DATA_SOURCE, TYPE),
                        GrafanaPage.grid(placed.x(), placed.y(), placed.width(), placed.height()),
                        array(target(panel, query(dashboard, panel))));
        json.set("fieldConfig", fieldConfig(panel));
        json.set("options", options(panel));
        return json;
    }

    private static String type(Chart chart) {
        return switch (chart) {
            case NUMBER -> "stat";
            case LINES, COLUMNS -> "timeseries";
            case PIE -> "piechart";
            case TABLE -> "table";
            case COUNTRIES, DOTS -> "geomap";
        };
    }

    /** The documents, the panel's filter and the choices. */
    private static String query(Dashboard dashboard, Panel panel) {
        StringBuilder query = new StringBuilder("event.dataset:").append(panel.source().dataset());
        if (!panel.filter().isEmpty()) {
            query.append(" AND (").append(panel.filter()).append(')');
        }
        for (Control control : dashboard.controls()) {
            query.append(" AND %s:${%s:lucene}".formatted(control.field(), variable(control)));
        }
        return query.toString();
    }

    private static ObjectNode target(Panel panel, String query) {
        List<ObjectNode> metrics = new ArrayList<>();
        for (Metric metric : panel.metrics()) {
            metrics.add(metric(metric, String.valueOf(metrics.size() + 1)));
        }
        List<ObjectNode> buckets = new ArrayList<>();
        // Grafana wants the time, by which series run, innermost.
        List<Split> splits = panel.overTime() ? panel.splits().reversed() : panel.splits();
        for (Split split : splits) {
            buckets.add(bucket(split, String.valueOf(metrics.size() + buckets.size() + 1)));
        }
        return object(
                "refId",
                "A",
                "datasource",
                GrafanaPage.source(DATA_SOURCE, TYPE),
                "query",
                query,
                "timeField",
                Source.TIME,
                "metrics",
                metrics,
                "bucketAggs",
                buckets);
    }

    private static ObjectNode metric(Metric metric, String id) {
        ObjectNode json =
                switch (metric.kind()) {
                    case COUNT -> object("type", "count");
                    case SUM -> object("type", "sum", "field", metric.field());
                    case MAX -> object("type", "max", "field", metric.field());
                    case DISTINCT -> object("type", "cardinality", "field", metric.field());
                    case PERCENTILE ->
                            object(
                                    "type", "percentiles",
                                    "field", metric.field(),
                                    "settings",
                                            object(
                                                    "percents",
                                                    array(String.valueOf(metric.percentile()))));
                };
        return json.put("id", id);
    }

    private static ObjectNode bucket(Split split, String id) {
        ObjectNode json =
                switch (split) {
                    case Part.Time time ->
                            object(
                                    "type", "date_histogram",
                                    "field", time.field(),
                                    "settings", object("interval", "auto", "min_doc_count", "0"));
                    case Part.Terms terms ->
                            object(
                                    "type", "terms",
                                    "field", terms.field(),
                                    "settings", terms(terms));
                    case Part.Places places ->
                            object(
                                    "type", "geohash_grid",
                                    "field", places.field(),
                                    "settings", object("precision", "3"));
                };
        return json.put("id", id);
    }

    private static ObjectNode terms(Part.Terms terms) {
        ObjectNode settings =
                object(
                        "size", String.valueOf(terms.size()),
                        "order", "desc",
                        "orderBy", "1",
                        "min_doc_count", "1");
        if (!terms.missing().isEmpty()) {
            settings.put("missing", terms.missing());
        }
        return settings;
    }

    private static ObjectNode fieldConfig(Panel panel) {
        ObjectNode defaults = object("custom", custom(panel.chart()));
        Field.Unit unit = Field.unit(panel.metrics().getLast().field());
        if (panel.chart() != Chart.TABLE && unit != Field.Unit.NONE) {
            defaults.put("unit", GrafanaPage.unit(unit));
        }
        List<ObjectNode> overrides = new ArrayList<>();
        if (panel.chart() == Chart.TABLE) {
            for (Metric metric : panel.metrics()) {
                if (Field.unit(metric.field()) != Field.Unit.NONE) {
                    overrides.add(unitOf(metric));
                }
            }
        }
        return object("defaults", defaults, "overrides", overrides);
    }

    /** For the columns that Grafana names by what the figure is and by its field. */
    private static ObjectNode unitOf(Metric metric) {
        return object(
                "matcher",
                        object(
                                "id",
                                "byRegexp",
                                "options",
                                "/.*" + metric.field().replace(".", "\\.") + "/"),
                "properties",
                        array(
                                object(
                                        "id",
                                        "unit",
                                        "value",
                                        GrafanaPage.unit(Field.unit(metric.field())))));
    }

    private static ObjectNode custom(Chart chart) {
        return switch (chart) {
            case COLUMNS ->
                    object(
                            "drawStyle",
                            "bars",
                            "fillOpacity",
                            80,
                            "stacking",
                            object("mode", "normal", "group", "A"));
            case LINES -> object("drawStyle", "line", "spanNulls", true);
            case NUMBER, PIE, TABLE, COUNTRIES, DOTS -> object();
        };
    }

    private static ObjectNode options(Panel panel) {
        return switch (panel.chart()) {
            case NUMBER -> object("reduceOptions", object("calcs", array("sum"), "values", false));
            case LINES, COLUMNS ->
                    object(
                            "legend",
                            object(
                                    "displayMode",
                                    "list",
                                    "placement",
                                    "right",
                                    "showLegend",
                                    true));
            case PIE ->
                    object(
                            "pieType", "pie",
                            "reduceOptions", object("calcs", array("lastNotNull"), "values", true),
                            "legend",
                                    object(
                                            "displayMode", "list",
                                            "placement", "right",
                                            "showLegend", true));
            case TABLE -> object("showHeader", true);
            case COUNTRIES ->
                    map(
                            object(
                                    "mode", "lookup",
                                    "lookup", panel.splits().getFirst().field(),
                                    "gazetteer", "public/gazetteer/countries.json"));
            case DOTS ->
                    map(object("mode", "geohash", "geohash", panel.splits().getFirst().field()));
        };
    }

    private static ObjectNode map(ObjectNode location) {
        return object(
                "view", object("id", "zero", "lat", 25, "lon", 10, "zoom", 1),
                "basemap", object("type", "default", "name", "Map"),
                "layers",
                        array(
                                object(
                                        "type",
                                        "markers",
                                        "name",
                                        "Transactions",
                                        "location",
                                        location,
                                        "config",
                                        object(
                                                "style",
                                                object(
                                                        "size",
                                                        object(
                                                                "field", "Count",
                                                                "min", 3,
                                                                "max", 20))))));
    }
}
