package io.stream53.processor.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.NodeLedger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Served served = new Served();

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void countersHaveTheirSentences() throws Exception {
        assertThat(scrape())
                .contains("# HELP stream53_packets_read_total messages read once from dns.raw")
                .contains("# TYPE stream53_packets_read_total counter")
                .contains("stream53_packets_read_total 0.0")
                .contains("stream53_open_windows 0.0");
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            Matcher name = Pattern.compile("([A-Z])").matcher(counter.text());
            assertThat(scrape())
                    .contains(
                            "stream53_"
                                    + name.replaceAll("_$1").toLowerCase(Locale.ROOT)
                                    + "_total");
        }
    }

    @Test
    void partitionsAndNodesAreLabels() throws Exception {
        fill();
        assertThat(scrape())
                .contains("stream53_partition_lag{partition=\"1\"} 7.0")
                .doesNotContain("partition=\"0\"")
                .contains("stream53_node_watermark_seconds{node=\"ns1\"} 1.0")
                .contains("stream53_node_delay_seconds{node=\"ns1\"} 1.5")
                .contains("stream53_node_captured{node=\"ns1\"} 100.0")
                .contains("stream53_node_lost{node=\"ns1\"} 3.0")
                .contains("stream53_node_dropped{node=\"ns1\"} 5.0")
                .contains("stream53_http_requests_seconds_count{status=\"200\"}");
        served.board.views().sources().forEach(served.board.views()::close);
        assertThat(scrape()).doesNotContain("partition=\"1\"");
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        Path promtool = Requires.tool("promtool");
        fill();
        String ours = scrape();
        Process check =
                new ProcessBuilder(promtool.toString(), "check", "metrics")
                        .redirectErrorStream(true)
                        .start();
        try (var in = check.getOutputStream()) {
            in.write(ours.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEmpty();
        assertThat(check.waitFor()).isZero();
    }

    private void fill() {
        served.instance.lag = Map.of(0, 5L, 1, 7L);
        served.board
                .views()
                .source(1)
                .watermark(
                        DnsPacket.newBuilder()
                                .setKind("watermark")
                                .setNode("ns1")
                                .setRun(1)
                                .setSequence(0)
                                .setTimestampUs(1_000_000)
                                .build(),
                        2_500);
        served.board
                .views()
                .merge(0)
                .show(
                        "ns1",
                        NodeLedger.newBuilder()
                                .setNode("ns1")
                                .setTimestamp(Served.NOON)
                                .setWindowEnd(Served.NOON.plusSeconds(60))
                                .setCaptured(100)
                                .setLost(3)
                                .setDropped(Map.of("filtered", 2L, "kernel", 3L))
                                .setFinal$(true)
                                .build());
    }

    private String scrape() throws Exception {
        served.get("/ready");
        return served.get("/metrics").body();
    }
}
