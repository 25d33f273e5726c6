package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads from Grafana's dashboards what the targets of each panel would ask. */
final class GrafanaPanels {
    /** The index that the data source is to be set up with. */
    private static final String INDEX = "dns-*";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):lucene}");

    private GrafanaPanels() {}

    /** Of a dashboard over the Elasticsearch data source; all values of its variables. */
    static List<PanelQuery> of(JsonNode dashboard) {
        List<PanelQuery> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String name =
                    "Grafana, "
                            + dashboard.path("title").textValue()
                            + ", "
                            + panel.path("title").textValue();
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.at("/datasource/uid").textValue())
                        .isEqualTo("${" + dashboard.at("/__inputs/0/name").textValue() + '}');
                queries.add(query(name, dashboard, target));
            }
        }
        return queries;
    }

    private static PanelQuery query(String name, JsonNode dashboard, JsonNode target) {
        Aggregations aggregations = new Aggregations();
        for (JsonNode metric : target.path("metrics")) {
            String id = metric.path("id").textValue();
            String type = metric.path("type").textValue();
            switch (type) {
                case "count" -> {}
                case "percentiles" ->
                        aggregations.percentile(
                                id,
                                metric.path("field").textValue(),
                                metric.at("/settings/percents"));
                case "sum", "max", "cardinality" ->
                        aggregations.figure(id, type, metric.path("field").textValue());
                default -> throw new AssertionError("unknown metric " + type);
            }
        }
        for (JsonNode bucket : target.path("bucketAggs")) {
            bucket(aggregations, bucket, target.path("metrics"));
        }
        return new PanelQuery(
                name,
                INDEX,
                aggregations.search(
                        List.of(
                                Aggregations.lucene(
                                        withAll(target.path("query").textValue(), dashboard)))));
    }

    private static void bucket(Aggregations aggregations, JsonNode bucket, JsonNode metrics) {
        String field = bucket.path("field").textValue();
        JsonNode settings = bucket.path("settings");
        switch (bucket.path("type").textValue()) {
            case "date_histogram" -> aggregations.byTime(field);
            case "terms" ->
                    aggregations.byValue(
                            field,
                            Integer.parseInt(settings.path("size").textValue()),
                            orderBy(settings.path("orderBy").textValue(), metrics),
                            settings.path("missing").textValue());
            case "geohash_grid" ->
                    aggregations.byPlace(
                            "geohash_grid",
                            field,
                            Integer.parseInt(settings.path("precision").textValue()));
            default -> throw new AssertionError("unknown groups " + bucket);
        }
    }

    private static @Nullable String orderBy(String id, JsonNode metrics) {
        for (JsonNode metric : metrics) {
            if (metric.path("id").textValue().equals(id)) {
                return metric.path("type").textValue().equals("count") ? null : id;
            }
        }
        throw new AssertionError("ordered by " + id + ", which is not there");
    }

    /** Each variable stands for all values, as when the dashboard is opened. */
    private static String withAll(String query, JsonNode dashboard) {
        Matcher variables = VARIABLE.matcher(query);
        StringBuilder replaced = new StringBuilder();
        while (variables.find()) {
            String all = "";
            for (JsonNode variable : dashboard.at("/templating/list")) {
                if (variable.path("name").textValue().equals(variables.group(1))) {
                    all = variable.path("allValue").textValue();
                }
            }
            assertThat(all).as("variable of %s", query).isNotEmpty();
            variables.appendReplacement(replaced, Matcher.quoteReplacement(all));
        }
        return variables.appendTail(replaced).toString();
    }

    /** The fields that people choose a value of. */
    static List<String> choices(JsonNode dashboard) {
        List<String> fields = new ArrayList<>();
        for (JsonNode variable : dashboard.at("/templating/list")) {
            fields.add(SavedObjects.parse(variable.path("query")).path("field").textValue());
        }
        return fields;
    }

    /** The PromQL expressions of a dashboard over Prometheus. */
    static List<String> expressions(JsonNode dashboard) {
        return dashboard.path("panels").findValuesAsText("expr");
    }
}
