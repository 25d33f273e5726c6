package io.stream53.standalone;

/** Where to look while the demo runs. */
final class Directions {
    private Directions() {}

    static String text(Endpoints endpoints, DataFolder data) {
        return """

                Documents   %1$s/dns-enriched-*/_search?q=dns.response_code:NXDOMAIN&size=3&pretty
                            (OpenSearch; put the address in quotes for curl)
                Counts      %1$s/dns-tld-counts-*/_search?q=final:true+AND+dimension:tld+AND+window:PT1M&sort=queries:desc&pretty
                Alerts      %1$s/dns-alerts-*/_search?pretty
                Topics      dns.raw, dns.enriched, dns.tld-counts, dns.ledger, dns.alerts on Kafka at %2$s
                Schemas     %3$s/subjects
                Processor   %4$s/ledger, /metrics, /health
                Connect     %5$s/connectors
                Dashboards  of your own Kibana or OpenSearch Dashboards: docs/elasticsearch.md
                Logs        %6$s

                Ctrl-C ends it%7$s.

                """
                .formatted(
                        endpoints.search(),
                        endpoints.bootstrap(),
                        endpoints.registry(),
                        endpoints.processor(),
                        endpoints.connect(),
                        data.root().resolve("logs"),
                        data.temporary()
                                ? " and deletes its data; --data DIR keeps them"
                                : "; the next run with this folder goes on");
    }
}
