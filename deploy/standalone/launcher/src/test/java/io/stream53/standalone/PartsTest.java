package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Broker, registry, search engine and worker, started as the demo starts them, and what {@code
 * apply} makes of them.
 */
class PartsTest {
    @TempDir private static Path folder;

    private static DataFolder data;
    private static Pipeline pipeline;

    private record Outcome(int status, String out, String err) {}

    @BeforeAll
    static void start() {
        data = DataFolder.open(folder);
        pipeline = new Pipeline(programs(), data, endpoints());
        new Startup(pipeline, () -> {}, new Sinks(pipeline)::create, () -> {}).run();
    }

    @AfterAll
    static void endsWithThePipeline() {
        List<Child> children = pipeline.children().all();
        pipeline.close();
        data.close();
        assertThat(children).hasSize(4).noneMatch(Child::alive);
    }

    private static Endpoints endpoints() {
        Ports ports = new Ports();
        return new Endpoints(
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free());
    }

    private static Programs programs() {
        Path standalone = Requires.repository().resolve("deploy/standalone");
        Requires.file(standalone.resolve("launcher/target/registry/quarkus-run.jar"));
        Requires.that(
                Files.isDirectory(standalone.resolve("search-engine/target/lib")),
                "the search engine's module is not built");
        return Programs.locate();
    }

    private static Outcome apply(String... more) {
        Endpoints endpoints = pipeline.endpoints();
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "--url", endpoints.search(),
                                "--registry", endpoints.registry(),
                                "--connect", endpoints.connect(),
                                "--set", "tasks.max=2"));
        words.addAll(Arrays.asList(more));
        return run(words);
    }

    private static Outcome run(List<String> options) {
        List<String> words = new ArrayList<>(List.of("apply"));
        words.addAll(options);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = command.execute(words.toArray(String[]::new));
        return new Outcome(status, out.toString(), err.toString());
    }

    @Test
    void eachPartServesOnLoopback() throws Exception {
        List<Child> children = pipeline.children().all();
        assertThat(children)
                .extracting(Child::name)
                .containsExactlyInAnyOrder("broker", "registry", "search-engine", "connect");
        try (Admin admin = pipeline.admin()) {
            assertThat(admin.listTopics().names().get())
                    .contains("dns.raw", "dns.enriched", "dns.tld-counts", "dns.dead-letters");
        }
        String config = pipeline.endpoints().registry() + "/config";
        assertThat(pipeline.http().get(config).path("compatibilityLevel").asText())
                .isEqualTo("BACKWARD");
        for (Child child : children) {
            assertThat(child.startMs()).as(child.name()).isPresent();
            assertThat(listensOnlyOnLoopback(child)).as(child.name()).isTrue();
            assertThat(CaptureRight.isHeldBy(child.pid())).as(child.name()).isFalse();
        }
    }

    @Test
    void theOperatorsGuideWorksAsItIsWritten() throws Exception {
        OperatorGuide.Run run =
                OperatorGuide.run(
                        Files.createDirectory(folder.resolve("guide")),
                        Map.of(
                                "KAFKA", pipeline.endpoints().bootstrap(),
                                "REGISTRY", pipeline.endpoints().registry(),
                                "SEARCH", pipeline.endpoints().search(),
                                "CONNECT", pipeline.endpoints().connect()));
        assertThat(run.status()).as(run.output() + run.errors()).isZero();
        assertThat(run.output()).hasSize(OperatorGuide.blocks().size()).hasSize(6);
        assertThat(run.output().get(0)).contains("All topics were there.");
        assertThat(run.output().get(1)).contains("ElasticsearchSinkConnector");
        List<String> applied = run.output().get(3).lines().toList();
        assertThat(applied.subList(applied.size() * 2 / 3, applied.size()))
                .allMatch(line -> line.endsWith(": unchanged") || line.contains(": skipped: "));
        assertThat(run.output().get(4)).contains("\"state\":\"RUNNING\"").contains("dns-enriched");
    }

    @Test
    void theGuidesRolesAreJson() throws Exception {
        String[] parts = OperatorGuide.text().split("```json\n", -1);
        assertThat(parts).hasSize(5);
        for (int i = 1; i < parts.length; i++) {
            String json = parts[i].substring(0, parts[i].indexOf("```"));
            assertThat(Http.JSON.readTree(json).isObject()).as(json).isTrue();
        }
    }

    @Test
    void applyingAgainFindsAllUnchanged() {
        assertThat(apply().status()).isZero();
        for (String dryRun : List.of("--dry-run", "--dry-run=false")) {
            Outcome outcome = apply(dryRun);
            assertThat(outcome.status()).as(outcome.err()).isZero();
            assertThat(outcome.out().lines().filter(line -> !line.contains(": skipped: ")))
                    .hasSizeGreaterThan(7)
                    .allMatch(line -> line.endsWith(": unchanged"));
        }
    }

    @Test
    void theRegistryHasOurRules() {
        String config = pipeline.endpoints().registry() + "/config/";
        JsonNode raw = pipeline.http().get(config + "dns.raw-value");
        JsonNode alerts = pipeline.http().get(config + "dns.alerts-value");
        assertThat(raw.path("compatibilityLevel").asText()).isEqualTo("BACKWARD_TRANSITIVE");
        assertThat(alerts.path("compatibilityLevel").asText()).isEqualTo("FULL_TRANSITIVE");
    }

    @Test
    void aDryRunNamesEachValueAndChangesNothing() {
        String template = pipeline.endpoints().search() + "/_index_template/dns-tld-counts";
        JsonNode ours = pipeline.http().get(template).at("/index_templates/0/index_template");
        String others = ours.toString().replace("\"priority\":100", "\"priority\":101");
        pipeline.http().call("PUT", template, others);
        Outcome dry = apply("--dry-run", "--only", "templates", "--format", "json");
        assertThat(dry.out())
                .contains(
                        "{\"kind\":\"index template\",\"name\":\"dns-tld-counts\",\"result\":\"would change\",\"changes\":[{\"path\":\"priority\",\"before\":\"101\",\"after\":\"100\"}]}");
        assertThat(apply("--only", "templates").out())
                .contains("index template dns-tld-counts: changed: priority 101 -> 100");
        assertThat(apply("--only", "templates").out())
                .contains("index template dns-tld-counts: unchanged");
    }

    @Test
    void anIndexOfAnOlderVersionGetsTheFieldsThatItLacks() {
        String search = pipeline.endpoints().search();
        String index = search + "/dns-tld-counts-2019.01";
        // The template itself lacks them for the moment, as an older one would.
        String template = search + "/_index_template/dns-tld-counts-older";
        pipeline.http()
                .call(
                        "PUT",
                        template,
                        """
                        {"index_patterns": ["dns-tld-counts-2019*"], "priority": 500, "template": {"mappings":
                          {"dynamic": "strict", "properties": {"@timestamp": {"type": "date"}, "queries": {"type": "long"}}}}}""");
        pipeline.http().call("PUT", index, "");
        pipeline.http().call("DELETE", template, "");
        assertThat(apply("--only", "templates", "--dry-run").out())
                .contains("index dns-tld-counts-2019.01: would change: key nothing -> keyword")
                .contains("top_names.count nothing -> long");
        assertThat(apply("--only", "templates").out())
                .contains("index dns-tld-counts-2019.01: changed: key nothing -> keyword");
        assertThat(apply("--only", "templates").out()).doesNotContain("index dns-tld-counts-2019");
        pipeline.http().call("DELETE", index, "");
    }

    @Test
    void aSettingThatTheSinkDoesNotKnowIsSaid() {
        Outcome outcome = apply("--set", "no.such.setting=1");
        assertThat(outcome.status()).isEqualTo(UserError.FAILED);
        assertThat(outcome.err()).contains("no.such.setting").hasLineCount(1);
    }

    @Test
    void theWrongServerIsNamed() {
        Endpoints endpoints = pipeline.endpoints();
        assertThat(run(List.of("--registry", endpoints.connect())).err())
                .contains("is no schema registry")
                .contains("check --registry");
        List<String> noWorker =
                List.of(
                        "--url",
                        endpoints.search(),
                        "--registry",
                        endpoints.registry(),
                        "--connect",
                        endpoints.search());
        assertThat(run(noWorker).err())
                .contains("is no Kafka Connect worker")
                .contains("check --connect");
        assertThat(run(List.of("--url", endpoints.registry())).err())
                .contains("is no Elasticsearch or OpenSearch")
                .contains("check --url");
        assertThat(run(List.of("--dashboards", endpoints.search())).err())
                .contains("is no Kibana or OpenSearch Dashboards")
                .contains("check --dashboards");
    }

    /** Local addresses of listening sockets are 127.0.0.1, plain or mapped into IPv6. */
    private static boolean listensOnlyOnLoopback(Child child) throws IOException {
        for (String address : Ports.listeningAddresses(Path.of("/proc/" + child.pid()))) {
            if (!address.contains("0100007F:")) {
                return false;
            }
        }
        return true;
    }
}
