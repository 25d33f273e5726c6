package io.stream53.dashboards;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which files there are, below connect-config/dashboards, and what is in them. */
final class DashboardFiles {
    private DashboardFiles() {}

    /** Content by path. */
    static Map<String, String> all() {
        List<Dashboard> dashboards = Definition.dashboards();
        Map<String, String> files = new TreeMap<>();
        files.put("kibana/stream53.ndjson", lines(Kibana.lines(dashboards)));
        files.put(
                "opensearch-dashboards/stream53.ndjson",
                lines(OpenSearchDashboards.lines(dashboards)));
        for (Dashboard dashboard : dashboards) {
            files.put(
                    "grafana/%s.json".formatted(Links.id(dashboard)),
                    Json.pretty(Grafana.of(dashboard)));
        }
        files.put("grafana/stream53-programs.json", Json.pretty(PrometheusDashboard.of()));
        return files;
    }

    private static String lines(List<String> lines) {
        return String.join("\n", lines) + '\n';
    }
}
