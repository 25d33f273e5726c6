package io.stream53.processor.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.NodeLedger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document says what the server does. */
class OpenApiTest {
    private final Served served = new Served();
    private JsonNode document = RecordJson.JSON.nullNode();

    @BeforeEach
    void fill() throws Exception {
        served.instance.members = List.of(served.member(true, Set.of(0)));
        served.instance.lag = Map.of(0, 3L);
        served.board
                .views()
                .source(0)
                .watermark(
                        DnsPacket.newBuilder()
                                .setKind("watermark")
                                .setNode("ns1")
                                .setRun(1)
                                .setSequence(0)
                                .setTimestampUs(1_000_000)
                                .build(),
                        2_500);
        var view = served.board.views().merge(0);
        view.show("", Served.count(0, "tld", "com", 5));
        view.show(
                "",
                NodeLedger.newBuilder()
                        .setNode("ns1")
                        .setTimestamp(Served.NOON)
                        .setWindowEnd(Served.NOON)
                        .build());
        document = served.json("/api/openapi.json");
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void everyAnswerHasTheFieldsItDescribes() throws Exception {
        for (String path :
                List.of(
                        "/api/counts",
                        "/api/top",
                        "/api/latency",
                        "/api/unanswered",
                        "/api/windows",
                        "/api/alerts",
                        "/api/nodes",
                        "/api/instances",
                        "/ready")) {
            check(schema(path), served.json(path), path);
        }
        check(
                schema("/api/counts/{dimension}/{key}"),
                served.json("/api/counts/tld/com"),
                "/api/counts/tld/com");
        JsonNode transaction = component("DnsTransaction");
        check(
                transaction,
                RecordJson.of(LiveHandlerTest.transaction("a.com", "ANSWERED")),
                "DnsTransaction");
        check(component("Error"), served.json("/api/x"), "/api/x");
    }

    @Test
    void everyListButAlertsHasSomethingToCheck() throws Exception {
        for (String path : List.of("counts", "top", "latency", "unanswered", "windows", "nodes")) {
            assertThat(served.json("/api/" + path).path("items")).as(path).hasSize(1);
        }
    }

    @Test
    void everyPathIsThereAndTakesTheParametersItLists() throws Exception {
        Map<String, JsonNode> paths = new HashMap<>();
        document.path("paths").properties().forEach(e -> paths.put(e.getKey(), e.getValue()));
        assertThat(paths.keySet())
                .containsExactlyInAnyOrder(
                        "/api/counts",
                        "/api/counts/{dimension}/{key}",
                        "/api/top",
                        "/api/latency",
                        "/api/unanswered",
                        "/api/windows",
                        "/api/alerts",
                        "/api/nodes",
                        "/api/instances",
                        "/api/live",
                        "/api/openapi.json",
                        "/health",
                        "/ready",
                        "/metrics",
                        "/ledger");
        Api api =
                new Api(
                        served.board.views(),
                        served.instance,
                        new Gatherer(java.time.Duration.ofSeconds(1)),
                        java.time.Clock.systemUTC());
        Map<String, List<String>> known = new HashMap<>(api.parameters());
        known.put("/api/live", LiveHandler.PARAMETERS);
        known.forEach(
                (path, parameters) ->
                        assertThat(names(paths.getOrDefault(path, document).at("/get/parameters")))
                                .as(path)
                                .containsExactlyInAnyOrderElementsOf(parameters));
        for (String path : paths.keySet()) {
            if (!path.equals("/api/live")) {
                String real = path.replace("{dimension}", "tld").replace("{key}", "com");
                assertThat(served.get(real).statusCode()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void everyParameterAndFieldIsExplainedAndEveryReferenceIsThere() {
        List<String> silent = new ArrayList<>();
        walk(document, "", silent);
        assertThat(silent).isEmpty();
    }

    private void walk(JsonNode node, String where, List<String> silent) {
        if (node.has("$ref")) {
            String target = node.path("$ref").asText().substring(1);
            if (document.at(target).isMissingNode()) {
                silent.add(where + " refers to " + target);
            }
        }
        if (node.has("in") && !node.has("description")) {
            silent.add(where);
        }
        node.properties().forEach(e -> walk(e.getValue(), where + '/' + e.getKey(), silent));
        if (node.isArray()) {
            node.forEach(item -> walk(item, where + "/-", silent));
        }
    }

    private static Set<String> names(JsonNode parameters) {
        Set<String> names = new TreeSet<>();
        parameters.forEach(parameter -> names.add(parameter.path("name").asText()));
        return names;
    }

    private JsonNode component(String name) {
        return document.at("/components/schemas/" + name);
    }

    private JsonNode schema(String path) {
        return document.path("paths")
                .path(path)
                .at("/get/responses/200/content/application~1json/schema");
    }

    /** No field is unknown, none that is required is missing, and each is of its type. */
    private void check(JsonNode schema, JsonNode value, String where) {
        List<JsonNode> parts = parts(schema);
        String type =
                parts.stream()
                        .map(part -> part.path("type").asText())
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse("");
        assertThat(type).as("type of " + where).isEqualTo(typeOf(value, type));
        if (value.isObject()) {
            checkObject(parts, value, where);
        } else if (value.isArray()) {
            for (JsonNode part : parts) {
                value.forEach(item -> check(part.path("items"), item, where + "[]"));
            }
        }
    }

    private void checkObject(List<JsonNode> parts, JsonNode value, String where) {
        for (JsonNode part : parts) {
            part.path("required")
                    .forEach(
                            name ->
                                    assertThat(value.has(name.asText()))
                                            .as(where + "." + name.asText())
                                            .isTrue());
        }
        value.properties()
                .forEach(
                        field -> {
                            String name = where + "." + field.getKey();
                            List<JsonNode> described =
                                    parts.stream()
                                            .map(part -> described(part, field.getKey()))
                                            .filter(schema -> !schema.isMissingNode())
                                            .toList();
                            assertThat(described).as(name).isNotEmpty();
                            check(described.getLast(), field.getValue(), name);
                        });
    }

    private static JsonNode described(JsonNode schema, String field) {
        JsonNode property = schema.path("properties").path(field);
        return property.isMissingNode() ? schema.path("additionalProperties") : property;
    }

    /** A schema with what it refers to and what it is all of. */
    private List<JsonNode> parts(JsonNode schema) {
        if (schema.has("$ref")) {
            return parts(document.at(schema.path("$ref").asText().substring(1)));
        }
        if (schema.has("allOf")) {
            return StreamSupport.stream(schema.path("allOf").spliterator(), false)
                    .flatMap(part -> parts(part).stream())
                    .toList();
        }
        return List.of(schema);
    }

    private static String typeOf(JsonNode value, String expected) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER ->
                    expected.equals("number") || !value.isIntegralNumber() ? "number" : "integer";
            case NULL, BINARY, MISSING, POJO -> value.getNodeType().name();
        };
    }
}
