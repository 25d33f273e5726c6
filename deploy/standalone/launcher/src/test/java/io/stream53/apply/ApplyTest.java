package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.FakeServer.Response;
import io.stream53.connect.ConnectFiles;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.RegistryClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What apply says and sends, between servers that answer as they are told. */
@Timeout(60)
class ApplyTest {
    private static final String CONNECTOR = "/connectors/stream53-elasticsearch-sink";
    private static final String PLUGIN =
            "PUT /connector-plugins/io.stream53.connect.ElasticsearchSinkConnector/config/validate";
    private static final String NO_ISM =
            "{\"error\": \"no handler found for uri [/_plugins/_ism/policies] and method [GET]\"}";

    @TempDir private Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private FakeServer fake;

    private record Outcome(int status, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        fake = new FakeServer();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private Outcome apply(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                new CommandLine(new ApplyCommand(environment))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .setExecutionExceptionHandler(
                                (e, line, parsed) -> {
                                    line.getErr().println(e.getMessage());
                                    return e instanceof ApplyError ? 1 : 99;
                                });
        return new Outcome(command.execute(words), out.toString(), err.toString());
    }

    private static Outcome expect(Outcome outcome, int status) {
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(status);
        return outcome;
    }

    private void openSearch() {
        fake.on(
                "GET /",
                200,
                "{\"version\": {\"distribution\": \"opensearch\", \"number\": \"3.8.0\"}}");
    }

    private void elasticsearch() {
        fake.on(
                "GET /",
                request -> new Response(200, "{}", Map.of("X-elastic-product", "Elasticsearch")));
    }

    /** Takes whatever it is given, and answers with it afterwards. */
    private void keepTemplates() {
        for (String name : ConnectFiles.componentTemplates()) {
            keep("/_component_template/" + name, "component_template");
        }
        for (String name : ConnectFiles.INDEX_TEMPLATES) {
            keep("/_index_template/" + name, "index_template");
        }
    }

    private void keep(String path, String kind) {
        fake.on(
                "PUT " + path,
                put -> {
                    String answer =
                            "{\"%ss\": [{\"name\": \"x\", \"%s\": %s}]}"
                                    .formatted(kind, kind, put.body());
                    fake.on("GET " + path, 200, answer);
                    return new Response(200, "{\"acknowledged\": true}");
                });
    }

    @Test
    void putsWhatIsMissingOnceAndADryRunNothing() {
        openSearch();
        keepTemplates();
        for (String file : ConnectFiles.lifecycles()) {
            fake.on(
                    "GET /_plugins/_ism/policies/" + file.replace("opensearch-ism", "stream53"),
                    400,
                    NO_ISM);
        }
        Outcome dry = expect(apply("--url", fake.url(), "--dry-run"), 0);
        assertThat(dry.out()).contains("index template dns-enriched: would create");
        assertThat(fake.writes()).isEmpty();
        Outcome first = expect(apply("--url", fake.url()), 0);
        assertThat(first.out()).contains("index template dns-enriched: created");
        int writes = fake.writes().size();
        assertThat(writes).isGreaterThanOrEqualTo(ConnectFiles.INDEX_TEMPLATES.size());
        Outcome second = expect(apply("--url", fake.url()), 0);
        assertThat(second.out()).contains("index template dns-enriched: unchanged");
        assertThat(second.out()).doesNotContain("created");
        assertThat(fake.writes()).hasSize(writes);
    }

    @Test
    void sendsCredentialsToEachServerAndShowsThemNowhere() {
        openSearch();
        keepTemplates();
        environment.put("ELASTICSEARCH_USERNAME", "u");
        environment.put("ELASTICSEARCH_PASSWORD", "hidden");
        Outcome outcome = expect(apply("--url", fake.url(), "--only", "templates"), 0);
        assertThat(fake.requests())
                .allMatch(request -> request.header("Authorization").equals("Basic dTpoaWRkZW4="));
        assertThat(outcome.out() + outcome.err()).doesNotContain("hidden", "dTpoaWRkZW4=");
    }

    @Test
    void goesToTheNextAddressWhenOneIsAway() throws Exception {
        openSearch();
        keepTemplates();
        FakeServer away = new FakeServer();
        away.close();
        expect(apply("--url", away.url(), "--url", fake.url(), "--only", "templates"), 0);
        Outcome outcome = expect(apply("--url", away.url()), 1);
        assertThat(outcome.err())
                .startsWith("Nothing answers at " + away.url())
                .contains("check --url")
                .hasLineCount(1);
    }

    @Test
    void saysInOneSentenceWhatAServerRefuses() {
        fake.on("GET /", 401, "{}");
        assertThat(expect(apply("--url", fake.url()), 1).err())
                .contains("refuses the credentials (401)")
                .contains("ELASTICSEARCH_API_KEY")
                .hasLineCount(1);
        openSearch();
        String path = "/_index_template/dns-enriched";
        keepTemplates();
        fake.on("PUT " + path, 403, "{}");
        assertThat(expect(apply("--url", fake.url(), "--only", "templates"), 1).err())
                .contains("(403): it needs the cluster permissions cluster_monitor and");
        fake.on(
                "PUT " + path,
                400,
                """
                {"error": {"type": "illegal_argument_exception", "reason": "template is wrong",
                  "caused_by": {"type": "x", "reason": "unknown setting"}}, "status": 400}""");
        assertThat(expect(apply("--url", fake.url(), "--only", "templates"), 1).err())
                .contains(
                        "(400): illegal_argument_exception: template is wrong, for unknown setting");
    }

    @Test
    void anElasticsearchWithoutIlmIsToldNothingOfIt() {
        elasticsearch();
        keepTemplates();
        fake.on("GET /_ilm/policy/stream53", 400, "{\"error\": \"no handler found for uri\"}");
        expect(apply("--url", fake.url(), "--only", "templates"), 0);
        assertThat(fake.writes()).noneMatch(request -> request.body().contains("lifecycle\":{\"n"));
    }

    @Test
    void registersSchemasWithTheirRulesAndRefusesOnesThatDoNotFit() {
        try (TestRegistry registry = TestRegistry.start()) {
            Outcome first = expect(apply("--registry", registry.url()), 0);
            assertThat(first.out().lines()).hasSize(5).allMatch(line -> line.endsWith("created"));
            assertThat(expect(apply("--registry", registry.url()), 0).out().lines())
                    .hasSize(5)
                    .allMatch(line -> line.endsWith("unchanged"));
            registry.compatibility("dns.enriched-value", "NONE");
            assertThat(expect(apply("--registry", registry.url(), "--dry-run"), 0).out())
                    .contains("would change: compatibility NONE -> FULL_TRANSITIVE");
            assertThat(registry.latest("dns.raw-value"))
                    .isEqualTo(RegistryClient.published(DnsPacket.getClassSchema()));
        }
        try (TestRegistry registry = TestRegistry.start()) {
            Schema other =
                    new Schema.Parser()
                            .parse(
                                    "{\"type\":\"record\",\"name\":\"DnsAlert\",\"namespace\":\"io.stream53.schema\","
                                            + "\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}");
            registry.register("dns.alerts-value", other);
            assertThat(expect(apply("--registry", registry.url(), "--dry-run"), 1).err())
                    .contains(
                            "The subject dns.alerts-value has a version 1 that this schema is not")
                    .hasLineCount(1);
        }
    }

    @Test
    void theRegistrysCredentialsAreItsOwn() {
        try (TestRegistry registry = TestRegistry.start()) {
            registry.requireBasic("r", "secret");
            assertThat(expect(apply("--registry", registry.url()), 1).err())
                    .contains("(401): set SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD.");
            environment.put("SCHEMA_REGISTRY_USERNAME", "r");
            environment.put("SCHEMA_REGISTRY_PASSWORD", "secret");
            expect(apply("--registry", registry.url()), 0);
        }
    }

    private Outcome connect(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "--url", "http://search:9200",
                                "--registry", "http://registry:8081",
                                "--connect", fake.url(),
                                "--only", "connector"));
        words.addAll(Arrays.asList(more));
        return apply(words.toArray(String[]::new));
    }

    private void worker(String taskState, String trace) {
        fake.on("GET /", 200, "{\"version\": \"4.3.1\", \"kafka_cluster_id\": \"k\"}");
        fake.on(PLUGIN, 200, "{\"error_count\": 0, \"configs\": []}");
        ObjectNode status = Server.JSON.createObjectNode();
        status.putObject("connector").put("state", "RUNNING");
        status.putArray("tasks").addObject().put("state", taskState).put("trace", trace);
        fake.on(
                "PUT " + CONNECTOR + "/config",
                put -> {
                    fake.on("GET " + CONNECTOR + "/config", 200, put.body());
                    fake.on("GET " + CONNECTOR + "/status", 200, status.toString());
                    return new Response(201, "{}");
                });
    }

    @Test
    void theConnectorGetsTheAddressesAndTheUsersSettings() throws Exception {
        worker("RUNNING", "");
        Path file = folder.resolve("sink.properties");
        Files.writeString(
                file, "connection.username=sink\nconnection.password=${file:/etc/s:password}\n");
        Outcome first = expect(connect("--settings", file.toString(), "--set", "tasks.max=9"), 0);
        assertThat(first.out())
                .isEqualToIgnoringNewLines("connector stream53-elasticsearch-sink: created");
        JsonNode sent = fake.writes().getFirst().json();
        assertThat(sent.path("connection.url").asText()).isEqualTo("http://search:9200");
        assertThat(sent.path("value.converter.schema.registry.url").asText())
                .isEqualTo("http://registry:8081");
        assertThat(sent.path("tasks.max").asText()).isEqualTo("9");
        assertThat(sent.path("connection.password").asText()).isEqualTo("${file:/etc/s:password}");
        // Settings that only the connector has stay.
        assertThat(expect(connect("--set", "tasks.max=9"), 0).out()).contains(": unchanged");
        Outcome change = connect("--dry-run", "--set", "connection.password=${file:/etc/t:p}");
        assertThat(change.out())
                .contains("would change: connection.password (hidden) -> (hidden)")
                .contains("would change: tasks.max 9 -> ");
        assertThat(connect("--dry-run", "--set", "tasks.max=9", "--set", "linger.ms=").out())
                .contains("would change: linger.ms 200 -> nothing");
        assertThat(fake.writes()).hasSize(1);
        assertThat(apply("--connect", fake.url()).err()).contains("give --url and --registry too");
    }

    @Test
    void aTaskThatFailsIsSaidInOneSentenceAndStartedAgainByTheNextRun() {
        worker(
                "FAILED",
                "org.apache.kafka.connect.errors.ConnectException: Task failed\n\tat x\n"
                        + "Caused by: org.apache.kafka.connect.errors.ConnectException: The engine refuses the credentials (401).\n\tat y");
        assertThat(expect(connect(), 1).err())
                .contains(
                        "The connector stream53-elasticsearch-sink failed: The engine refuses the credentials (401).")
                .hasLineCount(1);
        fake.on(
                "POST " + CONNECTOR + "/restart?includeTasks=true&onlyFailed=true",
                request -> {
                    fake.on(
                            "GET " + CONNECTOR + "/status",
                            200,
                            "{\"connector\": {\"state\": \"RUNNING\"}, \"tasks\": [{\"state\": \"RUNNING\"}]}");
                    return new Response(202, "{}");
                });
        assertThat(expect(connect("--dry-run"), 0).out()).contains(": would restart");
        assertThat(expect(connect(), 0).out()).contains(": restarted");
    }

    @Test
    void aSettingThatIsWrongOrAPluginThatIsMissingIsSaid() {
        worker("RUNNING", "");
        fake.on(
                PLUGIN,
                200,
                "{\"error_count\": 1, \"configs\": [{\"value\": {\"name\": \"linger.ms\", \"errors\": [\"It is no number.\"]}}]}");
        assertThat(expect(connect(), 1).err())
                .isEqualToIgnoringNewLines(
                        "The connector's settings are wrong; linger.ms: It is no number.");
        fake.on(
                PLUGIN,
                500,
                "{\"message\": \"Failed to find any class that implements Connector\"}");
        assertThat(expect(connect(), 1).err()).contains("put it below plugin.path of each worker");
        assertThat(fake.writes()).isEmpty();
    }
}
