package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.dashboards.Part.Metric;
import io.stream53.dashboards.Part.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A panel as Kibana's Lens keeps it inside of a dashboard: columns of one layer, and a picture of
 * these. As in the dashboards of Elastic's integrations (github.com/elastic/integrations).
 */
final class Lens {
    private static final String LAYER = "layer";

    private Lens() {}

    /** The attributes of a Lens object. */
    static ObjectNode attributes(Panel panel) {
        return object(
                "title", panel.title(),
                "type", "lens",
                "visualizationType", type(panel.chart()),
                "references", array(reference(panel, "")),
                "state",
                        object(
                                "adHocDataViews", object(),
                                "internalReferences", array(),
                                "filters", array(),
                                "query", object("language", "lucene", "query", panel.filter()),
                                "datasourceStates",
                                        object(
                                                "formBased",
                                                object("layers", object(LAYER, layer(panel)))),
                                "visualization", visualization(panel)));
    }

    /**
     * The data view that the layer is of.
     *
     * @param prefix what the dashboard puts in front of the names of a panel's references
     */
    static ObjectNode reference(Panel panel, String prefix) {
        return object(
                "type",
                "index-pattern",
                "id",
                panel.source().id(),
                "name",
                prefix + "indexpattern-datasource-layer-" + LAYER);
    }

    private static ObjectNode layer(Panel panel) {
        ObjectNode columns = object();
        List<String> splits = splitIds(panel);
        List<String> metrics = metricIds(panel);
        for (int i = 0; i < splits.size(); i++) {
            columns.set(splits.get(i), split(panel.splits().get(i)));
        }
        for (int i = 0; i < metrics.size(); i++) {
            columns.set(metrics.get(i), metric(panel.metrics().get(i)));
        }
        return object(
                "columnOrder",
                array(Stream.concat(splits.stream(), metrics.stream()).toList()),
                "columns",
                columns,
                "incompleteColumns",
                object(),
                "sampling",
                1);
    }

    private static ObjectNode split(Split split) {
        return switch (split) {
            case Part.Time time ->
                    object(
                            "label",
                            time.field(),
                            "dataType",
                            "date",
                            "operationType",
                            "date_histogram",
                            "sourceField",
                            time.field(),
                            "isBucketed",
                            true,
                            "scale",
                            "interval",
                            "params",
                            object(
                                    "interval", "auto",
                                    "includeEmptyRows", true,
                                    "dropPartials", false));
            case Part.Terms terms ->
                    object(
                            "label",
                            terms.label(),
                            "customLabel",
                            true,
                            "dataType",
                            Field.type(terms.field()),
                            "operationType",
                            "terms",
                            "sourceField",
                            terms.field(),
                            "isBucketed",
                            true,
                            "scale",
                            "ordinal",
                            "params",
                            terms(terms));
            case Part.Places places ->
                    throw new IllegalArgumentException(places.field() + " is for maps");
        };
    }

    private static ObjectNode terms(Part.Terms terms) {
        return object(
                "size", terms.size(),
                "orderBy", object("type", "column", "columnId", "metric0"),
                "orderDirection", "desc",
                "otherBucket", terms.other(),
                "missingBucket", !terms.missing().isEmpty(),
                "parentFormat", object("id", "terms"),
                "include", array(),
                "exclude", array(),
                "includeIsRegex", false,
                "excludeIsRegex", false,
                "secondaryFields", array());
    }

    private static ObjectNode metric(Metric metric) {
        String operation =
                switch (metric.kind()) {
                    case COUNT -> "count";
                    case SUM -> "sum";
                    case MAX -> "max";
                    case DISTINCT -> "unique_count";
                    case PERCENTILE -> "percentile";
                };
        ObjectNode params =
                metric.kind() == Part.Kind.PERCENTILE
                        ? object("percentile", metric.percentile())
                        : object("emptyAsNull", true);
        boolean date = metric.kind() == Part.Kind.MAX && Field.type(metric.field()).equals("date");
        return object(
                "label",
                metric.label(),
                "customLabel",
                true,
                "dataType",
                date ? "date" : "number",
                "operationType",
                operation,
                "sourceField",
                metric.kind() == Part.Kind.COUNT ? "___records___" : metric.field(),
                "isBucketed",
                false,
                "scale",
                "ratio",
                "params",
                params);
    }

    private static String type(Chart chart) {
        return switch (chart) {
            case NUMBER -> "lnsMetric";
            case LINES, COLUMNS -> "lnsXY";
            case PIE -> "lnsPie";
            case TABLE -> "lnsDatatable";
            case COUNTRIES, DOTS -> throw new IllegalArgumentException(chart + " is for maps");
        };
    }

    private static ObjectNode visualization(Panel panel) {
        return switch (panel.chart()) {
            case NUMBER ->
                    object("layerId", LAYER, "layerType", "data", "metricAccessor", "metric0");
            case LINES -> xy(panel, "line");
            case COLUMNS -> xy(panel, "bar_stacked");
            case PIE -> object("shape", "pie", "layers", array(slices(panel)));
            case TABLE -> object("layerId", LAYER, "layerType", "data", "columns", columns(panel));
            case COUNTRIES, DOTS ->
                    throw new IllegalArgumentException(panel.chart() + " is for maps");
        };
    }

    private static ObjectNode xy(Panel panel, String series) {
        ObjectNode layer =
                object(
                        "layerId",
                        LAYER,
                        "layerType",
                        "data",
                        "seriesType",
                        series,
                        "xAccessor",
                        "split0",
                        "accessors",
                        array(metricIds(panel)));
        if (panel.splits().size() > 1) {
            layer.put("splitAccessor", "split1");
        }
        return object(
                "preferredSeriesType",
                series,
                "layers",
                array(layer),
                "legend",
                object("isVisible", true, "position", "right"),
                "valueLabels",
                "hide",
                "fittingFunction",
                "None",
                "axisTitlesVisibilitySettings",
                object("x", false, "yLeft", false, "yRight", false));
    }

    private static ObjectNode slices(Panel panel) {
        return object(
                "layerId",
                LAYER,
                "layerType",
                "data",
                "primaryGroups",
                array(splitIds(panel)),
                "metrics",
                array(metricIds(panel)),
                "numberDisplay",
                "percent",
                "categoryDisplay",
                "default",
                "legendDisplay",
                "default",
                "nestedLegend",
                false);
    }

    private static ArrayNode columns(Panel panel) {
        List<ObjectNode> columns = new ArrayList<>();
        splitIds(panel).forEach(id -> columns.add(object("columnId", id)));
        metricIds(panel).forEach(id -> columns.add(object("columnId", id)));
        return array(columns);
    }

    private static List<String> splitIds(Panel panel) {
        return IntStream.range(0, panel.splits().size()).mapToObj(i -> "split" + i).toList();
    }

    private static List<String> metricIds(Panel panel) {
        return IntStream.range(0, panel.metrics().size()).mapToObj(i -> "metric" + i).toList();
    }
}
