package io.stream53.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one panel asks the engine.
 *
 * @param name tool, dashboard and title, for messages
 * @param index the names of the indices
 */
record PanelQuery(String name, String index, ObjectNode search) {
    private static final Pattern FIELD_IN_QUERY = Pattern.compile("([a-z_@][\\w.@]*):");

    /** Every field that it asks for. */
    Set<String> fields() {
        Set<String> fields = new TreeSet<>();
        search.findValues("field").forEach(field -> fields.add(field.textValue()));
        for (JsonNode typed : search.findValues("query_string")) {
            Matcher matcher = FIELD_IN_QUERY.matcher(typed.path("query").textValue());
            while (matcher.find()) {
                fields.add(matcher.group(1));
            }
        }
        return fields;
    }

    /** The same with one document filter more. */
    PanelQuery with(ObjectNode filter) {
        ObjectNode narrower = search.deepCopy();
        narrower.withArray("/query/bool/filter").add(filter);
        return new PanelQuery(name + " (" + filter + ')', index, narrower);
    }

    /** Why the panel would show an error, or nothing; empty when it shows something. */
    Optional<String> problem(JsonNode answer) {
        if (answer.has("error")) {
            return Optional.of(name + ": " + answer.get("error"));
        }
        if (answer.at("/_shards/failed").asInt(1) != 0) {
            return Optional.of(name + ": " + answer.get("_shards"));
        }
        if (answer.at("/hits/total/value").asLong() == 0) {
            return Optional.of(name + ": no documents for " + search.get("query"));
        }
        return search.has("aggs") && !shows(search.get("aggs"), answer.path("aggregations"))
                ? Optional.of(name + ": nothing in " + answer.get("aggregations"))
                : Optional.empty();
    }

    /** Whether a group has groups that show something down to the innermost figures. */
    private static boolean shows(JsonNode asked, JsonNode answered) {
        boolean figure = false;
        for (var aggregation : asked.properties()) {
            JsonNode found = answered.path(aggregation.getKey());
            if (aggregation.getKey().startsWith("group")) {
                return someShows(aggregation.getValue().path("aggs"), found.path("buckets"));
            }
            figure |= hasFigure(found);
        }
        return figure;
    }

    private static boolean someShows(JsonNode inner, JsonNode buckets) {
        return buckets.valueStream()
                .filter(bucket -> bucket.path("doc_count").asLong() > 0)
                .anyMatch(bucket -> inner.isMissingNode() || shows(inner, bucket));
    }

    private static boolean hasFigure(JsonNode figure) {
        if (figure.has("values")) {
            return figure.get("values").valueStream().anyMatch(JsonNode::isNumber);
        }
        return figure.path("value").isNumber();
    }
}
