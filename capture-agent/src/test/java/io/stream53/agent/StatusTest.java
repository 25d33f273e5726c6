package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.publish.OutputGauges;
import io.stream53.agent.source.SourceStats;
import io.stream53.agent.status.StatusServer;
import io.stream53.agent.status.StatusSettings;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.DropReason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusTest {
    private static final long START = 1_700_000_000_000_000L;

    private final CaptureRun run =
            new CaptureRun(AgentConfig.of(Map.of("node", "ns1")), new MemoryOutput(1));
    private final FakeSource source = new FakeSource().frameAt(START);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private boolean outputReady = true;
    private final OutputGauges output =
            new OutputGauges() {
                @Override
                public long queuedBytes() {
                    return 77;
                }

                @Override
                public boolean isReady() {
                    return outputReady;
                }
            };
    private StatusServer server;
    private Future<?> capture = CompletableFuture.completedFuture(null);

    @BeforeEach
    void start() throws IOException {
        server = StatusServer.start(StatusSettings.of("127.0.0.1:0"), new AgentStatus(run, output));
        source.goesOn = true;
        source.stats = new SourceStats(3, false);
    }

    private void capture() {
        capture =
                thread.submit(
                        () -> {
                            run.capture(List.of(source));
                            return null;
                        });
        await().until(() -> run.ledger().frames() == 1);
    }

    @AfterEach
    void stop() throws Exception {
        run.stop();
        if (capture != null) {
            capture.get();
        }
        thread.close();
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + server.authority() + path)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void isReadyWhileItReadsAndTheRecordsHaveSomewhereToGo() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        capture();
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        outputReady = false;
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).isEqualTo("Kafka does not take what is read\n");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/readymade").statusCode()).isEqualTo(404);
    }

    @Test
    void theLedgerIsThatOfTheRun() throws Exception {
        capture();
        assertThat(get("/ledger").body())
                .startsWith("{\"frames\":1,\"ignored\":0,\"captured\":")
                .contains("\"published\":1");
    }

    @Test
    void everyDropReasonIsAMetricWithItsMeaning() throws Exception {
        capture();
        String metrics = get("/metrics").body();
        for (DropReason reason : DropReason.values()) {
            assertThat(metrics)
                    .contains("stream53_agent_dropped_total{reason=\"" + reason.text() + "\"} ")
                    .contains(reason.text() + ": " + reason.meaning());
        }
        assertThat(metrics)
                .contains("stream53_agent_frames_total 1\n")
                .contains("stream53_agent_published_total 1\n")
                .contains("stream53_agent_unjudged_total 0\n")
                .contains("stream53_agent_queued_bytes 77\n")
                .contains("stream53_agent_sampling_rate 1\n")
                .contains("stream53_agent_capture_idle_ratio{thread=\"1\"} ")
                .containsPattern("stream53_agent_resident_memory_bytes \\d{8,}\n")
                .containsPattern("stream53_agent_cpu_seconds_total \\d+\\.\\d+\n");
    }

    /** The grammar of the format's documentation, without time stamps, which are not used. */
    private static final Pattern LINE =
            Pattern.compile(
                    "# HELP [a-z][a-z0-9_]* [^\n]+|# TYPE [a-z][a-z0-9_]* (counter|gauge)"
                            + "|[a-z][a-z0-9_]*(\\{[a-z]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\"\\})?"
                            + " [0-9.E+-]+");

    @Test
    void metricsKeepToTheFormat() throws Exception {
        capture();
        List<String> lines = get("/metrics").body().lines().toList();
        assertThat(lines).allMatch(line -> LINE.matcher(line).matches());
        assertThat(lines.stream().filter(line -> line.startsWith("# TYPE")))
                .doesNotHaveDuplicates()
                .allMatch(line -> line.endsWith(" counter") == line.contains("_total "));
    }

    @Test
    void promtoolFindsNothingAgainstTheMetrics() throws Exception {
        String promtool = Requires.tool("promtool").toString();
        capture();
        Process check =
                new ProcessBuilder(promtool, "check", "metrics").redirectErrorStream(true).start();
        try (var metrics = check.outputWriter()) {
            metrics.write(get("/metrics").body());
        }
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).describedAs(said).isZero();
        assertThat(said).isEmpty();
    }

    @Test
    void anAddressThatIsTakenIsOneSentence() {
        StatusSettings taken = StatusSettings.of(server.authority());
        assertThatThrownBy(() -> StatusServer.start(taken, new AgentStatus(run, output)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the status cannot be served at 127.0.0.1:")
                .hasMessageContaining("--http")
                .hasMessageNotContaining("\n");
    }
}
