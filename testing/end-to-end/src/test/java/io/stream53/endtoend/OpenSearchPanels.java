package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from the saved objects for OpenSearch Dashboards what each visualization would ask. */
final class OpenSearchPanels {
    private static final String INDEX = "indexRefName";

    private final SavedObjects saved;

    OpenSearchPanels(SavedObjects saved) {
        this.saved = saved;
    }

    List<PanelQuery> of(JsonNode dashboard) {
        List<PanelQuery> queries = new ArrayList<>();
        for (JsonNode panel : SavedObjects.parse(dashboard.at("/attributes/panelsJSON"))) {
            JsonNode object = saved.referred(dashboard, panel.path("panelRefName").textValue());
            JsonNode state = SavedObjects.parse(object.at("/attributes/visState"));
            switch (state.path("type").textValue()) {
                case "markdown" ->
                        DashboardLinks.assertLead(state.at("/params/markdown").textValue(), saved);
                case "input_control_vis" -> {}
                default -> queries.add(query(object, state));
            }
        }
        return queries;
    }

    private PanelQuery query(JsonNode object, JsonNode state) {
        JsonNode search =
                SavedObjects.parse(object.at("/attributes/kibanaSavedObjectMeta/searchSourceJSON"));
        JsonNode metrics = state.path("aggs");
        Aggregations aggregations = new Aggregations();
        for (JsonNode aggregation : metrics) {
            aggregation(aggregations, aggregation, metrics);
        }
        assertThat(search.at("/query/language").textValue()).isEqualTo("lucene");
        return new PanelQuery(
                "OpenSearch Dashboards, " + object.at("/attributes/title").textValue(),
                saved.indices(object, search.path(INDEX).textValue()),
                aggregations.search(
                        List.of(Aggregations.lucene(search.at("/query/query").textValue()))));
    }

    private static void aggregation(Aggregations aggregations, JsonNode aggregation, JsonNode all) {
        String id = aggregation.path("id").textValue();
        String type = aggregation.path("type").textValue();
        JsonNode params = aggregation.path("params");
        String field = params.path("field").asText();
        switch (type) {
            case "count" -> assertThat(params.has("field")).isFalse();
            case "sum", "max", "cardinality" -> aggregations.figure(id, type, field);
            case "percentiles" -> aggregations.percentile(id, field, params.path("percents"));
            case "date_histogram" -> aggregations.byTime(field);
            case "terms" ->
                    aggregations.byValue(
                            field,
                            params.path("size").intValue(),
                            orderBy(params.path("orderBy").textValue(), all),
                            params.path("missingBucket").booleanValue() ? "__missing__" : null);
            case "geohash_grid" ->
                    aggregations.byPlace(type, field, params.path("precision").intValue());
            default -> throw new AssertionError("unknown aggregation " + type);
        }
    }

    private static @Nullable String orderBy(String id, JsonNode all) {
        for (JsonNode aggregation : all) {
            if (aggregation.path("id").textValue().equals(id)) {
                return aggregation.path("type").textValue().equals("count") ? null : id;
            }
        }
        throw new AssertionError("ordered by " + id + ", which is not there");
    }

    /** The fields that people choose a value of, on one dashboard. */
    List<String> choices(JsonNode dashboard) {
        List<String> fields = new ArrayList<>();
        for (JsonNode panel : SavedObjects.parse(dashboard.at("/attributes/panelsJSON"))) {
            JsonNode object = saved.referred(dashboard, panel.path("panelRefName").textValue());
            JsonNode state = SavedObjects.parse(object.at("/attributes/visState"));
            for (JsonNode control : state.at("/params/controls")) {
                saved.indices(object, control.path("indexPatternRefName").textValue());
                fields.add(control.path("fieldName").textValue());
            }
        }
        return fields;
    }
}
