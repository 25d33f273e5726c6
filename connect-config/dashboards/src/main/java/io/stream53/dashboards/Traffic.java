package io.stream53.dashboards;

import static io.stream53.dashboards.Chart.COLUMNS;
import static io.stream53.dashboards.Chart.COUNTRIES;
import static io.stream53.dashboards.Chart.DOTS;
import static io.stream53.dashboards.Chart.LINES;
import static io.stream53.dashboards.Chart.NUMBER;
import static io.stream53.dashboards.Chart.PIE;
import static io.stream53.dashboards.Chart.TABLE;
import static io.stream53.dashboards.Part.count;
import static io.stream53.dashboards.Part.distinct;
import static io.stream53.dashboards.Part.max;
import static io.stream53.dashboards.Part.percentile;
import static io.stream53.dashboards.Part.places;
import static io.stream53.dashboards.Part.sum;
import static io.stream53.dashboards.Part.time;
import static io.stream53.dashboards.Part.top;
import static io.stream53.dashboards.Part.topAndOther;
import static io.stream53.dashboards.Source.ALERTS;
import static io.stream53.dashboards.Source.TRANSACTIONS;

import java.util.List;

/** The dashboards of what is asked, and of how it is answered. */
final class Traffic {
    private static final String DURATION = "event.duration";

    private static final String DOMAIN = "dns.question.registered_domain";

    private static final String INBOUND = "network.direction:inbound";

    private static final String OUTBOUND = "network.direction:outbound";

    /** Slow is what a user notices: a second. */
    private static final String SLOW = "event.duration:>=1000000000";

    private Traffic() {}

    static Dashboard overview() {
        return Dashboard.of(
                "overview",
                "DNS overview",
                "Who asks what, and what is answered.",
                Panel.of(NUMBER, "Transactions", TRANSACTIONS, "", count("Transactions")),
                Panel.of(NUMBER, "Clients", TRANSACTIONS, "", distinct("client.ip", "Clients")),
                Panel.of(
                        NUMBER,
                        "Registered domains",
                        TRANSACTIONS,
                        "",
                        distinct(DOMAIN, "Domains")),
                Panel.of(NUMBER, "Alerts", ALERTS, "", count("Alerts")),
                over(
                        "Queries by response code",
                        "",
                        topAndOther(8, "dns.response_code", "Response code", "no response")),
                over("Queries by type", "", topAndOther(10, "dns.question.type", "Query type")),
                Panel.of(
                        COUNTRIES,
                        "Clients by country",
                        TRANSACTIONS,
                        "",
                        top(300, "client.geo.country_iso_code", "Country"),
                        count("Transactions")),
                Panel.of(
                        DOTS,
                        "Clients by location",
                        TRANSACTIONS,
                        "",
                        places("client.geo.location"),
                        count("Transactions")),
                Panel.of(
                        PIE,
                        "Countries",
                        TRANSACTIONS,
                        "",
                        topAndOther(10, "client.geo.country_name", "Country"),
                        count("Transactions")),
                Panel.of(
                        PIE,
                        "Top-level domains",
                        TRANSACTIONS,
                        "",
                        topAndOther(10, "dns.question.top_level_domain", "Top-level domain"),
                        count("Transactions")),
                over("Transports", "", topAndOther(5, "network.transport", "Transport")),
                over("IPv4 and IPv6", "", topAndOther(2, "network.type", "Network")),
                Panel.of(
                        TABLE,
                        "Name servers asked",
                        TRANSACTIONS,
                        "",
                        top(10, "server.ip", "Server"),
                        count("Transactions"),
                        distinct("client.ip", "Clients"),
                        percentile(90, DURATION, "90 % answered within")),
                Figures.alertTable());
    }

    static Dashboard responseTimes() {
        return Dashboard.of(
                "response-times",
                "DNS response times",
                "How long answers take: those that the node gave (inbound) and those that it got"
                        + " (outbound).",
                percentiles("Answers given", INBOUND),
                percentiles("Answers received", OUTBOUND),
                Panel.of(
                        TABLE,
                        "Servers asked",
                        TRANSACTIONS,
                        OUTBOUND,
                        top(10, "server.ip", "Server"),
                        count("Transactions"),
                        percentile(50, DURATION, "50 % within"),
                        percentile(90, DURATION, "90 % within"),
                        percentile(99, DURATION, "99 % within")),
                Panel.of(
                        TABLE,
                        "Query types answered",
                        TRANSACTIONS,
                        INBOUND,
                        top(10, "dns.question.type", "Query type"),
                        count("Transactions"),
                        percentile(50, DURATION, "50 % within"),
                        percentile(90, DURATION, "90 % within"),
                        percentile(99, DURATION, "99 % within")),
                over(
                        "Slow responses (a second and more)",
                        SLOW,
                        topAndOther(3, "network.direction", "Direction")),
                over("Slow responses by server", SLOW, topAndOther(8, "server.ip", "Server")),
                Panel.of(
                        TABLE,
                        "Slow responses: clients and their domains",
                        TRANSACTIONS,
                        SLOW,
                        top(10, "client.ip", "Client"),
                        top(5, DOMAIN, "Registered domain"),
                        count("Slow responses"),
                        max(DURATION, "Slowest")),
                Panel.of(
                        TABLE,
                        "Slow responses: domains",
                        TRANSACTIONS,
                        SLOW,
                        top(10, DOMAIN, "Registered domain"),
                        count("Slow responses"),
                        distinct("client.ip", "Clients"),
                        max(DURATION, "Slowest")));
    }

    static Dashboard failures() {
        return Dashboard.of(
                "failures",
                "DNS failures",
                "What was refused, does not exist, failed or was not answered.",
                failing("SERVFAIL"),
                failing("REFUSED"),
                failing("NXDOMAIN"),
                over(
                        "Not answered as asked",
                        "dns.status:(UNANSWERED OR MISMATCHED OR LATE OR UNSOLICITED)",
                        topAndOther(5, "dns.status", "Status")),
                over(
                        "Unanswered queries by server",
                        "dns.status:UNANSWERED",
                        topAndOther(8, "server.ip", "Server")),
                Panel.of(
                        TABLE,
                        "Unanswered queries",
                        TRANSACTIONS,
                        "dns.status:UNANSWERED",
                        top(10, "server.ip", "Server"),
                        top(5, DOMAIN, "Registered domain"),
                        count("Unanswered"),
                        sum("dns.retransmissions", "Retransmissions")),
                over(
                        "Mismatched responses by client",
                        "dns.status:MISMATCHED",
                        topAndOther(8, "client.ip", "Client")),
                Panel.of(
                        TABLE,
                        "Mismatched responses",
                        TRANSACTIONS,
                        "dns.status:MISMATCHED",
                        top(10, "server.ip", "Server"),
                        top(5, "dns.question.name", "Name in the response"),
                        count("Mismatched")));
    }

    static Dashboard clients() {
        return Dashboard.of(
                "clients",
                "DNS clients",
                "Who asks, and from which networks.",
                Panel.of(
                        LINES,
                        "Distinct clients",
                        TRANSACTIONS,
                        "",
                        time(),
                        distinct("client.ip", "Clients")),
                over(
                        "Queries by network",
                        "",
                        topAndOther(8, "client.as.organization.name", "Network")),
                Panel.of(
                        TABLE,
                        "Top talkers",
                        TRANSACTIONS,
                        "",
                        top(20, "client.ip", "Client"),
                        count("Transactions"),
                        distinct(DOMAIN, "Domains"),
                        sum("network.bytes", "Bytes")),
                Panel.of(
                        TABLE,
                        "Networks (ASN)",
                        TRANSACTIONS,
                        "",
                        top(20, "client.as.number", "ASN"),
                        top(1, "client.as.organization.name", "Holder"),
                        count("Transactions"),
                        distinct("client.ip", "Clients")),
                Panel.of(
                        TABLE,
                        "Countries",
                        TRANSACTIONS,
                        "",
                        top(20, "client.geo.country_name", "Country"),
                        count("Transactions"),
                        distinct("client.ip", "Clients"),
                        percentile(90, DURATION, "90 % answered within")),
                Panel.of(
                        TABLE,
                        "Names that do not exist",
                        TRANSACTIONS,
                        "dns.response_code:NXDOMAIN",
                        top(20, "client.ip", "Client"),
                        count("NXDOMAIN"),
                        distinct("dns.question.name", "Names")));
    }

    static Dashboard domain() {
        return new Dashboard(
                "domain",
                "DNS: one domain",
                "All about the registered domain that is chosen above.",
                List.of(new Dashboard.Control(DOMAIN, "Registered domain")),
                List.of(
                        Panel.of(NUMBER, "Transactions", TRANSACTIONS, "", count("Transactions")),
                        Panel.of(
                                NUMBER,
                                "Clients",
                                TRANSACTIONS,
                                "",
                                distinct("client.ip", "Clients")),
                        Panel.of(
                                NUMBER,
                                "Names",
                                TRANSACTIONS,
                                "",
                                distinct("dns.question.name", "Names")),
                        Panel.of(
                                NUMBER,
                                "Answered within (90 %)",
                                TRANSACTIONS,
                                "",
                                percentile(90, DURATION, "90 % within")),
                        over(
                                "Queries by response code",
                                "",
                                topAndOther(
                                        8, "dns.response_code", "Response code", "no response")),
                        over(
                                "Queries by type",
                                "",
                                topAndOther(10, "dns.question.type", "Query type")),
                        percentiles("Response times", ""),
                        over(
                                "What became of the queries",
                                "",
                                topAndOther(7, "dns.status", "Status")),
                        Panel.of(
                                TABLE,
                                "Names",
                                TRANSACTIONS,
                                "",
                                top(20, "dns.question.name", "Name"),
                                count("Transactions"),
                                distinct("client.ip", "Clients"),
                                max(DURATION, "Slowest")),
                        Panel.of(
                                TABLE,
                                "Clients",
                                TRANSACTIONS,
                                "",
                                top(20, "client.ip", "Client"),
                                count("Transactions"),
                                max(DURATION, "Slowest")),
                        Panel.of(
                                TABLE,
                                "Addresses in the answers",
                                TRANSACTIONS,
                                "",
                                top(20, "dns.answers.data", "Data of the answers"),
                                count("Transactions")),
                        Panel.of(
                                COUNTRIES,
                                "Clients by country",
                                TRANSACTIONS,
                                "",
                                top(300, "client.geo.country_iso_code", "Country"),
                                count("Transactions"))));
    }

    /** Transactions over time by something. */
    private static Panel over(String title, String filter, Part.Terms by) {
        return Panel.of(COLUMNS, title, TRANSACTIONS, filter, time(), by, count("Transactions"));
    }

    private static Panel failing(String code) {
        return over(
                code + " by domain",
                "dns.response_code:" + code,
                topAndOther(10, DOMAIN, "Registered domain", "no registered domain"));
    }

    private static Panel percentiles(String title, String filter) {
        return Panel.of(
                LINES,
                title,
                TRANSACTIONS,
                filter,
                time(),
                percentile(50, DURATION, "50 % within"),
                percentile(90, DURATION, "90 % within"),
                percentile(99, DURATION, "99 % within"));
    }
}
