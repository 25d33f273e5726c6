package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Asks an engine what panels ask, and tells what is wrong with the answers. */
final class PanelChecks {
    private static final List<String> KINDS =
            List.of("dns-enriched", "dns-tld-counts", "dns-alerts", "dns-ledger");

    private static final int PAGE = 2_000;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String engine;
    private final Map<String, JsonNode> templates = new TreeMap<>();

    /**
     * @param engine the URL of one that has our templates and the documents to be shown
     */
    PanelChecks(String engine) {
        this.engine = engine;
    }

    /** Panels that fail or show nothing, fields that are not known or without any value. */
    List<String> problems(List<PanelQuery> panels) throws Exception {
        List<String> problems = new ArrayList<>();
        Map<String, Set<String>> fields = new TreeMap<>();
        for (PanelQuery panel : panels) {
            JsonNode answer = post('/' + panel.index() + "/_search", panel.search());
            panel.problem(answer).ifPresent(problems::add);
            fields.computeIfAbsent(panel.index(), index -> new TreeSet<>()).addAll(panel.fields());
        }
        for (Map.Entry<String, Set<String>> used : fields.entrySet()) {
            problems.addAll(unknown(used.getKey(), used.getValue()));
            problems.addAll(withoutValue(used.getKey(), used.getValue()));
        }
        return problems;
    }

    void refresh() throws Exception {
        post("/dns-*/_refresh", object());
    }

    /** Documents; 0 where there is no such index. */
    long count(String index, String query) throws Exception {
        ObjectNode body = object();
        body.set("query", Aggregations.lucene(query));
        return post('/' + index + "/_count?ignore_unavailable=true", body).path("count").asLong();
    }

    /**
     * Writes all its documents to another engine, in indices of the same names. They bring the
     * constants of their template along, for an engine without the module for these.
     */
    void copyTo(PanelChecks other) throws Exception {
        ObjectNode search = object().put("size", PAGE);
        JsonNode page = post("/dns-*/_search?scroll=1m", search);
        while (!page.at("/hits/hits").isEmpty()) {
            StringBuilder lines = new StringBuilder();
            for (JsonNode hit : page.at("/hits/hits")) {
                ObjectNode action = object();
                action.putObject("index")
                        .put("_index", hit.path("_index").textValue())
                        .put("_id", hit.path("_id").textValue());
                ObjectNode document = hit.path("_source").deepCopy();
                addConstants(document, template(hit.path("_index").textValue()));
                lines.append(action).append('\n').append(document).append('\n');
            }
            JsonNode answer = other.post("/_bulk", lines.toString());
            assertThat(answer.path("errors").asBoolean(true)).as("%s", answer).isFalse();
            ObjectNode next = object().put("scroll", "1m");
            page = post("/_search/scroll", next.set("scroll_id", page.path("_scroll_id")));
        }
        other.refresh();
    }

    private static void addConstants(ObjectNode document, JsonNode mapping) {
        for (var property : mapping.path("properties").properties()) {
            JsonNode field = property.getValue();
            if (field.path("type").asText().equals("constant_keyword")) {
                document.set(property.getKey(), field.get("value"));
            } else if (field.has("properties") && !document.path(property.getKey()).isArray()) {
                addConstants(document.withObject('/' + property.getKey()), field);
            }
        }
    }

    /** The mapping that a new index of this name would get. */
    private JsonNode template(String index) throws IOException, InterruptedException {
        JsonNode known = templates.get(index);
        if (known == null) {
            known = post("/_index_template/_simulate_index/" + index, "").at("/template/mappings");
            templates.put(index, known);
        }
        return known;
    }

    /** As they are, and with the first of the values that people can choose. */
    List<PanelQuery> chosen(List<PanelQuery> panels, List<String> fields) throws Exception {
        assertThat(panels).isNotEmpty();
        List<PanelQuery> all = new ArrayList<>(panels);
        for (String field : fields) {
            Aggregations values = new Aggregations();
            values.byValue(field, 100, null, null);
            JsonNode answer = post("/dns-enriched-*/_search", values.search(List.of()));
            String first = answer.at("/aggregations/group0/buckets/0/key").asText();
            assertThat(first).as("%s", answer).isNotEmpty();
            panels.forEach(panel -> all.add(panel.with(Aggregations.chosen(field, first))));
        }
        return all;
    }

    /** Fields that the templates do not have. */
    private List<String> unknown(String index, Set<String> fields) throws Exception {
        Set<String> known = new TreeSet<>();
        for (String kind : KINDS) {
            if (index.equals("dns-*") || index.equals(kind + "-*")) {
                names("", template(kind + "-2026.01"), known);
            }
        }
        return fields.stream()
                .filter(field -> !known.contains(field))
                .map(field -> field + " is not in the template of " + index)
                .toList();
    }

    private static void names(String prefix, JsonNode mapping, Set<String> names) {
        for (var property : mapping.path("properties").properties()) {
            names.add(prefix + property.getKey());
            names(prefix + property.getKey() + '.', property.getValue(), names);
        }
    }

    /** Fields that no document has. Of the reasons for drops, only those that happen are there. */
    private List<String> withoutValue(String index, Set<String> fields) throws Exception {
        ObjectNode search = object().put("size", 0);
        ObjectNode filters =
                search.putObject("aggs").putObject("of").putObject("filters").putObject("filters");
        for (String field : fields) {
            filters.putObject(field).putObject("exists").put("field", field);
        }
        JsonNode found = post('/' + index + "/_search", search);
        List<String> empty = new ArrayList<>();
        boolean dropped = false;
        for (String field : fields) {
            boolean some =
                    found.path("aggregations")
                                    .path("of")
                                    .path("buckets")
                                    .path(field)
                                    .path("doc_count")
                                    .asLong()
                            > 0;
            dropped |= some && field.startsWith("dropped.");
            if (!some && !field.startsWith("dropped.")) {
                empty.add("no document of " + index + " has " + field);
            }
        }
        if (!dropped && fields.stream().anyMatch(field -> field.startsWith("dropped."))) {
            empty.add("no document of " + index + " has a reason for drops");
        }
        return empty;
    }

    private JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return post(path, body.toString());
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(engine + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return Aggregations.JSON.readTree(
                HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static ObjectNode object() {
        return Aggregations.JSON.createObjectNode();
    }
}
