package io.stream53.processor.serve;

import static io.stream53.processor.serve.RecordJson.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.processor.view.CountWindow;
import io.stream53.processor.view.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The windows of counts that are held, the newest first. */
final class WindowListing implements Listing {
    private final Views views;

    WindowListing(Views views) {
        this.views = views;
    }

    @Override
    public List<String> parameters() {
        return List.of("window", "from", "to", "limit");
    }

    @Override
    public List<ObjectNode> items(Query query) {
        var wanted = CountListing.window(query);
        Map<String, ObjectNode> items = new LinkedHashMap<>();
        views.merges().stream()
                .flatMap(view -> view.windows().stream())
                .filter(window -> wanted.test(window.name()))
                .map(WindowListing::item)
                .forEach(item -> items.merge(id(item), item, this::merge));
        return new ArrayList<>(items.values())
                .stream().sorted(order(query)).limit(limit(query) + 1L).toList();
    }

    private static ObjectNode item(CountWindow window) {
        ObjectNode counts = JSON.objectNode();
        window.dimensions()
                .forEach(dimension -> counts.put(dimension, (long) window.of(dimension).size()));
        long startMs = window.name().startMs();
        return JSON.objectNode()
                .put("timestamp", RecordJson.time(startMs))
                .put("window_end", RecordJson.time(startMs + window.name().lengthMs()))
                .put("final", window.isFinal())
                .put("cut", window.isCut())
                .set("counts", counts);
    }

    @Override
    public Comparator<ObjectNode> order(Query query) {
        return Comparator.comparing(
                item -> item.path("timestamp").asText(), Comparator.reverseOrder());
    }

    @Override
    public int limit(Query query) {
        return query.number("limit", 100, 1, CountListing.MAX_ITEMS);
    }

    @Override
    public String id(ObjectNode item) {
        return item.path("timestamp").asText() + '|' + item.path("window_end").asText();
    }

    /** Of two partitions or instances: numbers of keys add up. */
    @Override
    public ObjectNode merge(ObjectNode one, ObjectNode other) {
        ObjectNode counts = JSON.objectNode();
        one.path("counts").properties().forEach(n -> counts.put(n.getKey(), n.getValue().asLong()));
        other.path("counts")
                .properties()
                .forEach(
                        n ->
                                counts.put(
                                        n.getKey(),
                                        counts.path(n.getKey()).asLong() + n.getValue().asLong()));
        ObjectNode both = one.deepCopy();
        both.put("final", one.path("final").asBoolean() && other.path("final").asBoolean());
        both.put("cut", one.path("cut").asBoolean() || other.path("cut").asBoolean());
        return both.set("counts", counts);
    }
}
