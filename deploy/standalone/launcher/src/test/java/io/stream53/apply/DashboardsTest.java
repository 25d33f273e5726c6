package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.FakeServer.Request;
import io.stream53.apply.FakeServer.Response;
import io.stream53.connect.ConnectFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The saved objects, between a server that keeps, exports and adds to them as Kibana does. */
@Timeout(60)
class DashboardsTest {
    private static final String EXPORT = "POST /api/saved_objects/_export";
    private static final String IMPORT = "POST /api/saved_objects/_import?overwrite=true";

    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private FakeServer fake;

    @BeforeEach
    void start() throws Exception {
        fake = new FakeServer();
        fake.on(EXPORT, this::export);
        fake.on(IMPORT, this::take);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private void is(String header) {
        fake.on("GET /api/status", request -> new Response(200, "{}", Map.of(header, "it")));
    }

    private Response take(Request request) {
        request.body()
                .lines()
                .filter(line -> line.startsWith("{"))
                .forEach(
                        line -> {
                            ObjectNode object = (ObjectNode) Json.of(line);
                            object.put("version", "WzEsMV0=").put("updated_at", "2026");
                            object.withObject("/attributes").put("addedByTheServer", true);
                            objects.put(name(object), object);
                        });
        return new Response(200, "{\"success\": true}");
    }

    private static String name(JsonNode object) {
        return object.path("type").asText() + " " + object.path("id").asText();
    }

    private Response export(Request request) {
        ArrayNode missing = Server.JSON.createArrayNode();
        StringBuilder found = new StringBuilder();
        for (JsonNode object : request.json().path("objects")) {
            ObjectNode there = objects.get(name(object));
            if (there == null) {
                missing.add(object);
            } else {
                found.append(there).append('\n');
            }
        }
        if (missing.isEmpty()) {
            return new Response(200, found.toString());
        }
        ObjectNode error = Server.JSON.createObjectNode().put("statusCode", 400);
        error.putObject("attributes").set("objects", missing);
        return new Response(400, error.toString());
    }

    private List<Change> apply(boolean dryRun) {
        try (Server server =
                new Server(
                        "--dashboards",
                        List.of(fake.url()),
                        Credentials.of("DASHBOARDS", Map.of()),
                        null)) {
            return new Dashboards(server).apply(dryRun);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kbn-name, kbn-xsrf, kibana",
        "osd-name, osd-xsrf, opensearch-dashboards",
    })
    void importsAllOnceAndFindsThemUnchanged(String header, String xsrf, String file) {
        is(header);
        long lines = ConnectFiles.dashboards(file).lines().filter(l -> !l.isBlank()).count();
        assertThat(apply(true))
                .hasSize((int) lines)
                .allMatch(change -> change.result() instanceof Change.Created);
        assertThat(objects).isEmpty();
        assertThat(apply(false)).hasSize((int) lines);
        assertThat(objects).hasSize((int) lines);
        assertThat(fake.writes()).hasSize(1);
        assertThat(fake.writes().getFirst().headers().keySet())
                .anyMatch(name -> name.equalsIgnoreCase(xsrf));
        assertThat(apply(false)).allMatch(change -> change.result() instanceof Change.Unchanged);
        assertThat(fake.writes()).hasSize(1);
    }

    @Test
    void namesWhatSomebodyChangedAndPutsItBack() {
        is("kbn-name");
        apply(false);
        ObjectNode some = objects.values().iterator().next();
        some.withObject("/attributes").put("title", "mine");
        List<Change> needed = apply(true).stream().filter(Change::isNeeded).toList();
        assertThat(needed).hasSize(1);
        assertThat(Report.text(needed.getFirst(), true))
                .singleElement()
                .asString()
                .contains("would change: attributes.title mine -> ");
        apply(false);
        assertThat(apply(true)).noneMatch(Change::isNeeded);
    }

    @Test
    void anObjectThatIsNotTakenIsNamed() {
        is("kbn-name");
        fake.on(
                IMPORT,
                200,
                "{\"success\": false, \"errors\": [{\"type\": \"lens\", \"id\": \"a\", \"error\": {\"type\": \"missing_references\"}}]}");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> apply(false))
                .isInstanceOf(ApplyError.class)
                .hasMessageContaining("lens a")
                .hasMessageContaining("missing_references");
    }

    @Test
    void theStatusTellsTheKindWhereAProxyTakesHeadersAway() {
        fake.on("GET /api/status", 200, "{\"status\": {\"overall\": {\"level\": \"available\"}}}");
        assertThat(apply(true)).hasSize(objects(ConnectFiles.dashboards("kibana")));
        fake.on("GET /api/status", 200, "{\"status\": {\"overall\": {\"state\": \"green\"}}}");
        assertThat(apply(true)).hasSize(objects(ConnectFiles.dashboards("opensearch-dashboards")));
    }

    private static int objects(String file) {
        return (int) file.lines().filter(line -> !line.isBlank()).count();
    }
}
