package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.IndexTemplates;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.SearchNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every panel of every dashboard has something to show of what {@code ./stream53 demo} shows. What
 * a panel asks is read from the files that people import, not from what these are made of. The
 * engine is the demo's own, and for the tools that ask Elasticsearch one that has its documents.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsTest {
    private static final Path FOLDER =
            Requires.repository().resolve("connect-config").resolve("dashboards");

    private static final Duration SCRAPES = Duration.ofSeconds(1);

    private Path folder = Path.of(".");
    private @Nullable SearchNode elasticsearch;
    private @Nullable RunningDemo running;
    private String engine = "";
    private String processor = "";

    @BeforeAll
    void fillTheEngine(@TempDir Path temporary) throws Exception {
        folder = temporary;
        running = new RunningDemo(folder);
        engine = demo().printed("Documents +(http://[0-9.:]+)/");
        processor = demo().printed("Processor +(http://[0-9.:]+)/");
        demo().until(this::isThrough);
        Path _ = Requires.file(SearchNode.Kind.ELASTICSEARCH.libraries());
        SearchNode other =
                SearchNode.start(
                        SearchNode.Kind.ELASTICSEARCH, folder.resolve("elasticsearch"), Map.of());
        elasticsearch = other;
        IndexTemplates.apply(other);
        checks().copyTo(new PanelChecks(other.url()));
    }

    @AfterAll
    void end() {
        Optional.ofNullable(elasticsearch).ifPresent(SearchNode::close);
        demo().close();
    }

    private PanelChecks onElasticsearch() {
        return new PanelChecks(Objects.requireNonNull(elasticsearch).url());
    }

    private RunningDemo demo() {
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /** All transactions are indexed, the last minutes are final, the attack is over. */
    private boolean isThrough() throws Exception {
        checks().refresh();
        JsonNode ledger = Aggregations.JSON.readTree(demo().get(processor + "/ledger"));
        long transactions = ledger.path("transactions").asLong();
        return transactions > 0
                && checks().count("dns-enriched-*", "*") == transactions
                && checks().count("dns-alerts-*", "status:closed") > 0
                && checks().count("dns-ledger-*", "final:true") > 1
                && checks().count("dns-ledger-*", "final:false") == 0
                && checks().count("dns-tld-counts-*", "final:true AND window:PT1M") > 1
                && checks().count("dns-tld-counts-*", "final:false AND window:PT1M") == 0;
    }

    @Test
    void everyPanelOfKibanaShowsSomething() throws Exception {
        SavedObjects saved = SavedObjects.read(FOLDER.resolve("kibana/stream53.ndjson"));
        saved.assertWhole();
        KibanaPanels panels = new KibanaPanels(saved);
        List<PanelQuery> all = new ArrayList<>();
        for (JsonNode dashboard : saved.ofType("dashboard")) {
            all.addAll(checks().chosen(panels.of(dashboard), panels.choices(dashboard)));
        }
        assertShow(all);
        assertThat(onElasticsearch().problems(all)).isEmpty();
    }

    @Test
    void everyPanelOfOpenSearchDashboardsShowsSomething() throws Exception {
        SavedObjects saved =
                SavedObjects.read(FOLDER.resolve("opensearch-dashboards/stream53.ndjson"));
        saved.assertWhole();
        OpenSearchPanels panels = new OpenSearchPanels(saved);
        List<PanelQuery> all = new ArrayList<>();
        for (JsonNode dashboard : saved.ofType("dashboard")) {
            all.addAll(checks().chosen(panels.of(dashboard), panels.choices(dashboard)));
        }
        assertShow(all);
    }

    @Test
    void everyPanelOfGrafanaShowsSomething() throws Exception {
        List<PanelQuery> all = new ArrayList<>();
        for (JsonNode dashboard : grafana("elasticsearch")) {
            all.addAll(
                    checks().chosen(GrafanaPanels.of(dashboard), GrafanaPanels.choices(dashboard)));
        }
        assertShow(all);
        assertThat(onElasticsearch().problems(all)).isEmpty();
    }

    @Test
    void everyPanelOfTheProgramsDashboardShowsSomething() throws Exception {
        Set<String> expressions = new TreeSet<>();
        for (JsonNode dashboard : grafana("prometheus")) {
            expressions.addAll(GrafanaPanels.expressions(dashboard));
        }
        assertThat(expressions).hasSizeGreaterThan(20);
        List<String> programs = List.of(processor, agent());
        try (Prometheus prometheus =
                Prometheus.scraping(programs, SCRAPES, folder.resolve("prometheus"))) {
            demo().until(() -> prometheus.asks("min(count_over_time(up[1m])) > 4").size() == 1);
            assertThat(prometheus.asks("up == 1")).hasSize(programs.size());
            for (String expression : expressions) {
                assertThat(prometheus.asks(expression.replace("$__rate_interval", "1m")))
                        .as(expression)
                        .isNotEmpty();
            }
        }
    }

    private void assertShow(List<PanelQuery> panels) throws Exception {
        assertThat(panels).hasSizeGreaterThan(40);
        assertThat(checks().problems(panels)).isEmpty();
    }

    private PanelChecks checks() {
        return new PanelChecks(engine);
    }

    private static List<JsonNode> grafana(String plugin) throws IOException {
        List<JsonNode> dashboards = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("grafana"))) {
            for (Path file : files.sorted().toList()) {
                JsonNode dashboard = Aggregations.JSON.readTree(file.toFile());
                if (dashboard.at("/__inputs/0/pluginId").textValue().equals(plugin)) {
                    dashboards.add(dashboard);
                }
            }
        }
        assertThat(dashboards).isNotEmpty();
        return dashboards;
    }

    /** The URL of an agent that waits for a name server's messages. */
    private String agent() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        demo().start(
                        folder.resolve("agent.out"),
                        folder.resolve("agent.err"),
                        "agent",
                        "--dnstap",
                        "unix:" + folder.resolve("dnstap.sock"),
                        "--bootstrap",
                        demo().printed("on Kafka at ([0-9.:]+)"),
                        "--registry",
                        demo().printed("Schemas +(\\S+)/subjects"),
                        "--http",
                        "127.0.0.1:" + port);
        return "http://127.0.0.1:" + port;
    }
}
