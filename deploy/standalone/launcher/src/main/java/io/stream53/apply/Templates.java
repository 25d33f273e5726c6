package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.Server.Answer;
import io.stream53.connect.ConnectFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Component templates, then the index templates that are composed of them, then fields that indices
 * lack. A component template whose name ends with {@code @custom} is the user's: it is created
 * empty, and never changed.
 */
final class Templates {
    private static final String CUSTOM = "@custom";

    private final Server server;
    private final Engine engine;
    private final boolean ages;

    private record Kind(String name, String path, String list, String field) {}

    private static final Kind COMPONENT =
            new Kind(
                    "component template",
                    "/_component_template/",
                    "component_templates",
                    "component_template");
    private static final Kind INDEX =
            new Kind("index template", "/_index_template/", "index_templates", "index_template");

    /**
     * @param ages whether the engine knows {@code index.lifecycle} settings: Elasticsearch with ILM
     */
    Templates(Server server, Engine engine, boolean ages) {
        this.server = server;
        this.engine = engine;
        this.ages = ages;
    }

    List<Change> apply(boolean dryRun) {
        Map<String, JsonNode> indexTemplates = new LinkedHashMap<>();
        for (String name : ConnectFiles.INDEX_TEMPLATES) {
            indexTemplates.put(name, Json.of(ConnectFiles.indexTemplate(name)));
        }
        Map<String, JsonNode> components = components(indexTemplates);
        List<Change> changes = new ArrayList<>();
        components.forEach((name, body) -> changes.add(apply(COMPONENT, name, body, dryRun)));
        indexTemplates.forEach((name, body) -> changes.add(apply(INDEX, name, body, dryRun)));
        Mappings mappings = new Mappings(server);
        indexTemplates
                .values()
                .forEach(body -> changes.addAll(mappings.apply(body, components, dryRun)));
        return changes;
    }

    /**
     * Those of the files, and an empty one for each {@code @custom} that an index is composed of.
     */
    private Map<String, JsonNode> components(Map<String, JsonNode> indexTemplates) {
        Map<String, JsonNode> components = new LinkedHashMap<>();
        for (String name : ConnectFiles.componentTemplates()) {
            JsonNode body = Json.of(ConnectFiles.componentTemplate(name));
            components.put(name, ages ? body : withoutLifecycle(body));
        }
        TreeSet<String> used = new TreeSet<>();
        for (JsonNode template : indexTemplates.values()) {
            template.path("composed_of").forEach(name -> used.add(name.asText()));
        }
        for (String name : used) {
            if (name.endsWith(CUSTOM)) {
                components.putIfAbsent(name, Json.of("{\"template\": {}}"));
            } else if (!components.containsKey(name)) {
                throw new ApplyError(
                        "The build lacks component-templates/%s.json: run 'mvn clean package' again."
                                .formatted(name));
            }
        }
        return components;
    }

    /** An engine without ILM refuses its settings. */
    private static JsonNode withoutLifecycle(JsonNode body) {
        JsonNode copy = body.deepCopy();
        if (copy.path("template").path("settings") instanceof ObjectNode settings) {
            settings.remove("index.lifecycle.name");
            settings.remove("index.lifecycle");
            if (settings.path("index") instanceof ObjectNode index) {
                index.remove("lifecycle");
                index.remove("lifecycle.name");
            }
        }
        return copy;
    }

    private Change apply(Kind kind, String name, JsonNode wanted, boolean dryRun) {
        Answer answer = server.get(kind.path() + name);
        Change change = new Change(kind.name(), name, compare(kind, name, wanted, answer));
        if (change.isNeeded() && !dryRun) {
            server.accepted(
                    server.put(kind.path() + name, wanted),
                    "take the %s %s".formatted(kind.name(), name),
                    engine.privilegeForTemplates());
        }
        return change;
    }

    private Change.Result compare(Kind kind, String name, JsonNode wanted, Answer answer) {
        if (answer.status() == 404) {
            return new Change.Created();
        }
        server.accepted(
                answer,
                "show the %s %s".formatted(kind.name(), name),
                engine.privilegeForTemplates());
        if (name.endsWith(CUSTOM)) {
            return new Change.Unchanged();
        }
        JsonNode found = answer.json().path(kind.list()).path(0).path(kind.field());
        return Change.of(Leaves.between(normal(found), normal(wanted)));
    }

    /**
     * As engines answer: settings flat below {@code index.}, nothing empty, no notes of the
     * engine's own.
     */
    static JsonNode normal(JsonNode template) {
        if (!(template.deepCopy() instanceof ObjectNode copy)) {
            return template;
        }
        copy.properties().removeIf(field -> field.getKey().matches("(created|modified)_date.*"));
        Json.prune(copy);
        if (copy.path("template") instanceof ObjectNode inner) {
            ObjectNode settings = Server.JSON.createObjectNode();
            Leaves.of(inner.path("settings"))
                    .forEach((key, value) -> settings.put(setting(key), value));
            inner.set("settings", settings);
            if (inner.path("mappings").path("_doc").isObject()) {
                inner.set("mappings", inner.path("mappings").path("_doc"));
            }
        }
        Json.prune(copy);
        return copy;
    }

    private static String setting(String key) {
        return key.startsWith("index.") ? key : "index." + key;
    }
}
