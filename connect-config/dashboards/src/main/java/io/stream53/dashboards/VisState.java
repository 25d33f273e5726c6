package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.dashboards.Part.Metric;
import io.stream53.dashboards.Part.Split;
import java.util.ArrayList;
import java.util.List;

/** A panel as a visualization of OpenSearch Dashboards keeps it: aggregations, and how to draw. */
final class VisState {
    private VisState() {}

    static ObjectNode of(Panel panel) {
        return object(
                "title", panel.title(),
                "type", type(panel.chart()),
                "params", params(panel),
                "aggs", aggregations(panel));
    }

    private static String type(Chart chart) {
        return switch (chart) {
            case NUMBER -> "metric";
            case LINES -> "line";
            case COLUMNS -> "histogram";
            case PIE -> "pie";
            case TABLE -> "table";
            case COUNTRIES -> "region_map";
            case DOTS -> "tile_map";
        };
    }

    private static List<ObjectNode> aggregations(Panel panel) {
        List<ObjectNode> aggregations = new ArrayList<>();
        for (Metric metric : panel.metrics()) {
            aggregations.add(metric(metric, String.valueOf(aggregations.size() + 1)));
        }
        for (int i = 0; i < panel.splits().size(); i++) {
            String id = String.valueOf(aggregations.size() + 1);
            aggregations.add(split(panel.splits().get(i), id, schema(panel.chart(), i)));
        }
        return aggregations;
    }

    private static String schema(Chart chart, int level) {
        if (chart == Chart.TABLE) {
            return "bucket";
        }
        return level == 0 ? "segment" : "group";
    }

    private static ObjectNode metric(Metric metric, String id) {
        ObjectNode params = object("customLabel", metric.label());
        if (metric.kind() != Part.Kind.COUNT) {
            params.put("field", metric.field());
        }
        if (metric.kind() == Part.Kind.PERCENTILE) {
            params.set("percents", array(metric.percentile()));
        }
        String type =
                switch (metric.kind()) {
                    case COUNT -> "count";
                    case SUM -> "sum";
                    case MAX -> "max";
                    case DISTINCT -> "cardinality";
                    case PERCENTILE -> "percentiles";
                };
        return aggregation(id, type, "metric", params);
    }

    private static ObjectNode split(Split split, String id, String schema) {
        return switch (split) {
            case Part.Time time ->
                    aggregation(
                            id,
                            "date_histogram",
                            schema,
                            object(
                                    "field",
                                    time.field(),
                                    "interval",
                                    "auto",
                                    "useNormalizedOpenSearchInterval",
                                    true,
                                    "drop_partials",
                                    false,
                                    "min_doc_count",
                                    1,
                                    "extended_bounds",
                                    object()));
            case Part.Terms terms ->
                    aggregation(
                            id,
                            "terms",
                            schema,
                            object(
                                    "field", terms.field(),
                                    "customLabel", terms.label(),
                                    "size", terms.size(),
                                    "orderBy", "1",
                                    "order", "desc",
                                    "otherBucket", terms.other(),
                                    "otherBucketLabel", "other",
                                    "missingBucket", !terms.missing().isEmpty(),
                                    "missingBucketLabel",
                                            terms.missing().isEmpty() ? "none" : terms.missing()));
            case Part.Places places ->
                    aggregation(
                            id,
                            "geohash_grid",
                            schema,
                            object(
                                    "field", places.field(),
                                    "autoPrecision", true,
                                    "precision", 2,
                                    "isFilteredByCollar", true,
                                    "useGeocentroid", true));
        };
    }

    private static ObjectNode aggregation(
            String id, String type, String schema, ObjectNode params) {
        return object("id", id, "enabled", true, "type", type, "schema", schema, "params", params);
    }

    private static ObjectNode params(Panel panel) {
        return switch (panel.chart()) {
            case NUMBER -> number();
            case LINES -> series(panel, "line", "normal");
            case COLUMNS -> series(panel, "histogram", "stacked");
            case PIE ->
                    object(
                            "type",
                            "pie",
                            "addTooltip",
                            true,
                            "addLegend",
                            true,
                            "legendPosition",
                            "right",
                            "isDonut",
                            false,
                            "labels",
                            object(
                                    "show", false,
                                    "values", true,
                                    "last_level", true,
                                    "truncate", 100));
            case TABLE ->
                    object(
                            "perPage",
                            10,
                            "showPartialRows",
                            false,
                            "showMetricsAtAllLevels",
                            false,
                            "sort",
                            object("columnIndex", null, "direction", null),
                            "showTotal",
                            false,
                            "totalFunc",
                            "sum",
                            "percentageCol",
                            "");
            case COUNTRIES ->
                    map("isDisplayWarning", true, "outlineWeight", 1, "showAllShapes", true);
            case DOTS -> map("mapType", "Scaled Circle Markers", "heatClusterSize", 1.5);
        };
    }

    private static ObjectNode number() {
        return object(
                "type",
                "metric",
                "addTooltip",
                true,
                "addLegend",
                false,
                "metric",
                object(
                        "percentageMode",
                        false,
                        "useRanges",
                        false,
                        "colorSchema",
                        "Green to Red",
                        "metricColorMode",
                        "None",
                        "colorsRange",
                        array(object("from", 0, "to", 10000)),
                        "labels",
                        object("show", true),
                        "invertColors",
                        false,
                        "style",
                        object(
                                "bgFill",
                                "#000",
                                "bgColor",
                                false,
                                "labelColor",
                                false,
                                "subText",
                                "",
                                "fontSize",
                                36)));
    }

    private static ObjectNode series(Panel panel, String type, String mode) {
        List<ObjectNode> series = new ArrayList<>();
        for (Metric metric : panel.metrics()) {
            series.add(
                    object(
                            "show",
                            true,
                            "type",
                            type,
                            "mode",
                            mode,
                            "data",
                            object(
                                    "label", metric.label(),
                                    "id", String.valueOf(series.size() + 1)),
                            "valueAxis",
                            "ValueAxis-1",
                            "drawLinesBetweenPoints",
                            true,
                            "showCircles",
                            true));
        }
        return object(
                "type",
                type,
                "grid",
                object("categoryLines", false),
                "categoryAxes",
                array(axis("CategoryAxis-1", "category", "bottom")),
                "valueAxes",
                array(axis("ValueAxis-1", "value", "left").put("name", "LeftAxis-1")),
                "seriesParams",
                series,
                "addTooltip",
                true,
                "addLegend",
                true,
                "legendPosition",
                "right",
                "times",
                array(),
                "addTimeMarker",
                false);
    }

    private static ObjectNode axis(String id, String type, String position) {
        ObjectNode scale = object("type", "linear");
        ObjectNode labels = object("show", true, "filter", true, "truncate", 100);
        if (type.equals("value")) {
            scale.put("mode", "normal");
            labels.put("rotate", 0);
        }
        return object(
                "id", id,
                "type", type,
                "position", position,
                "show", true,
                "style", object(),
                "scale", scale,
                "labels", labels,
                "title", object("text", ""));
    }

    /** The countries are the first layer that the maps service has, by its first key: ISO codes. */
    private static ObjectNode map(Object... more) {
        ObjectNode params =
                object(
                        "addTooltip",
                        true,
                        "legendPosition",
                        "bottomright",
                        "colorSchema",
                        "Yellow to Red",
                        "mapZoom",
                        2,
                        "mapCenter",
                        array(25, 10),
                        "wms",
                        object(
                                "enabled",
                                false,
                                "options",
                                object("format", "image/png", "transparent", true)));
        return params.setAll(object(more));
    }
}
