package io.stream53.agent;

import io.stream53.agent.load.LoadTicker;
import io.stream53.agent.load.ProcessMemory;
import io.stream53.agent.publish.OutputGauges;
import io.stream53.agent.status.PrometheusText;
import io.stream53.agent.status.Status;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the agent tells of itself over HTTP. */
final class AgentStatus implements Status {
    private static final String DROPPED_HELP =
            Arrays.stream(DropReason.values())
                    .map(reason -> reason.text() + ": " + reason.meaning())
                    .collect(Collectors.joining("; ", "Candidates dropped, by reason. ", "."));

    private final CaptureRun run;
    private final OutputGauges output;

    AgentStatus(CaptureRun run, OutputGauges output) {
        this.run = run;
        this.output = output;
    }

    @Override
    public boolean isReady() {
        return run.isRunning() && output.isReady();
    }

    @Override
    public String condition() {
        if (!run.isRunning()) {
            return "nothing is being read";
        }
        return output.isReady() ? "READY" : "Kafka does not take what is read";
    }

    @Override
    public String ledger() {
        return LedgerFile.json(run.ledger());
    }

    @Override
    public String metrics() {
        PrometheusText text = new PrometheusText();
        ledger(text, run.ledger());
        text.counter(
                "stream53_agent_unjudged_total",
                "Queries that a filter by response code published, because it could not hold them"
                        + " until their responses came.",
                run.unjudgedQueries());
        output(text);
        capture(text, run.live());
        text.gauge(
                "stream53_agent_sampling_rate",
                "One transaction in so many is kept at present.",
                run.sampling().getAsInt());
        text.counter(
                "stream53_agent_cpu_seconds_total",
                "Processor time of the process.",
                LoadTicker.processCpuSeconds());
        text.gauge(
                "stream53_agent_resident_memory_bytes",
                "Resident memory of the process.",
                ProcessMemory.residentBytes());
        text.gauge(
                "stream53_agent_resident_memory_peak_bytes",
                "The most memory that was resident.",
                ProcessMemory.peakBytes());
        return text.toString();
    }

    private static void ledger(PrometheusText text, AgentLedger ledger) {
        text.counter(
                "stream53_agent_frames_total", "Frames read from the source.", ledger.frames());
        text.counter("stream53_agent_ignored_total", "Frames that are not DNS.", ledger.ignored());
        text.counter(
                "stream53_agent_captured_total",
                "Candidates for a DNS message, those that the kernel dropped among them.",
                ledger.captured());
        text.counter(
                "stream53_agent_published_total",
                "Messages that Kafka acknowledged.",
                ledger.published());
        Map<String, Long> dropped = new LinkedHashMap<>();
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason.text(), ledger.dropped(reason));
        }
        text.counters("stream53_agent_dropped_total", DROPPED_HELP, "reason", dropped);
    }

    private void output(PrometheusText text) {
        text.gauge(
                "stream53_agent_queued_records",
                "Records in memory on their way to Kafka.",
                output.queuedRecords());
        text.gauge(
                "stream53_agent_queued_bytes",
                "Bytes in memory on their way to Kafka.",
                output.queuedBytes());
        text.gauge(
                "stream53_agent_spooled_records",
                "Records on disk that Kafka has not acknowledged.",
                output.spooledRecords());
        text.gauge(
                "stream53_agent_spooled_bytes",
                "Bytes that the spool takes on disk.",
                output.spooledBytes());
        text.gauge(
                "stream53_agent_oldest_unacknowledged_seconds",
                "How long the oldest record has been waiting for its acknowledgement.",
                output.oldestUnacknowledgedAgeMs() / 1000.0);
    }

    private static void capture(PrometheusText text, @Nullable LiveCapture live) {
        if (live == null) {
            return;
        }
        OptionalLong age = live.watermarkAgeUs();
        if (age.isPresent()) {
            text.gauge(
                    "stream53_agent_watermark_age_seconds",
                    "How far the latest watermark is behind the clock.",
                    age.getAsLong() / 1e6);
        }
        text.gauges(
                "stream53_agent_capture_idle_ratio",
                "Share of the last second in which a capture thread took no processor time.",
                "thread",
                live.idleShares());
    }
}
