package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from Kibana's saved objects what each panel would ask, as Lens and Maps do. */
final class KibanaPanels {
    private final SavedObjects saved;
    private final List<PanelQuery> queries = new ArrayList<>();

    KibanaPanels(SavedObjects saved) {
        this.saved = saved;
    }

    List<PanelQuery> of(JsonNode dashboard) {
        queries.clear();
        String title = "Kibana, " + dashboard.at("/attributes/title").textValue() + ", ";
        for (JsonNode panel : SavedObjects.parse(dashboard.at("/attributes/panelsJSON"))) {
            String name = title + panel.path("title").textValue();
            switch (panel.path("type").textValue()) {
                case "lens" -> lens(name, dashboard, panel);
                case "map" ->
                        map(
                                name,
                                saved.referred(
                                        dashboard,
                                        panel.path("panelIndex").textValue()
                                                + ':'
                                                + panel.path("panelRefName").textValue()));
                case "visualization" -> links(panel.at("/embeddableConfig/savedVis"));
                default -> throw new AssertionError("unknown panel " + panel);
            }
        }
        return List.copyOf(queries);
    }

    /** Each link is to a dashboard of the file. */
    private void links(JsonNode markdown) {
        assertThat(markdown.path("type").textValue()).isEqualTo("markdown");
        DashboardLinks.assertLead(markdown.at("/params/markdown").textValue(), saved);
    }

    private void lens(String name, JsonNode dashboard, JsonNode panel) {
        JsonNode attributes = panel.at("/embeddableConfig/attributes");
        JsonNode state = attributes.path("state");
        JsonNode layers = state.at("/datasourceStates/formBased/layers");
        assertThat(layers).as(name).hasSize(1);
        String layerId = layers.fieldNames().next();
        JsonNode columns = layers.path(layerId).path("columns");
        assertPictureIsOfColumns(name, state.path("visualization"), layerId, columns);

        Aggregations aggregations = new Aggregations();
        for (JsonNode id : layers.path(layerId).path("columnOrder")) {
            column(aggregations, id.textValue(), columns);
        }
        assertThat(state.at("/query/language").textValue()).isEqualTo("lucene");
        queries.add(
                new PanelQuery(
                        name,
                        saved.indices(
                                dashboard,
                                panel.path("panelIndex").textValue()
                                        + ":indexpattern-datasource-layer-"
                                        + layerId),
                        aggregations.search(
                                List.of(
                                        Aggregations.lucene(
                                                state.at("/query/query").textValue())))));
    }

    private static void column(Aggregations aggregations, String id, JsonNode columns) {
        JsonNode column = columns.path(id);
        String field = column.path("sourceField").textValue();
        JsonNode params = column.path("params");
        switch (column.path("operationType").textValue()) {
            case "date_histogram" -> aggregations.byTime(field);
            case "terms" ->
                    aggregations.byValue(
                            field,
                            params.path("size").intValue(),
                            orderBy(params.path("orderBy"), columns),
                            params.path("missingBucket").booleanValue() ? "__missing__" : null);
            case "count" -> assertThat(field).isEqualTo("___records___");
            case "sum" -> aggregations.figure(id, "sum", field);
            case "max" -> aggregations.figure(id, "max", field);
            case "unique_count" -> aggregations.figure(id, "cardinality", field);
            case "percentile" -> {
                var percents = Aggregations.JSON.createArrayNode();
                percents.add(params.path("percentile").intValue());
                aggregations.percentile(id, field, percents);
            }
            default -> throw new AssertionError("unknown operation in " + column);
        }
    }

    private static @Nullable String orderBy(JsonNode orderBy, JsonNode columns) {
        assertThat(orderBy.path("type").textValue()).isEqualTo("column");
        String id = orderBy.path("columnId").textValue();
        boolean count = columns.path(id).path("operationType").textValue().equals("count");
        return count ? null : id;
    }

    /** Lens shows nothing where a picture names columns or layers that are not there. */
    private static void assertPictureIsOfColumns(
            String name, JsonNode picture, String layerId, JsonNode columns) {
        List<JsonNode> named = new ArrayList<>();
        for (String key : List.of("xAccessor", "splitAccessor", "columnId", "metricAccessor")) {
            named.addAll(picture.findValues(key));
        }
        for (String key : List.of("accessors", "primaryGroups", "metrics")) {
            picture.findValues(key).forEach(ids -> ids.forEach(named::add));
        }
        assertThat(named).as(name).isNotEmpty();
        named.forEach(id -> assertThat(columns.has(id.textValue())).as(name).isTrue());
        assertThat(named.stream().distinct().count()).as(name).isEqualTo(columns.size());
        picture.findValues("layerId")
                .forEach(id -> assertThat(id.textValue()).as(name).isEqualTo(layerId));
    }

    private void map(String name, JsonNode map) {
        int before = queries.size();
        for (JsonNode layer : SavedObjects.parse(map.at("/attributes/layerListJSON"))) {
            JsonNode source = layer.path("sourceDescriptor");
            switch (source.path("type").textValue()) {
                case "EMS_TMS" -> {}
                case "EMS_FILE" -> join(name, map, layer.at("/joins/0/right"));
                case "ES_GEO_GRID" -> {
                    Aggregations aggregations = new Aggregations();
                    aggregations.byPlace("geotile_grid", source.path("geoField").textValue(), 5);
                    add(name, map, source, aggregations, layer.at("/query/query"));
                }
                default -> throw new AssertionError("unknown layer in " + name);
            }
        }
        assertThat(queries.size()).as(name).isEqualTo(before + 1);
    }

    private void join(String name, JsonNode map, JsonNode right) {
        assertThat(right.path("type").textValue()).isEqualTo("ES_TERM_SOURCE");
        Aggregations aggregations = new Aggregations();
        aggregations.byValue(
                right.path("term").textValue(), right.path("size").intValue(), null, null);
        add(name, map, right, aggregations, right.at("/whereQuery/query"));
    }

    private void add(
            String name, JsonNode map, JsonNode source, Aggregations aggregations, JsonNode query) {
        assertThat(source.at("/metrics/0/type").textValue()).isEqualTo("count");
        queries.add(
                new PanelQuery(
                        name,
                        saved.indices(map, source.path("indexPatternRefName").textValue()),
                        aggregations.search(List.of(Aggregations.lucene(query.asText(""))))));
    }

    /** The fields that people choose a value of, on one dashboard. */
    List<String> choices(JsonNode dashboard) {
        JsonNode controls = dashboard.at("/attributes/controlGroupInput/panelsJSON");
        if (controls.isMissingNode()) {
            return List.of();
        }
        List<String> fields = new ArrayList<>();
        SavedObjects.parse(controls)
                .properties()
                .forEach(
                        control -> {
                            saved.indices(
                                    dashboard,
                                    "controlGroup_" + control.getKey() + ":optionsListDataView");
                            fields.add(
                                    control.getValue().at("/explicitInput/fieldName").textValue());
                        });
        return fields;
    }
}
