package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every panel of every dashboard has something to show of what {@code ./stream53 demo} shows. What
 * a panel asks is read from the files that people import, not from what these are made of; the
 * engine is the demo's own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsTest {
    private static final Path FOLDER =
            Requires.repository().resolve("connect-config").resolve("dashboards");

    private static final Pattern METRIC = Pattern.compile("stream53_\\w+");

    private Path folder = Path.of(".");
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
    }

    @AfterAll
    void end() {
        demo().close();
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
    }

    @Test
    void everyMetricOfTheProgramsDashboardIsServed() throws Exception {
        Set<String> asked = new TreeSet<>();
        for (JsonNode dashboard : grafana("prometheus")) {
            for (String expression : GrafanaPanels.expressions(dashboard)) {
                Matcher names = METRIC.matcher(expression);
                while (names.find()) {
                    asked.add(names.group());
                }
            }
        }
        assertThat(asked).hasSizeGreaterThan(20);
        Set<String> served = metrics(demo().get(processor + "/metrics"));
        served.addAll(metrics(agentMetrics()));
        assertThat(served).containsAll(asked);
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

    /** What an agent serves that waits for a name server's messages. */
    private String agentMetrics() throws Exception {
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
        StringBuilder text = new StringBuilder();
        demo().until(
                        () -> {
                            try {
                                text.append(demo().get("http://127.0.0.1:" + port + "/metrics"));
                                return true;
                            } catch (IOException notYet) {
                                return false;
                            }
                        });
        return text.toString();
    }

    private static Set<String> metrics(String text) {
        Set<String> names = new TreeSet<>();
        for (String line : text.lines().toList()) {
            Matcher name = METRIC.matcher(line);
            if (!line.startsWith("#") && name.lookingAt()) {
                names.add(name.group());
            }
        }
        return names;
    }
}
