package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;
import static io.stream53.dashboards.Json.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.dashboards.Dashboard.Control;
import io.stream53.dashboards.Dashboard.Placed;
import java.util.ArrayList;
import java.util.List;

/**
 * Saved objects for Kibana 8.9 and newer, 9 among them (it brings older objects up to date as it
 * imports them): data views, maps and dashboards, one JSON object a line, what others refer to
 * first. Ids are fixed, so that importing them again replaces them.
 */
final class Kibana {
    private Kibana() {}

    /** The lines of the file. */
    static List<String> lines(List<Dashboard> dashboards) {
        List<ObjectNode> objects = new ArrayList<>();
        for (Source source : Source.values()) {
            objects.add(dataView(source));
        }
        for (Dashboard dashboard : dashboards) {
            for (Placed placed : dashboard.placed(Links.HEIGHT)) {
                if (isMap(placed.panel())) {
                    objects.add(KibanaMap.of(placed.panel(), mapId(dashboard, placed)));
                }
            }
        }
        dashboards.forEach(dashboard -> objects.add(dashboard(dashboard, dashboards)));
        return objects.stream().map(Json::text).toList();
    }

    private static ObjectNode dataView(Source source) {
        return object(
                "id",
                source.id(),
                "type",
                "index-pattern",
                "coreMigrationVersion",
                "8.8.0",
                "typeMigrationVersion",
                "8.0.0",
                "managed",
                false,
                "attributes",
                object(
                        "title", source.pattern(),
                        "name", source.title(),
                        "timeFieldName", Source.TIME,
                        "fieldFormatMap", text(SavedFormats.of(source))),
                "references",
                array());
    }

    private static ObjectNode dashboard(Dashboard dashboard, List<Dashboard> all) {
        List<ObjectNode> panels = new ArrayList<>(List.of(links(all)));
        List<ObjectNode> references = new ArrayList<>();
        for (Placed placed : dashboard.placed(Links.HEIGHT)) {
            panels.add(panel(placed));
            references.add(reference(dashboard, placed));
        }
        ObjectNode attributes =
                object(
                        "title", dashboard.title(),
                        "description", dashboard.description(),
                        "version", 1,
                        "timeRestore", false,
                        "optionsJSON",
                                text(
                                        object(
                                                "useMargins", true,
                                                "syncColors", false,
                                                "syncCursor", true,
                                                "syncTooltips", false,
                                                "hidePanelTitles", false)),
                        "panelsJSON", text(panels),
                        "kibanaSavedObjectMeta",
                                object(
                                        "searchSourceJSON",
                                        text(
                                                object(
                                                        "query",
                                                        object("language", "kuery", "query", ""),
                                                        "filter",
                                                        array()))));
        if (!dashboard.controls().isEmpty()) {
            attributes.set("controlGroupInput", controls(dashboard.controls()));
            for (Control control : dashboard.controls()) {
                references.add(
                        object(
                                "type", "index-pattern",
                                "id", Source.TRANSACTIONS.id(),
                                "name",
                                        "controlGroup_%s:optionsListDataView"
                                                .formatted(controlId(control))));
            }
        }
        return object(
                "id",
                Links.id(dashboard),
                "type",
                "dashboard",
                "coreMigrationVersion",
                "8.8.0",
                "typeMigrationVersion",
                "8.9.0",
                "managed",
                false,
                "attributes",
                attributes,
                "references",
                array(references));
    }

    private static ObjectNode panel(Placed placed) {
        ObjectNode panel =
                object(
                        "type", isMap(placed.panel()) ? "map" : "lens",
                        "panelIndex", placed.id(),
                        "gridData", grid(placed),
                        "title", placed.panel().title());
        if (isMap(placed.panel())) {
            panel.put("panelRefName", "panel_" + placed.id());
            panel.set("embeddableConfig", object("enhancements", object()));
        } else {
            panel.set(
                    "embeddableConfig",
                    object(
                            "attributes", Lens.attributes(placed.panel()),
                            "enhancements", object(),
                            "hidePanelTitles", false));
        }
        return panel;
    }

    private static ObjectNode reference(Dashboard dashboard, Placed placed) {
        return isMap(placed.panel())
                ? object(
                        "type",
                        "map",
                        "id",
                        mapId(dashboard, placed),
                        "name",
                        placed.id() + ":panel_" + placed.id())
                : Lens.reference(placed.panel(), placed.id() + ':');
    }

    /** A text above the panels. */
    private static ObjectNode links(List<Dashboard> all) {
        return object(
                "type",
                "visualization",
                "panelIndex",
                "links",
                "gridData",
                object("i", "links", "x", 0, "y", 0, "w", Dashboard.COLUMNS, "h", Links.HEIGHT),
                "embeddableConfig",
                object(
                        "enhancements", object(),
                        "hidePanelTitles", true,
                        "savedVis",
                                object(
                                        "title",
                                        "",
                                        "description",
                                        "",
                                        "type",
                                        "markdown",
                                        "params",
                                        Links.markdown(all),
                                        "uiState",
                                        object(),
                                        "data",
                                        object(
                                                "aggs", array(),
                                                "searchSource", object()))));
    }

    private static ObjectNode controls(List<Control> controls) {
        ObjectNode panels = object();
        for (Control control : controls) {
            panels.set(
                    controlId(control),
                    object(
                            "order",
                            panels.size(),
                            "width",
                            "large",
                            "grow",
                            true,
                            "type",
                            "optionsListControl",
                            "explicitInput",
                            object(
                                    "id", controlId(control),
                                    "fieldName", control.field(),
                                    "title", control.label(),
                                    "singleSelect", true,
                                    "enhancements", object())));
        }
        return object(
                "controlStyle",
                "oneLine",
                "chainingSystem",
                "HIERARCHICAL",
                "ignoreParentSettingsJSON",
                text(
                        object(
                                "ignoreFilters", false,
                                "ignoreQuery", false,
                                "ignoreTimerange", false,
                                "ignoreValidations", false)),
                "panelsJSON",
                text(panels));
    }

    private static String controlId(Control control) {
        return "control-" + control.field().replace('.', '-');
    }

    private static String mapId(Dashboard dashboard, Placed placed) {
        return Links.id(dashboard) + "-map-" + placed.number();
    }

    private static ObjectNode grid(Placed placed) {
        return object(
                "i", placed.id(),
                "x", placed.x(),
                "y", placed.y(),
                "w", placed.width(),
                "h", placed.height());
    }

    private static boolean isMap(Panel panel) {
        return panel.chart() == Chart.COUNTRIES || panel.chart() == Chart.DOTS;
    }
}
