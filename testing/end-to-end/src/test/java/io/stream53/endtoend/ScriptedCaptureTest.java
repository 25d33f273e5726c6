package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.ledger.ProcessorCounter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The capture whose counts are known beforehand, through both ways that a user has. */
class ScriptedCaptureTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant START = MIDNIGHT.minusSeconds(45);
    private static final Duration SKEW = Duration.ofHours(1);

    /** Counters that {@code inspect} and {@code demo} print and the script knows. */
    private static final List<ProcessorCounter> KNOWN =
            List.of(
                    ProcessorCounter.PACKETS_READ,
                    ProcessorCounter.QUERIES,
                    ProcessorCounter.RESPONSES,
                    ProcessorCounter.ANSWERED,
                    ProcessorCounter.UNANSWERED,
                    ProcessorCounter.UNSOLICITED,
                    ProcessorCounter.MISMATCHED,
                    ProcessorCounter.LATE,
                    ProcessorCounter.ONE_WAY,
                    ProcessorCounter.SAMPLED_OUT,
                    ProcessorCounter.DUPLICATE_RESPONSES,
                    ProcessorCounter.TRANSFER_RESPONSES,
                    ProcessorCounter.RETRANSMISSIONS,
                    ProcessorCounter.LOST,
                    ProcessorCounter.REDELIVERED,
                    ProcessorCounter.UNDECODABLE);

    private final ScriptedCapture script = new ScriptedCapture();
    @TempDir Path folder;
    private Path capture;

    @BeforeEach
    void writeCapture() {
        capture = script.write(folder.resolve("scripted.pcap"), START);
    }

    @Test
    void inspectCountsEveryStatusExactly() throws Exception {
        Stream53.Run run = Stream53.run(folder, "inspect", capture).succeeded();
        assertCounts(run.ledgerOnStandardError(), 1);
        Map<String, Long> byStatus =
                run.documents().stream()
                        .collect(
                                Collectors.groupingBy(
                                        document -> document.at("/dns/status").textValue(),
                                        Collectors.counting()));
        assertThat(byStatus.get("ANSWERED"))
                .isEqualTo(script.expected().get(ProcessorCounter.ANSWERED));
        assertThat(byStatus.get("LATE")).isEqualTo(script.expected().get(ProcessorCounter.LATE));
    }

    @Test
    void demoCountsEveryStatusExactlyAndIndexesWhatInspectPrints() throws Exception {
        Path data = folder.resolve("data");

        Path documents = folder.resolve("documents.jsonl");
        Stream53.Run first =
                Stream53.run(
                        folder,
                        "demo",
                        "--once",
                        "--data",
                        data,
                        "--node",
                        "ns1",
                        "--pcap",
                        capture,
                        "--dump-documents",
                        documents);
        assertCounts(first.succeeded().json(), 1);
        assertThat(first.json().get("indexed").fieldNames())
                .toIterable()
                .contains("dns-enriched-2026.03.01", "dns-enriched-2026.03.02");
        assertSameDocuments(
                Files.readAllLines(documents),
                Stream53.run(folder, "inspect", "--node", "ns1", capture).out());

        // A second node whose clock is an hour behind, on the same folder: the ledger goes on.
        Path skewed = script.write(folder.resolve("skewed.pcap"), START.minus(SKEW));
        Stream53.Run second =
                Stream53.run(
                        folder, "demo", "--once", "--data", data, "--node", "ns2", "--pcap",
                        skewed);
        assertCounts(second.succeeded().json(), 2);

        // Captures from 2015, and from two hours ahead of the clock, come through whole.
        Path old = script.write(folder.resolve("old.pcap"), Instant.parse("2015-06-30T23:59:15Z"));
        Path ahead =
                script.write(
                        folder.resolve("ahead.pcap"),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofHours(2)));
        Stream53.Run third =
                Stream53.run(
                        folder, "demo", "--once", "--data", data, "--node", "ns3", "--pcap", old,
                        "--pcap", ahead);
        assertCounts(third.succeeded().json(), 4);
        assertThat(third.json().get("indexed").fieldNames())
                .toIterable()
                .contains("dns-enriched-2015.07.01");
    }

    private void assertCounts(JsonNode ledger, int captures) {
        assertThat(ledger.get("balanced").booleanValue()).as("%s", ledger).isTrue();
        Map<String, Long> actual = new TreeMap<>();
        Map<String, Long> expected = new TreeMap<>();
        for (ProcessorCounter counter : KNOWN) {
            actual.put(counter.text(), ledger.get(counter.text()).longValue());
            expected.put(counter.text(), captures * script.expected().getOrDefault(counter, 0L));
        }
        assertThat(actual).isEqualTo(expected);
        assertThat(ledger.get("frames").longValue()).isEqualTo(captures * script.messages());
        assertThat(ledger.get("published").longValue()).isEqualTo(captures * script.messages());
        assertThat(ledger.get("dropped")).isEmpty();
    }

    private static void assertSameDocuments(List<String> indexed, String inspected)
            throws Exception {
        Map<String, JsonNode> fromEngine = byId(indexed);
        Map<String, JsonNode> fromInspect = byId(inspected.lines().toList());
        assertThat(fromEngine.keySet()).isEqualTo(fromInspect.keySet());
        List<String> different = new ArrayList<>();
        fromEngine.forEach(
                (id, document) -> {
                    if (!document.equals(fromInspect.get(id))) {
                        different.add(document + "\n" + fromInspect.get(id));
                    }
                });
        assertThat(different).isEmpty();
    }

    private static Map<String, JsonNode> byId(List<String> lines) throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> documents = new ArrayList<>();
        for (String line : lines) {
            documents.add(json.readTree(line));
        }
        return documents.stream()
                .collect(
                        Collectors.toMap(
                                document -> document.get("id").textValue(), Function.identity()));
    }
}
