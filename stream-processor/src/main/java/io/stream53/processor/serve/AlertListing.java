package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.processor.view.Views;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Alerts, the newest first, each as the record of dns.alerts has it. */
final class AlertListing implements Listing {
    private final Views views;

    AlertListing(Views views) {
        this.views = views;
    }

    @Override
    public List<String> parameters() {
        return List.of("rule", "subject", "node", "status", "from", "to", "limit");
    }

    @Override
    public List<ObjectNode> items(Query query) {
        return views.merges().stream()
                .flatMap(view -> view.alerts().stream())
                .map(RecordJson::of)
                .filter(wanted(query))
                .sorted(order(query))
                .limit(limit(query) + 1L)
                .toList();
    }

    private static Predicate<ObjectNode> wanted(Query query) {
        String from = RecordJson.time(query.time("from", 0));
        String to = query.has("to") ? RecordJson.time(query.time("to", 0)) : "~";
        return item -> {
            String time = item.path("timestamp").asText();
            return time.compareTo(from) >= 0
                    && time.compareTo(to) < 0
                    && is(query, "rule", item.path("rule").path("name"))
                    && is(query, "subject", item.path("subject").path("value"))
                    && is(query, "status", item.path("status"))
                    && isAmong(query, item.path("nodes"));
        };
    }

    private static boolean is(Query query, String parameter, JsonNode value) {
        return query.text(parameter).map(wanted -> value.asText().equals(wanted)).orElse(true);
    }

    private static boolean isAmong(Query query, JsonNode nodes) {
        return query.text("node")
                .map(wanted -> nodes.valueStream().anyMatch(node -> node.asText().equals(wanted)))
                .orElse(true);
    }

    @Override
    public Comparator<ObjectNode> order(Query query) {
        return Comparator.<ObjectNode, String>comparing(
                        item -> item.path("timestamp").asText(), Comparator.reverseOrder())
                .thenComparing(this::id);
    }

    @Override
    public int limit(Query query) {
        return query.number("limit", 100, 1, CountListing.MAX_ITEMS);
    }

    @Override
    public String id(ObjectNode item) {
        return item.path("id").asText();
    }
}
