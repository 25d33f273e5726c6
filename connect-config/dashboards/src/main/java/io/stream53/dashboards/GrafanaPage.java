package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What Grafana's dashboards share, whatever their data source. */
final class GrafanaPage {
    /** By this tag they are linked with each other. */
    private static final String TAG = "stream53";

    /** Of Grafana 10.4; newer ones bring it up to date as they load it. */
    private static final int SCHEMA = 39;

    private GrafanaPage() {}

    static ObjectNode of(
            String uid,
            String title,
            String description,
            ObjectNode input,
            ArrayNode variables,
            List<ObjectNode> panels) {
        return object(
                "__inputs",
                array(input),
                "uid",
                uid,
                "title",
                title,
                "description",
                description,
                "tags",
                array(TAG),
                "schemaVersion",
                SCHEMA,
                "version",
                1,
                "editable",
                true,
                "timezone",
                "browser",
                "time",
                object("from", "now-24h", "to", "now"),
                "refresh",
                "",
                "links",
                array(
                        object(
                                "type", "dashboards",
                                "title", TAG,
                                "tags", array(TAG),
                                "asDropdown", false,
                                "includeVars", false,
                                "keepTime", true,
                                "targetBlank", false)),
                "templating",
                object("list", variables),
                "annotations",
                object("list", array()),
                "panels",
                panels);
    }

    static ObjectNode input(String name, String type, String description) {
        return object(
                "name", name,
                "label", description,
                "description", description,
                "type", "datasource",
                "pluginId", type,
                "pluginName", type);
    }

    static ObjectNode source(String name, String type) {
        return object("type", type, "uid", "${" + name + '}');
    }

    static ObjectNode panel(
            int id,
            String type,
            String title,
            ObjectNode source,
            ObjectNode grid,
            ArrayNode targets) {
        return object(
                "id", id,
                "type", type,
                "title", title,
                "datasource", source,
                "gridPos", grid,
                "targets", targets);
    }

    /** Our grid has twice as many columns, and rows of about two thirds of the height. */
    static ObjectNode grid(int x, int y, int width, int height) {
        return object("x", x / 2, "y", y * 2 / 3, "w", width / 2, "h", height * 2 / 3);
    }

    static String unit(Field.Unit unit) {
        return switch (unit) {
            case NONE -> "short";
            case NANOSECONDS -> "ns";
            case BYTES -> "bytes";
        };
    }
}
