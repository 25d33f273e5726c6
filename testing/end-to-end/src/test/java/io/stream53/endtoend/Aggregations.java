package io.stream53.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a search together from what a dashboard says: groups inside of groups, named {@code group0}
 * and so on, with figures in the innermost, and in others the figure that orders them.
 */
final class Aggregations {
    static final ObjectMapper JSON = new ObjectMapper();

    private final List<ObjectNode> groups = new ArrayList<>();
    private final List<String> orders = new ArrayList<>();
    private final Map<String, ObjectNode> figures = new LinkedHashMap<>();

    /** Groups by time; tools choose the length by the width of the screen. */
    void byTime(String field) {
        groups.add(of("date_histogram", field).put("fixed_interval", "10s"));
        orders.add("");
    }

    /**
     * Groups by value.
     *
     * @param orderBy the figure that orders them; null: the number of documents
     * @param missing the value of documents that have none; null: they are left out
     */
    void byValue(String field, int size, @Nullable String orderBy, @Nullable String missing) {
        ObjectNode terms = of("terms", field).put("size", size);
        terms.putObject("order").put(orderBy == null ? "_count" : orderBy, "desc");
        orders.add(orderBy == null ? "" : orderBy);
        if (missing != null) {
            terms.put("missing", missing);
        }
        groups.add(terms);
    }

    void byPlace(String type, String field, int precision) {
        groups.add(of(type, field).put("precision", precision));
        orders.add("");
    }

    void figure(String id, String type, String field) {
        figures.put(id, of(type, field));
    }

    void percentile(String id, String field, JsonNode percents) {
        figures.put(id, of("percentiles", field).set("percents", percents));
    }

    /** A search of all times. */
    ObjectNode search(List<ObjectNode> filters) {
        ObjectNode search = JSON.createObjectNode().put("size", 0).put("track_total_hits", true);
        var all = search.putObject("query").putObject("bool").putArray("filter");
        all.addObject()
                .putObject("range")
                .putObject("@timestamp")
                .put("gte", 0)
                .put("format", "epoch_millis");
        all.addAll(filters);
        ObjectNode inner = JSON.createObjectNode();
        figures.forEach((id, figure) -> inner.set(id, unnamed(figure)));
        ObjectNode nested = inner;
        for (int i = groups.size() - 1; i >= 0; i--) {
            ObjectNode group = unnamed(groups.get(i));
            String order = orders.get(i);
            if (figures.containsKey(order) && !nested.has(order)) {
                nested.set(order, unnamed(figures.get(order)));
            }
            if (!nested.isEmpty()) {
                group.set("aggs", nested);
            }
            nested = JSON.createObjectNode();
            nested.set("group" + i, group);
        }
        if (!nested.isEmpty()) {
            search.set("aggs", nested);
        }
        return search;
    }

    /** What people type into a search bar that is set to Lucene. */
    static ObjectNode lucene(String query) {
        ObjectNode filter = JSON.createObjectNode();
        filter.putObject("query_string")
                .put("query", query.isEmpty() ? "*" : query)
                .put("analyze_wildcard", true);
        return filter;
    }

    /** What a control adds. */
    static ObjectNode chosen(String field, String value) {
        ObjectNode filter = JSON.createObjectNode();
        filter.putObject("match_phrase").put(field, value);
        return filter;
    }

    private static ObjectNode of(String type, String field) {
        return JSON.createObjectNode().put("=", type).put("field", field);
    }

    private static ObjectNode unnamed(ObjectNode aggregation) {
        ObjectNode body = aggregation.deepCopy();
        String type = body.remove("=").textValue();
        return JSON.createObjectNode().set(type, body);
    }
}
