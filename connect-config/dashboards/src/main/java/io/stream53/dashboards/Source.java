package io.stream53.dashboards;

/** What a panel is about: one kind of documents. Their time is {@code @timestamp}. */
enum Source {
    TRANSACTIONS("dns-enriched", "DNS transactions (stream53)"),
    COUNTS("dns-tld-counts", "DNS counts by dimension (stream53)"),
    ALERTS("dns-alerts", "DNS alerts (stream53)"),
    LEDGER("dns-ledger", "Ledger of the nodes (stream53)");

    static final String TIME = "@timestamp";

    private final String prefix;
    private final String title;

    Source(String prefix, String title) {
        this.prefix = prefix;
        this.title = title;
    }

    /** Names of the indices. */
    String pattern() {
        return prefix + "-*";
    }

    /** The fixed id of the data view or index pattern. */
    String id() {
        return "stream53-" + prefix;
    }

    String title() {
        return title;
    }

    /** The constant that tells these documents from others, where one source holds all of them. */
    String dataset() {
        return prefix.replaceFirst("dns-", "dns.");
    }
}
