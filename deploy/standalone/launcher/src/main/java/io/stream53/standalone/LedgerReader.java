package io.stream53.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.ledger.Ledger;
import io.stream53.ledger.Ledger.Delivery;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.topic.Topics;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Puts the ledger together: from the agents' files, the processor, the topics and the engine. */
final class LedgerReader {
    private static final String TRANSACTIONS = "dns-enriched-";

    /** Every query is in one minute of each dimension, and in an hour again. */
    private static final String FINAL_COUNTS =
            """
            {"size": 0, "track_total_hits": true, "query": {"bool": {"filter": [
                {"term": {"final": true}},
                {"term": {"dimension": "tld"}},
                {"term": {"window": "PT1M"}}]}},
             "aggs": {"queries": {"sum": {"field": "queries"}}}}""";

    private final Pipeline pipeline;
    private final Meter meter;

    LedgerReader(Pipeline pipeline, Meter meter) {
        this.pipeline = pipeline;
        this.meter = meter;
    }

    /** The ledger of the data folder: of this run and those before. */
    Ledger read() {
        String search = pipeline.endpoints().search();
        pipeline.http().call("POST", search + "/dns-*/_refresh", "");
        JsonNode counts =
                pipeline.http().call("POST", search + "/dns-tld-counts-*/_search", FINAL_COUNTS);
        Map<String, Long> indexed = indexed();
        DeadLetters letters = DeadLetters.count(pipeline);
        Delivery delivery =
                new Delivery(
                        letters.byTopic(),
                        counts.path("hits").path("total").path("value").asLong(),
                        counts.path("aggregations").path("queries").path("value").asLong(),
                        indexed,
                        indexed.entrySet().stream()
                                .filter(index -> index.getKey().startsWith(TRANSACTIONS))
                                .mapToLong(Map.Entry::getValue)
                                .sum(),
                        letters.from(Topics.ENRICHED));
        return new Ledger(meter.agents(), processor(), delivery);
    }

    private Map<ProcessorCounter, Long> processor() {
        JsonNode figures =
                meter.processor()
                        .orElseThrow(() -> new UserError("The processor gives no ledger."));
        Map<ProcessorCounter, Long> counters = new EnumMap<>(ProcessorCounter.class);
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            counters.put(counter, figures.path(counter.text()).asLong());
        }
        return counters;
    }

    /** Documents by index, as the engine itself counts them. */
    private Map<String, Long> indexed() {
        String search = pipeline.endpoints().search();
        Map<String, Long> indexed = new TreeMap<>();
        for (JsonNode row :
                pipeline.http().get(search + "/_cat/indices/dns-*?format=json&h=index")) {
            String index = row.path("index").asText();
            JsonNode count = pipeline.http().get(search + "/" + index + "/_count");
            indexed.put(index, count.path("count").asLong());
        }
        return indexed;
    }
}
