package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Folders;
import io.stream53.fixtures.IndexTemplates;
import io.stream53.fixtures.SearchNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The sink beside a loop that sends the same documents ready-made. */
@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Compares a Kafka Connect worker with our sink, which reads dns.enriched"
                        + " (read_committed) and indexes it, with a loop that only sends the same"
                        + " documents ready-made in bulk requests as large and as many at a time,"
                        + " and prints what they reached as one JSON object.",
        footer = {
            "",
            "Broker, worker and engine are processes on this machine. The two take turns, each"
                    + " with an index of its own and each the first in every other round; figures"
                    + " are of the median round, from a tenth of the documents to the last."
        })
final class SinkBench implements Callable<Integer> {
    private static final int ENGINE_HEAP_MIB = 1_024;

    /** An engine that looks at its heap refuses requests now and then; the loop repeats none. */
    private static final Map<String, String> ENGINE_SETTINGS =
            Map.of(
                    "indices.breaker.total.use_real_memory",
                    "false",
                    "action.destructive_requires_name",
                    "false");

    private enum Engine {
        opensearch,
        elasticsearch
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A capture file (default: the bundled one).")
    private @Nullable Path file;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Of each, in turns (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Rounds before them, in which compilers and caches settle (default:"
                            + " ${DEFAULT-VALUE}).")
    private int warmUp = 3;

    @Option(
            names = "--documents",
            paramLabel = "N",
            description = "In a round; the capture is repeated (default: ${DEFAULT-VALUE}).")
    private int documents = 40_000;

    @Option(
            names = "--engine",
            description = "Of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Engine engine = Engine.opensearch;

    private final List<Double> bare = new ArrayList<>();
    private final List<Double> sink = new ArrayList<>();
    private final List<Double> sinkCpuMicros = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || warmUp < 0 || documents < 10) {
            throw new IllegalArgumentException(
                    "--rounds begins at 1, --warm-up at 0, --documents at 10");
        }
        Path folder = Files.createTempDirectory("stream53-bench");
        try {
            System.out.println(new ObjectMapper().writeValueAsString(compare(folder)));
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }

    private Map<String, Object> compare(Path folder) throws Exception {
        Path capture = file == null ? bundled() : file;
        SearchNode.Kind kind = SearchNode.Kind.valueOf(engine.name().toUpperCase(Locale.ROOT));
        try (RegistryStub registry = new RegistryStub();
                SearchNode node =
                        SearchNode.start(
                                kind, folder.resolve("engine"), ENGINE_SETTINGS, ENGINE_HEAP_MIB);
                LocalBroker broker = LocalBroker.start(1)) {
            Indices indices = new Indices(node);
            IndexTemplates.apply(node);
            EnrichedTopic topic = EnrichedTopic.of(capture, documents, registry.url());
            BareBulk loop = new BareBulk(node.url(), topic.documents());
            try (SinkWorker worker = new SinkWorker(folder, broker, registry, node)) {
                for (int round = 1 - warmUp; round <= rounds; round++) {
                    measure(round, indices, loop, worker, topic, broker);
                }
            }
            return result(topic);
        }
    }

    private void measure(
            int round,
            Indices indices,
            BareBulk loop,
            SinkWorker worker,
            EnrichedTopic topic,
            LocalBroker broker)
            throws Exception {
        topic.fill(broker.bootstrap());
        boolean bareFirst = Math.floorMod(round, 2) == 0;
        double before = bareFirst ? indices.rate(documents, loop::start) : 0;
        long cpuBefore = worker.cpuNanos();
        double sinkRate = indices.rate(documents, worker::resume);
        double cpu = (worker.cpuNanos() - cpuBefore) / 1e3 / documents;
        worker.pause();
        double bareRate = bareFirst ? before : indices.rate(documents, loop::start);
        System.err.printf(
                Locale.ROOT,
                "stream53 bench: %s: bare %,.0f/s, sink %,.0f/s, %.0f µs of CPU%n",
                round < 1 ? "warm-up" : "round " + round,
                bareRate,
                sinkRate,
                cpu);
        if (round > 0) {
            bare.add(bareRate);
            sink.add(sinkRate);
            sinkCpuMicros.add(cpu);
        }
    }

    private Map<String, Object> result(EnrichedTopic topic) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("engine", engine.name());
        result.put("documents", documents);
        result.put("bytesPerDocument", topic.bytesPerDocument());
        result.put("bareBulkPerSecond", Math.round(median(bare)));
        result.put("sinkPerSecond", Math.round(median(sink)));
        result.put("ratio", Math.round(100 * median(sink) / median(bare)) / 100.0);
        result.put("sinkCpuMicrosPerDocument", Math.round(median(sinkCpuMicros)));
        result.put("bareBulkRounds", bare.stream().map(Math::round).toList());
        result.put("sinkRounds", sink.stream().map(Math::round).toList());
        return result;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static Path bundled() {
        return Path.of(
                System.getProperty("stream53.root", "."),
                "deploy/standalone/sample/sample.pcap.gz");
    }
}
