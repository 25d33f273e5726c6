package io.stream53.dashboards;

import static io.stream53.dashboards.Chart.COLUMNS;
import static io.stream53.dashboards.Chart.LINES;
import static io.stream53.dashboards.Chart.PIE;
import static io.stream53.dashboards.Chart.TABLE;
import static io.stream53.dashboards.Part.count;
import static io.stream53.dashboards.Part.max;
import static io.stream53.dashboards.Part.sum;
import static io.stream53.dashboards.Part.time;
import static io.stream53.dashboards.Part.top;
import static io.stream53.dashboards.Part.topAndOther;
import static io.stream53.dashboards.Source.ALERTS;
import static io.stream53.dashboards.Source.COUNTS;
import static io.stream53.dashboards.Source.LEDGER;
import static io.stream53.dashboards.Source.TRANSACTIONS;

import io.stream53.ledger.DropReason;
import java.util.ArrayList;
import java.util.List;

/** The dashboards of counts, of alerts and of the pipeline itself. */
final class Figures {
    /** Minutes only: hours are their sums. One dimension only: each counts every query. */
    private static final String TLD_MINUTES = "dimension:tld AND window:PT1M";

    private Figures() {}

    static Dashboard tlds() {
        return Dashboard.of(
                "tlds",
                "Top-level domains",
                "From the counts of each minute, which are exact also where not each transaction is"
                        + " kept.",
                counted("Queries", "queries"),
                Panel.of(
                        PIE,
                        "Share of the queries",
                        COUNTS,
                        TLD_MINUTES,
                        topAndOther(10, "key", "Top-level domain"),
                        sum("queries", "Queries")),
                counted("Names that do not exist", "nxdomain"),
                counted("Unanswered queries", "unanswered"),
                Panel.of(
                        TABLE,
                        "Top-level domains",
                        COUNTS,
                        TLD_MINUTES,
                        top(30, "key", "Top-level domain"),
                        sum("queries", "Queries"),
                        sum("nxdomain", "NXDOMAIN"),
                        sum("servfail", "SERVFAIL"),
                        sum("unanswered", "Unanswered"),
                        sum("bytes_out", "Bytes answered")),
                Panel.of(
                        TABLE,
                        "In their worst minutes",
                        COUNTS,
                        TLD_MINUTES,
                        top(30, "key", "Top-level domain"),
                        max("distinct_clients", "Clients"),
                        max("response_time_p99", "99 % answered within"),
                        max("response_size_max", "Largest response")),
                Panel.of(
                        TABLE,
                        "Names among the busiest of a minute",
                        COUNTS,
                        "dimension:all AND window:PT1M",
                        top(20, "top_keys.names", "Name"),
                        count("Minutes")),
                Panel.of(
                        TABLE,
                        "Clients among the busiest of a minute",
                        COUNTS,
                        "dimension:all AND window:PT1M",
                        top(20, "top_keys.clients", "Client"),
                        count("Minutes")));
    }

    static Dashboard alerts() {
        return Dashboard.of(
                "alerts",
                "DNS alerts",
                "What looks like an attack, or like a server that died.",
                Panel.of(
                        COLUMNS,
                        "Alerts by rule",
                        ALERTS,
                        "",
                        time(),
                        topAndOther(10, "rule.name", "Rule"),
                        count("Alerts")),
                Panel.of(
                        LINES,
                        "Highest risk score",
                        ALERTS,
                        "",
                        time(),
                        max("event.risk_score", "Risk score")),
                alertTable(),
                Panel.of(
                        TABLE,
                        "Rules",
                        ALERTS,
                        "",
                        top(10, "rule.name", "Rule"),
                        top(3, "status", "Status"),
                        count("Alerts"),
                        max("evidence.peak_rate", "Peak a second"),
                        max("event.last_seen", "Last seen")));
    }

    static Dashboard pipeline() {
        return Dashboard.of(
                "pipeline",
                "stream53 pipeline health",
                "What became of the messages of each node, minute by minute.",
                Panel.of(
                        LINES,
                        "Captured, sent and read",
                        LEDGER,
                        "",
                        time(),
                        sum("captured", "Captured"),
                        sum("sent", "Sent"),
                        sum("read", "Read")),
                Panel.of(COLUMNS, "Dropped, by reason", LEDGER, "", dropped()),
                Panel.of(
                        LINES,
                        "Lost, unread and delivered again",
                        LEDGER,
                        "",
                        time(),
                        sum("lost", "Lost"),
                        sum("unread", "Unread"),
                        sum("redelivered", "Delivered again")),
                Panel.of(
                        COLUMNS,
                        "Minutes that balance",
                        LEDGER,
                        "",
                        time(),
                        topAndOther(2, "balanced", "Balanced"),
                        count("Minutes")),
                Panel.of(
                        TABLE,
                        "Nodes",
                        LEDGER,
                        "",
                        top(50, "node", "Node"),
                        sum("captured", "Captured"),
                        sum("read", "Read"),
                        sum("lost", "Lost"),
                        sum("crashed", "Crashes"),
                        max("window_end", "Known until")),
                Panel.of(
                        TABLE,
                        "Sampling and agents",
                        LEDGER,
                        "",
                        top(50, "node", "Node"),
                        max("sampling_rate", "One of how many"),
                        max("runs", "Agents"),
                        sum("redelivered", "Delivered again")),
                Panel.of(
                        COLUMNS,
                        "Documents by node",
                        TRANSACTIONS,
                        "",
                        time(),
                        topAndOther(10, "observer.name", "Node"),
                        count("Documents")),
                Panel.of(
                        COLUMNS,
                        "Transactions that may miss something",
                        TRANSACTIONS,
                        "",
                        time(),
                        topAndOther(2, "capture_loss", "Losses while it was open"),
                        count("Transactions")));
    }

    private static Panel counted(String title, String field) {
        return Panel.of(
                COLUMNS,
                title + " by top-level domain",
                COUNTS,
                TLD_MINUTES,
                time(),
                topAndOther(10, "key", "Top-level domain"),
                sum(field, title));
    }

    /** Over time, a figure for each reason. */
    private static Part[] dropped() {
        List<Part> parts = new ArrayList<>(List.of(time()));
        for (DropReason reason : DropReason.values()) {
            parts.add(sum("dropped." + reason.text(), reason.text()));
        }
        return parts.toArray(Part[]::new);
    }

    /** On two dashboards. */
    static Panel alertTable() {
        return Panel.of(
                TABLE,
                "Alerts: rules and subjects",
                ALERTS,
                "",
                top(10, "rule.name", "Rule"),
                top(10, "subject.value", "Subject"),
                max("event.risk_score", "Risk score"),
                sum("evidence.matched", "Transactions"),
                max("event.last_seen", "Last seen"));
    }
}
