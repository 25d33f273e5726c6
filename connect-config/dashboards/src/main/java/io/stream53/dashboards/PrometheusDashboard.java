package io.stream53.dashboards;

import static io.stream53.dashboards.Json.array;
import static io.stream53.dashboards.Json.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The dashboard of the agents and processors themselves, from the metrics that they serve under
 * {@code /metrics}, scraped by Prometheus.
 */
final class PrometheusDashboard {
    static final String DATA_SOURCE = "DS_PROMETHEUS";

    private static final String TYPE = "prometheus";
    private static final int WIDTH = 24;
    private static final int HEIGHT = 12;

    /** A line of a panel: its name in the legend, and a PromQL expression. */
    private record Query(String legend, String expression) {}

    private record Graph(String title, String unit, List<Query> queries) {
        Graph(String title, String unit, Query... queries) {
            this(title, unit, List.of(queries));
        }
    }

    private static final List<Graph> GRAPHS =
            List.of(
                    new Graph(
                            "Agents: messages a second",
                            "cps",
                            rate("captured by {{instance}}", "stream53_agent_captured_total"),
                            rate("published by {{instance}}", "stream53_agent_published_total")),
                    new Graph(
                            "Agents: dropped a second, by reason",
                            "cps",
                            new Query(
                                    "{{reason}}",
                                    "sum by (reason)"
                                            + " (rate(stream53_agent_dropped_total[$__rate_interval]))")),
                    new Graph(
                            "Agents: what waits for Kafka",
                            "short",
                            new Query("queued in {{instance}}", "stream53_agent_queued_records"),
                            new Query("spooled in {{instance}}", "stream53_agent_spooled_records")),
                    new Graph(
                            "Agents: age of the oldest message not acknowledged",
                            "s",
                            new Query(
                                    "{{instance}}",
                                    "stream53_agent_oldest_unacknowledged_seconds")),
                    new Graph(
                            "Agents: processor time (cores)",
                            "short",
                            rate("{{instance}}", "stream53_agent_cpu_seconds_total")),
                    new Graph(
                            "Agents: memory",
                            "bytes",
                            new Query("{{instance}}", "stream53_agent_resident_memory_bytes")),
                    new Graph(
                            "Agents: one transaction of how many is kept",
                            "short",
                            new Query("{{instance}}", "stream53_agent_sampling_rate")),
                    new Graph(
                            "Processors: messages read a second",
                            "cps",
                            total("read", "stream53_packets_read_total"),
                            total("lost", "stream53_lost_total"),
                            total("redelivered", "stream53_redelivered_total"),
                            total("undecodable", "stream53_undecodable_total")),
                    new Graph(
                            "Transactions a second, by status",
                            "cps",
                            total("answered", "stream53_answered_total"),
                            total("unanswered", "stream53_unanswered_total"),
                            total("mismatched", "stream53_mismatched_total"),
                            total("unsolicited", "stream53_unsolicited_total"),
                            total("late", "stream53_late_total")),
                    new Graph(
                            "Lag: records not yet processed",
                            "short",
                            new Query("all partitions", "max(stream53_lag)"),
                            new Query(
                                    "partition {{partition}}",
                                    "max by (partition) (stream53_partition_lag)")),
                    new Graph(
                            "Nodes: from a message to its being read",
                            "s",
                            new Query("{{node}}", "max by (node) (stream53_node_delay_seconds)")),
                    new Graph(
                            "Nodes: how far behind the clock",
                            "s",
                            new Query(
                                    "{{node}}",
                                    "time() - max by (node) (stream53_node_watermark_seconds)")),
                    new Graph(
                            "Nodes: messages in the last minute",
                            "short",
                            new Query(
                                    "captured by {{node}}",
                                    "max by (node) (stream53_node_captured)"),
                            new Query(
                                    "dropped by {{node}}", "max by (node) (stream53_node_dropped)"),
                            new Query("lost of {{node}}", "max by (node) (stream53_node_lost)")),
                    new Graph(
                            "Processors: what waits",
                            "short",
                            new Query("pending queries", "sum(stream53_pending)"),
                            new Query("open windows", "sum(stream53_open_windows)"),
                            new Query("counts not sent", "sum(stream53_unsent)")),
                    new Graph(
                            "Processors: HTTP answers a second",
                            "reqps",
                            new Query(
                                    "{{status}}",
                                    "sum by (status)"
                                            + " (rate(stream53_http_requests_seconds_count[$__rate_interval]))")));

    private PrometheusDashboard() {}

    private static Query rate(String legend, String counter) {
        return new Query(legend, "rate(" + counter + "[$__rate_interval])");
    }

    private static Query total(String legend, String counter) {
        return new Query(legend, "sum(rate(" + counter + "[$__rate_interval]))");
    }

    static ObjectNode of() {
        List<ObjectNode> panels = new ArrayList<>();
        for (Graph graph : GRAPHS) {
            int place = panels.size();
            ObjectNode panel =
                    GrafanaPage.panel(
                            place + 1,
                            "timeseries",
                            graph.title(),
                            GrafanaPage.source(DATA_SOURCE, TYPE),
                            GrafanaPage.grid(place % 2 * WIDTH, place / 2 * HEIGHT, WIDTH, HEIGHT),
                            array(targets(graph)));
            panel.set(
                    "fieldConfig",
                    object("defaults", object("unit", graph.unit()), "overrides", array()));
            panel.set(
                    "options",
                    object("legend", object("displayMode", "list", "placement", "bottom")));
            panels.add(panel);
        }
        return GrafanaPage.of(
                "stream53-programs",
                "stream53 agents and processors",
                "What the programs say of themselves under /metrics.",
                GrafanaPage.input(DATA_SOURCE, TYPE, "Prometheus that scrapes /metrics"),
                array(),
                panels);
    }

    private static List<ObjectNode> targets(Graph graph) {
        List<ObjectNode> targets = new ArrayList<>();
        for (Query query : graph.queries()) {
            targets.add(
                    object(
                            "refId", String.valueOf((char) ('A' + targets.size())),
                            "datasource", GrafanaPage.source(DATA_SOURCE, TYPE),
                            "expr", query.expression(),
                            "legendFormat", query.legend()));
        }
        return targets;
    }
}
