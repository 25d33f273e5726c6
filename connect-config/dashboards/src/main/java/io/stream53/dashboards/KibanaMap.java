package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;
import static io.stream53.dashboards.Json.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A map as Kibana keeps it: tiles of the Elastic Maps Service, and on them either its countries,
 * joined with the documents by their ISO 3166-1 code, or a grid of the documents' locations.
 */
final class KibanaMap {
    private KibanaMap() {}

    /** The saved object. */
    static ObjectNode of(Panel panel, String id) {
        boolean countries = panel.chart() == Chart.COUNTRIES;
        String reference =
                countries ? "layer_1_join_0_index_pattern" : "layer_1_source_index_pattern";
        ObjectNode layer = countries ? countries(panel, id, reference) : dots(panel, id, reference);
        return object(
                "id",
                id,
                "type",
                "map",
                "coreMigrationVersion",
                "8.8.0",
                "typeMigrationVersion",
                "8.4.0",
                "managed",
                false,
                "attributes",
                object(
                        "title", panel.title() + " (stream53)",
                        "description", "",
                        "layerListJSON", text(array(tiles(), layer)),
                        "mapStateJSON", text(state()),
                        "uiStateJSON",
                                text(object("isLayerTOCOpen", false, "openTOCDetails", array()))),
                "references",
                array(
                        object(
                                "type",
                                "index-pattern",
                                "id",
                                panel.source().id(),
                                "name",
                                reference)));
    }

    private static ObjectNode tiles() {
        return object(
                "id",
                "tiles",
                "type",
                "EMS_VECTOR_TILE",
                "label",
                null,
                "alpha",
                1,
                "minZoom",
                0,
                "maxZoom",
                24,
                "visible",
                true,
                "includeInFitToBounds",
                true,
                "sourceDescriptor",
                object(
                        "type", "EMS_TMS",
                        "isAutoSelect", true,
                        "lightModeDefault", "road_map_desaturated"),
                "style",
                object("type", "EMS_VECTOR_TILE", "color", ""));
    }

    private static ObjectNode countries(Panel panel, String id, String reference) {
        String join = id + "-join";
        ObjectNode right =
                object(
                        "type",
                        "ES_TERM_SOURCE",
                        "id",
                        join,
                        "term",
                        panel.splits().getFirst().field(),
                        "metrics",
                        array(object("type", "count")),
                        "whereQuery",
                        object("language", "lucene", "query", panel.filter()),
                        "size",
                        ((Part.Terms) panel.splits().getFirst()).size(),
                        "applyGlobalQuery",
                        true,
                        "applyGlobalTime",
                        true,
                        "applyForceRefresh",
                        true,
                        "indexPatternRefName",
                        reference);
        ObjectNode field = object("name", "__kbnjoin__count__" + join, "origin", "join");
        return layer(
                panel,
                "GEOJSON_VECTOR",
                object(
                        "type",
                        "EMS_FILE",
                        "id",
                        "world_countries",
                        "tooltipProperties",
                        array("name")),
                array(object("leftField", "iso2", "right", right)),
                field);
    }

    private static ObjectNode dots(Panel panel, String id, String reference) {
        ObjectNode source =
                object(
                        "type",
                        "ES_GEO_GRID",
                        "id",
                        id + "-grid",
                        "geoField",
                        panel.splits().getFirst().field(),
                        "requestType",
                        "point",
                        "resolution",
                        "COARSE",
                        "metrics",
                        array(object("type", "count")),
                        "applyGlobalQuery",
                        true,
                        "applyGlobalTime",
                        true,
                        "applyForceRefresh",
                        true,
                        "indexPatternRefName",
                        reference);
        return layer(
                panel,
                "GEOJSON_VECTOR",
                source,
                array(),
                object("name", "doc_count", "origin", "source"));
    }

    private static ObjectNode layer(
            Panel panel, String type, ObjectNode source, Object joins, ObjectNode field) {
        ObjectNode layer =
                object(
                        "id",
                        "documents",
                        "type",
                        type,
                        "label",
                        panel.title(),
                        "alpha",
                        0.75,
                        "minZoom",
                        0,
                        "maxZoom",
                        24,
                        "visible",
                        true,
                        "includeInFitToBounds",
                        true,
                        "sourceDescriptor",
                        source,
                        "style",
                        object("type", "VECTOR", "isTimeAware", true, "properties", style(field)),
                        "joins",
                        joins);
        if (!panel.filter().isEmpty()) {
            layer.set("query", object("language", "lucene", "query", panel.filter()));
        }
        return layer;
    }

    private static ObjectNode style(ObjectNode field) {
        ObjectNode meta = object("isEnabled", true, "sigma", 3);
        return object(
                "fillColor",
                        object(
                                "type",
                                "DYNAMIC",
                                "options",
                                object(
                                        "type",
                                        "ORDINAL",
                                        "color",
                                        "Yellow to Red",
                                        "field",
                                        field,
                                        "fieldMetaOptions",
                                        meta)),
                "iconSize",
                        object(
                                "type",
                                "DYNAMIC",
                                "options",
                                object(
                                        "minSize",
                                        7,
                                        "maxSize",
                                        24,
                                        "field",
                                        field,
                                        "fieldMetaOptions",
                                        meta)),
                "lineColor", object("type", "STATIC", "options", object("color", "#3d3d3d")),
                "lineWidth", object("type", "STATIC", "options", object("size", 1)),
                "symbolizeAs", object("options", object("value", "circle")));
    }

    private static ObjectNode state() {
        return object(
                "zoom", 1.2,
                "center", object("lon", 10, "lat", 25),
                "timeFilters", object("from", "now-24h", "to", "now"),
                "refreshConfig", object("isPaused", true, "interval", 0),
                "query", object("language", "lucene", "query", ""),
                "filters", array());
    }
}
