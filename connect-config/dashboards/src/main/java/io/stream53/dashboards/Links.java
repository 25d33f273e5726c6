package io.stream53.dashboards;

import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** The links between dashboards: a line of Markdown on top of each, alike in both tools. */
final class Links {
    /** Rows that the line takes. */
    static final int HEIGHT = 3;

    private Links() {}

    /** The fixed id of a dashboard. */
    static String id(Dashboard dashboard) {
        return "stream53-" + dashboard.id();
    }

    /** The parameters of a Markdown visualization. */
    static ObjectNode markdown(List<Dashboard> all) {
        return object(
                "fontSize",
                12,
                "openLinksInNewTab",
                false,
                "markdown",
                all.stream()
                        .map(one -> "[%s](#/view/%s)".formatted(one.title(), id(one)))
                        .collect(Collectors.joining(" | ")));
    }
}
