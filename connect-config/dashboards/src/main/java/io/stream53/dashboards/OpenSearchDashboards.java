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
 * Saved objects for OpenSearch Dashboards 2 and 3: index patterns, visualizations and dashboards,
 * one JSON object a line, what others refer to first. Ids are fixed, so that importing them again
 * replaces them. As in the sample data of github.com/opensearch-project/OpenSearch-Dashboards.
 */
final class OpenSearchDashboards {
    private static final String LINKS = "stream53-links";

    private OpenSearchDashboards() {}

    /** The lines of the file. */
    static List<String> lines(List<Dashboard> dashboards) {
        List<ObjectNode> objects = new ArrayList<>();
        for (Source source : Source.values()) {
            objects.add(indexPattern(source));
        }
        objects.add(links(dashboards));
        for (Dashboard dashboard : dashboards) {
            if (!dashboard.controls().isEmpty()) {
                objects.add(controls(dashboard));
            }
            for (Placed placed : dashboard.placed(0)) {
                objects.add(visualization(dashboard, placed));
            }
        }
        dashboards.forEach(dashboard -> objects.add(dashboard(dashboard)));
        return objects.stream().map(Json::text).toList();
    }

    private static ObjectNode indexPattern(Source source) {
        return object(
                "id", source.id(),
                "type", "index-pattern",
                "migrationVersion", object("index-pattern", "7.6.0"),
                "attributes",
                        object(
                                "title", source.pattern(),
                                "timeFieldName", Source.TIME,
                                "fieldFormatMap", text(SavedFormats.of(source))),
                "references", array());
    }

    private static ObjectNode visualization(Dashboard dashboard, Placed placed) {
        Panel panel = placed.panel();
        return visualization(
                visualizationId(dashboard, placed),
                panel.title() + " (" + dashboard.title() + ')',
                VisState.of(panel),
                object(
                        "query", object("language", "lucene", "query", panel.filter()),
                        "filter", array(),
                        "indexRefName", "kibanaSavedObjectMeta.searchSourceJSON.index"),
                List.of(
                        object(
                                "type", "index-pattern",
                                "id", panel.source().id(),
                                "name", "kibanaSavedObjectMeta.searchSourceJSON.index")));
    }

    private static ObjectNode links(List<Dashboard> dashboards) {
        ObjectNode state =
                object(
                        "title",
                        "Links",
                        "type",
                        "markdown",
                        "params",
                        Links.markdown(dashboards),
                        "aggs",
                        array());
        return visualization(LINKS, "Links (stream53)", state, emptySearch(), List.of());
    }

    private static ObjectNode controls(Dashboard dashboard) {
        List<ObjectNode> controls = new ArrayList<>();
        List<ObjectNode> references = new ArrayList<>();
        for (Control control : dashboard.controls()) {
            String reference = "control_%d_index_pattern".formatted(controls.size());
            controls.add(
                    object(
                            "id",
                            "control-" + controls.size(),
                            "fieldName",
                            control.field(),
                            "parent",
                            "",
                            "label",
                            control.label(),
                            "type",
                            "list",
                            "options",
                            object(
                                    "type",
                                    "terms",
                                    "multiselect",
                                    false,
                                    "dynamicOptions",
                                    true,
                                    "size",
                                    100,
                                    "order",
                                    "desc"),
                            "indexPatternRefName",
                            reference));
            references.add(
                    object(
                            "type",
                            "index-pattern",
                            "id",
                            Source.TRANSACTIONS.id(),
                            "name",
                            reference));
        }
        ObjectNode state =
                object(
                        "title", dashboard.title(),
                        "type", "input_control_vis",
                        "params",
                                object(
                                        "controls", controls,
                                        "updateFiltersOnChange", true,
                                        "useTimeFilter", true,
                                        "pinFilters", false),
                        "aggs", array());
        return visualization(
                controlsId(dashboard),
                "Choice (" + dashboard.title() + ')',
                state,
                emptySearch(),
                references);
    }

    private static ObjectNode visualization(
            String id,
            String title,
            ObjectNode state,
            ObjectNode search,
            List<ObjectNode> references) {
        return object(
                "id", id,
                "type", "visualization",
                "migrationVersion", object("visualization", "7.10.0"),
                "attributes",
                        object(
                                "title",
                                title,
                                "description",
                                "",
                                "version",
                                1,
                                "uiStateJSON",
                                "{}",
                                "visState",
                                text(state),
                                "kibanaSavedObjectMeta",
                                object("searchSourceJSON", text(search))),
                "references", array(references));
    }

    private static ObjectNode dashboard(Dashboard dashboard) {
        List<ObjectNode> panels = new ArrayList<>();
        List<ObjectNode> references = new ArrayList<>();
        add(panels, references, LINKS, 0, 0, Dashboard.COLUMNS, Links.HEIGHT);
        int top = Links.HEIGHT;
        if (!dashboard.controls().isEmpty()) {
            add(panels, references, controlsId(dashboard), 0, top, Dashboard.COLUMNS, 6);
            top += 6;
        }
        for (Placed placed : dashboard.placed(top)) {
            String id = visualizationId(dashboard, placed);
            add(panels, references, id, placed.x(), placed.y(), placed.width(), placed.height());
            panels.getLast().put("title", placed.panel().title());
        }
        return object(
                "id", Links.id(dashboard),
                "type", "dashboard",
                "migrationVersion", object("dashboard", "7.9.3"),
                "attributes",
                        object(
                                "title", dashboard.title(),
                                "description", dashboard.description(),
                                "hits", 0,
                                "version", 1,
                                "timeRestore", false,
                                "optionsJSON",
                                        text(object("useMargins", true, "hidePanelTitles", false)),
                                "panelsJSON", text(panels),
                                "kibanaSavedObjectMeta",
                                        object("searchSourceJSON", text(emptySearch()))),
                "references", array(references));
    }

    private static void add(
            List<ObjectNode> panels,
            List<ObjectNode> references,
            String id,
            int x,
            int y,
            int width,
            int height) {
        String index = String.valueOf(panels.size());
        String reference = "panel_" + index;
        panels.add(
                object(
                        "version",
                        "2.0.0",
                        "panelIndex",
                        index,
                        "gridData",
                        object("i", index, "x", x, "y", y, "w", width, "h", height),
                        "embeddableConfig",
                        object(),
                        "panelRefName",
                        reference));
        references.add(object("type", "visualization", "id", id, "name", reference));
    }

    private static ObjectNode emptySearch() {
        return object("query", object("language", "lucene", "query", ""), "filter", array());
    }

    private static String controlsId(Dashboard dashboard) {
        return Links.id(dashboard) + "-choice";
    }

    private static String visualizationId(Dashboard dashboard, Placed placed) {
        return Links.id(dashboard) + '-' + placed.number();
    }
}
