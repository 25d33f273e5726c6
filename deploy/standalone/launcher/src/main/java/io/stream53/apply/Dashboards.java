package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.Server.Answer;
import io.stream53.apply.Server.Body;
import io.stream53.connect.ConnectFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Saved objects, imported whole when any of them differs. They are compared as the server exports
 * them, by what the file states: a newer server adds to objects of older ones.
 */
final class Dashboards {
    private static final String PRIVILEGE =
            "the privilege 'Saved Objects Management: All' in its space or tenant";
    private static final String BOUNDARY = "stream53-saved-objects";

    private final Server server;

    private enum Kind {
        KIBANA("kibana", "kbn-xsrf"),
        OPENSEARCH_DASHBOARDS("opensearch-dashboards", "osd-xsrf");

        final String folder;
        final String header;

        Kind(String folder, String header) {
            this.folder = folder;
            this.header = header;
        }
    }

    Dashboards(Server server) {
        this.server = server;
    }

    /** Fails where something else answers. */
    void check() {
        recognise();
    }

    /**
     * Both name themselves in a header of each answer; where a proxy takes that away, OpenSearch
     * Dashboards still has the status's older form.
     */
    private Kind recognise() {
        Answer answer = server.get("/api/status");
        if (!answer.header("osd-name").isEmpty()) {
            return ready(answer, Kind.OPENSEARCH_DASHBOARDS);
        }
        if (!answer.header("kbn-name").isEmpty()) {
            return ready(answer, Kind.KIBANA);
        }
        if (answer.status() == 401 || answer.status() == 403) {
            throw server.refused(answer, "tell its status", "access to it");
        }
        JsonNode overall = answer.json().path("status").path("overall");
        if (overall.has("level")) {
            return Kind.KIBANA;
        }
        if (overall.has("state")) {
            return Kind.OPENSEARCH_DASHBOARDS;
        }
        throw server.wrongKind(answer, "Kibana or OpenSearch Dashboards");
    }

    private Kind ready(Answer answer, Kind kind) {
        if (answer.status() == 401 || answer.status() == 403) {
            throw server.refused(answer, "tell its status", "access to it");
        }
        return kind;
    }

    List<Change> apply(boolean dryRun) {
        Kind kind = recognise();
        server.always(kind.header, "true");
        String file = ConnectFiles.dashboards(kind.folder);
        Map<String, JsonNode> wanted = objects(file);
        Map<String, JsonNode> found = export(wanted);
        List<Change> changes = new ArrayList<>();
        wanted.forEach((name, object) -> changes.add(change(name, found, object)));
        if (!dryRun && changes.stream().anyMatch(Change::isNeeded)) {
            send(file);
        }
        return changes;
    }

    private static Change change(String name, Map<String, JsonNode> found, JsonNode wanted) {
        JsonNode there = found.get(name);
        return new Change(
                "saved object",
                name,
                there == null
                        ? new Change.Created()
                        : Change.of(Leaves.stated(content(there), content(wanted))));
    }

    /** By type and id, without the summary that ends an export. */
    private static Map<String, JsonNode> objects(String ndjson) {
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        ndjson.lines()
                .filter(line -> !line.isBlank())
                .map(Json::of)
                .filter(object -> object.has("type") && object.has("id"))
                .forEach(
                        object ->
                                objects.put(
                                        object.path("type").asText()
                                                + " "
                                                + object.path("id").asText(),
                                        object));
        return objects;
    }

    /** Attributes hold JSON as text, whose order and spaces do not count; references are a set. */
    static JsonNode content(JsonNode object) {
        ObjectNode content = Server.JSON.createObjectNode();
        content.set("attributes", unfolded(object.path("attributes")));
        ObjectNode references = content.putObject("references");
        object.path("references")
                .forEach(
                        reference ->
                                references.put(
                                        reference.path("name").asText(),
                                        reference.path("type").asText()
                                                + " "
                                                + reference.path("id").asText()));
        return content;
    }

    private static JsonNode unfolded(JsonNode json) {
        if (json.isObject()) {
            ObjectNode copy = Server.JSON.createObjectNode();
            json.properties().forEach(f -> copy.set(f.getKey(), unfolded(f.getValue())));
            return copy;
        }
        if (json.isArray()) {
            ArrayNode copy = Server.JSON.createArrayNode();
            json.forEach(element -> copy.add(unfolded(element)));
            return copy;
        }
        String text = json.asText().strip();
        boolean folded =
                json.isTextual()
                        && ((text.startsWith("{") && text.endsWith("}"))
                                || (text.startsWith("[") && text.endsWith("]")));
        if (!folded) {
            return json;
        }
        try {
            return unfolded(Server.JSON.readTree(text));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            // Only looks like JSON: a query or a title.
            return json;
        }
    }

    /**
     * What the server has of these; a missing one fails an export, so each is left out and asked.
     */
    private Map<String, JsonNode> export(Map<String, JsonNode> wanted) {
        Map<String, JsonNode> asked = new LinkedHashMap<>(wanted);
        while (!asked.isEmpty()) {
            ObjectNode request = Server.JSON.createObjectNode();
            ArrayNode objects = request.putArray("objects");
            asked.values()
                    .forEach(
                            object ->
                                    objects.addObject()
                                            .put("type", object.path("type").asText())
                                            .put("id", object.path("id").asText()));
            request.put("excludeExportDetails", true);
            Answer answer = server.post("/api/saved_objects/_export", request);
            if (answer.isSuccess()) {
                return objects(answer.response().body());
            }
            int before = asked.size();
            for (JsonNode lost : answer.json().at("/attributes/objects")) {
                String name = lost.path("type").asText() + " " + lost.path("id").asText();
                asked.remove(name);
            }
            if (answer.status() != 400 || asked.size() == before) {
                throw server.refused(answer, "export its saved objects", PRIVILEGE);
            }
        }
        return Map.of();
    }

    private void send(String file) {
        String body =
                """
                --%s\r
                Content-Disposition: form-data; name="file"; filename="stream53.ndjson"\r
                Content-Type: application/ndjson\r
                \r
                %s\r
                --%s--\r
                """
                        .formatted(BOUNDARY, file.strip() + "\n", BOUNDARY);
        Answer answer =
                server.accepted(
                        server.send(
                                "POST",
                                "/api/saved_objects/_import?overwrite=true",
                                new Body(body, "multipart/form-data; boundary=" + BOUNDARY)),
                        "import the dashboards",
                        PRIVILEGE);
        if (!answer.json().path("success").asBoolean()) {
            JsonNode first = answer.json().path("errors").path(0);
            throw new ApplyError(
                    "%s did not import the saved object %s %s: %s"
                            .formatted(
                                    answer.from(),
                                    first.path("type").asText(),
                                    first.path("id").asText(),
                                    first.path("error")));
        }
    }
}
