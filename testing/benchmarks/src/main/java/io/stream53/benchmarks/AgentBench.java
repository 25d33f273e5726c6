package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.agent.AgentConfig;
import io.stream53.agent.CaptureRun;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.ledger.AgentLedger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The agent over a capture file: reads, decodes, reassembles and encodes it as {@code ./stream53
 * agent} does, into nothing, or into a local Kafka.
 */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Decodes and encodes a capture as the agent does, without Kafka or into a local one,"
                        + " and prints what it took as one JSON object.",
        footer = {
            "",
            "Sums are over the measured passes: all of them, or all but the first when there are"
                    + " several. Processor time is the whole process's, compiler and garbage"
                    + " collector included."
        })
final class AgentBench implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A capture file.")
    private Path file = Path.of("");

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Passes over the file; with several the first is warm-up (default: 1).")
    private int repeat = 1;

    @Option(
            names = "--kafka",
            description = "Publish into a local broker, beside ready-made bytes in the same run.")
    private boolean kafka;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "With --kafka: how long each round takes (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "With --kafka: rounds of each kind, in turns, after one of warm-up (default:"
                            + " ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the agent; may be repeated.")
    private Map<String, String> settings = new HashMap<>();

    @Override
    public Integer call() throws Exception {
        if (repeat < 1 || seconds < 1 || rounds < 1) {
            throw new IllegalArgumentException("--repeat, --seconds and --rounds begin at 1");
        }
        settings.putIfAbsent("node", "bench");
        Map<String, Object> result = kafka ? publish() : decode();
        System.out.println(new ObjectMapper().writeValueAsString(result));
        return 0;
    }

    private Map<String, Object> publish() throws Exception {
        try (LocalBroker broker = LocalBroker.start()) {
            return new KafkaBench(file, settings, seconds, rounds).run(broker);
        }
    }

    private Map<String, Object> decode() throws Exception {
        AgentConfig config = AgentConfig.of(settings);
        int warmUps = repeat > 1 ? 1 : 0;
        for (int i = 0; i < warmUps; i++) {
            pass(config);
        }
        Stopwatch watch = Stopwatch.start(warmUps == 0);
        long packets = 0;
        long messages = 0;
        for (int i = warmUps; i < repeat; i++) {
            AgentLedger ledger = pass(config);
            packets += ledger.frames();
            messages += ledger.published();
        }
        double cpu = watch.cpuSeconds();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("packets", packets);
        result.put("messages", messages);
        result.put("passes", repeat - warmUps);
        result.put("seconds", watch.seconds());
        result.put("cpuSeconds", cpu);
        result.put("packetsPerCpuSecond", Math.round(packets / cpu));
        result.put("messagesPerCpuSecond", Math.round(messages / cpu));
        result.put("peakRssBytes", Stopwatch.peakRssBytes());
        return result;
    }

    private AgentLedger pass(AgentConfig config) throws Exception {
        return CaptureRun.files(List.of(file), config, new Nowhere());
    }

    /** Takes every record, as Kafka would at its best. */
    private static final class Nowhere implements RecordOutput {
        @Override
        public boolean offer(
                long run, int partition, byte[] key, int keyLength, byte[] value, int length) {
            return true;
        }

        @Override
        public int partitions() {
            return 48;
        }
    }
}
