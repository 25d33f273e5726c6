package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.Server.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Fields that indices lack which were made by older templates. Mappings are strict, so without
 * these an index would refuse the documents of a newer sink until the next one is made. Fields are
 * added only: no engine changes one that exists.
 */
final class Mappings {
    private static final String KIND = "index";
    private static final String PROPERTIES = "properties";
    private static final String PRIVILEGE =
            "the index privilege manage (indices_all of OpenSearch) on dns-*";

    private final Server server;

    Mappings(Server server) {
        this.server = server;
    }

    /**
     * Changes of those indices that lack fields; nothing of the others.
     *
     * @param template index template
     * @param components by name, those that it is composed of among them
     */
    List<Change> apply(JsonNode template, Map<String, JsonNode> components, boolean dryRun) {
        List<String> patterns = new ArrayList<>();
        template.path("index_patterns").forEach(pattern -> patterns.add(pattern.asText()));
        Answer answer = server.get("/" + String.join(",", patterns) + "/_mapping");
        if (answer.status() == 404) {
            return List.of();
        }
        server.accepted(answer, "show the fields of its indices", PRIVILEGE);
        JsonNode wanted = properties(template, components);
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> index : answer.json().properties()) {
            ObjectNode missing =
                    missing(wanted, index.getValue().path("mappings").path(PROPERTIES));
            if (!missing.isEmpty()) {
                changes.add(add(index.getKey(), missing, dryRun));
            }
        }
        return changes;
    }

    private Change add(String index, ObjectNode missing, boolean dryRun) {
        if (!dryRun) {
            ObjectNode body = Server.JSON.createObjectNode();
            body.set(PROPERTIES, missing);
            Answer answer = server.put("/" + index + "/_mapping", body);
            if (Server.reason(answer).contains("cluster_block_exception")) {
                return new Change(KIND, index, new Change.Skipped("it takes no new fields now"));
            }
            server.accepted(answer, "add fields to " + index, PRIVILEGE);
        }
        List<Difference> differences = new ArrayList<>();
        collect("", missing, differences);
        return new Change(KIND, index, new Change.Changed(differences));
    }

    private static void collect(String path, JsonNode properties, List<Difference> differences) {
        for (Map.Entry<String, JsonNode> field : properties.properties()) {
            String name = path + field.getKey();
            JsonNode type = field.getValue().path("type");
            JsonNode inner = field.getValue().path(PROPERTIES);
            if (inner.isObject()) {
                collect(name + ".", inner, differences);
            } else {
                differences.add(new Difference(name, null, type.asText()));
            }
        }
    }

    /** Fields of the parts in their order, then the template's own; later ones win. */
    static JsonNode properties(JsonNode template, Map<String, JsonNode> components) {
        ObjectNode all = Server.JSON.createObjectNode();
        for (JsonNode name : template.path("composed_of")) {
            JsonNode part = components.get(name.asText());
            if (part != null) {
                merge(all, part.at("/template/mappings/properties"));
            }
        }
        merge(all, template.at("/template/mappings/properties"));
        return all;
    }

    private static void merge(ObjectNode into, JsonNode more) {
        more.properties()
                .forEach(
                        field -> {
                            if (into.path(field.getKey()) instanceof ObjectNode there
                                    && field.getValue().isObject()) {
                                merge(there, field.getValue());
                            } else {
                                into.set(field.getKey(), field.getValue().deepCopy());
                            }
                        });
    }

    /** The fields of the first that the second lacks, within objects that both have too. */
    static ObjectNode missing(JsonNode wanted, JsonNode found) {
        ObjectNode missing = Server.JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> field : wanted.properties()) {
            JsonNode there = found.path(field.getKey());
            if (there.isMissingNode()) {
                missing.set(field.getKey(), field.getValue());
                continue;
            }
            ObjectNode inner = missing(field.getValue().path(PROPERTIES), there.path(PROPERTIES));
            // A field of another type there is left as it is.
            if (!inner.isEmpty() && there.has(PROPERTIES)) {
                ObjectNode object = missing.putObject(field.getKey());
                if (there.has("type")) {
                    object.set("type", there.path("type"));
                }
                object.set(PROPERTIES, inner);
            }
        }
        return missing;
    }
}
