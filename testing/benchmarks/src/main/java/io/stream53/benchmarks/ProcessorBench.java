package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The processor beside a loop that only copies records and beside Kafka Streams' own join. */
@Command(
        name = "processor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Compares the processor, and matching alone, with a loop that only copies records"
                        + " and with Kafka Streams' own join, all over one local broker, and prints"
                        + " what they took as one JSON object.",
        footer = {
            "",
            "Every contender is a process that reads dns.raw (one partition, one thread, exactly"
                    + " once, commits each 500 ms). They take turns; figures are of the median"
                    + " round. Ratios are of CPU a record."
        })
final class ProcessorBench implements Callable<Integer> {
    /** A copy loop that takes more than this says that the machine was too busy. */
    private static final double SLOWEST_COPY_LOOP_MICROS = 3.5;

    private static final long RECURSOR_DELAY_US = 30_000;

    /** Traffic that the stream's answers look like. */
    private enum Profile {
        authoritative,
        recursor
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A capture file (default: the bundled one).")
    private @Nullable Path file;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Of each contender, in turns (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of a round (default: ${DEFAULT-VALUE}).")
    private double seconds = 3;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "Before the first round (default: ${DEFAULT-VALUE}).")
    private double warmUp = 12;

    @Option(
            names = "--records",
            paramLabel = "N",
            description =
                    "Records in dns.raw; the capture is repeated (default: as many as a"
                            + " contender may read).")
    private long records;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description =
                    "Public addresses that queries over UDP seem to come from, 0: as captured"
                            + " (default: ${DEFAULT-VALUE}).")
    private int clients = 20_000;

    @Option(
            names = "--profile",
            description =
                    "authoritative: answers as fast as captured; recursor: 30 ms later (default:"
                            + " ${DEFAULT-VALUE}).")
    private Profile profile = Profile.authoritative;

    @Option(
            names = "--geoip",
            paramLabel = "FILE",
            description = "MMDB file (default: the bundled one).")
    private @Nullable Path geoip;

    @Option(
            names = "--only",
            paramLabel = "CONTENDER",
            split = ",",
            description = "Of ${COMPLETION-CANDIDATES} (default: all).")
    private List<Contender> only = List.of(Contender.values());

    @Option(
            names = "--jvm",
            paramLabel = "FLAG",
            description = "For the contenders' JVMs; may be repeated.")
    private List<String> jvm = List.of();

    @Option(
            names = "--pending",
            paramLabel = "N",
            description = "Instead: heap that so many pending queries take, store included.")
    private int pending;

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || seconds <= 0 || warmUp < 0 || clients < 0 || pending < 0) {
            throw new IllegalArgumentException("--rounds begins at 1, and nothing is below 0");
        }
        Map<String, Object> result = pending > 0 ? PendingHeap.measure(pending) : compare();
        System.out.println(new ObjectMapper().writeValueAsString(result));
        return 0;
    }

    private Map<String, Object> compare() throws Exception {
        Path folder = Files.createTempDirectory("stream53-bench");
        try (LocalBroker broker = LocalBroker.start(1);
                RegistryStub registry = new RegistryStub();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            createOutputs(admin);
            RawTopic.fill(
                    broker.bootstrap(),
                    file == null ? bundled("sample/sample.pcap.gz") : file,
                    records > 0 ? records : Math.round(300_000 * (warmUp + rounds * (seconds + 1))),
                    clients,
                    profile == Profile.recursor ? RECURSOR_DELAY_US : 0);
            var place =
                    new StreamsContender.Place(
                            broker.bootstrap(),
                            registry.url(),
                            folder,
                            geoip == null ? bundled("geoip/iptoasn-country.mmdb") : geoip);
            return result(run(place, admin));
        } finally {
            Folders.delete(folder);
        }
    }

    private Map<Contender, Map<String, Object>> run(StreamsContender.Place place, Admin admin)
            throws Exception {
        List<ContenderProcess> processes = new ArrayList<>();
        try {
            for (Contender contender : only) {
                ContenderProcess process = new ContenderProcess(contender, place, jvm);
                processes.add(process);
                var _ = process.run(warmUp);
                System.err.println("stream53 bench: " + contender.text() + " is warm");
            }
            for (int round = 0; round < rounds; round++) {
                for (ContenderProcess process : processes) {
                    process.measure(seconds);
                }
            }
        } finally {
            processes.forEach(ContenderProcess::close);
        }
        Map<Contender, Map<String, Object>> figures = new EnumMap<>(Contender.class);
        for (ContenderProcess process : processes) {
            figures.put(process.contender(), figures(process, admin));
        }
        return figures;
    }

    private static Map<String, Object> figures(ContenderProcess process, Admin admin)
            throws ExecutionException, InterruptedException {
        ContenderProcess.Round median = process.median();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("recordsPerSecond", Math.round(median.perSecond()));
        figures.put("cpuMicrosPerRecord", hundredths(median.cpuMicros()));
        figures.put("rounds", process.allCpuMicros());
        double read = process.totalRecords();
        if (process.contender() != Contender.COPY_LOOP && read > 0) {
            long changelog = 0;
            for (String topic : topics(admin)) {
                if (topic.startsWith(process.contender().id()) && topic.endsWith("-changelog")) {
                    changelog += end(admin, topic);
                }
            }
            figures.put("changelogPercent", hundredths(100 * changelog / read));
        }
        return figures;
    }

    private static Iterable<String> topics(Admin admin)
            throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get();
    }

    private static long end(Admin admin, String topic)
            throws ExecutionException, InterruptedException {
        TopicPartition partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private Map<String, Object> result(Map<Contender, Map<String, Object>> figures) {
        Map<String, Object> result = new LinkedHashMap<>();
        figures.forEach((contender, of) -> result.put(contender.text(), of));
        result.put("profile", profile.name());
        double copy = cpu(figures, Contender.COPY_LOOP);
        ratio(result, "matcherOfCopyLoop", copy, cpu(figures, Contender.MATCHER));
        ratio(result, "topologyOfCopyLoop", copy, cpu(figures, Contender.TOPOLOGY));
        ratio(
                result,
                "topologyOverDslJoin",
                cpu(figures, Contender.DSL_JOIN),
                cpu(figures, Contender.TOPOLOGY));
        if (copy == 0) {
            return result;
        }
        boolean valid = copy <= SLOWEST_COPY_LOOP_MICROS;
        result.put("valid", valid);
        if (!valid) {
            result.put(
                    "invalidBecause",
                    "the copy loop took %.2f µs a record, more than %.1f: the machine was too busy"
                            .formatted(copy, SLOWEST_COPY_LOOP_MICROS));
        }
        return result;
    }

    private static void ratio(Map<String, Object> result, String name, double of, double over) {
        if (of > 0 && over > 0) {
            result.put(name, hundredths(of / over));
        }
    }

    private static double cpu(Map<Contender, Map<String, Object>> figures, Contender contender) {
        Map<String, Object> of = figures.get(contender);
        return of != null && of.get("cpuMicrosPerRecord") instanceof Double micros ? micros : 0;
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private void createOutputs(Admin admin) throws ExecutionException, InterruptedException {
        List<NewTopic> outputs = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            outputs.add(new NewTopic(contender.output(), 1, (short) 1));
        }
        admin.createTopics(outputs).all().get();
    }

    private static Path bundled(String name) {
        return Path.of(System.getProperty("stream53.root", "."), "deploy", "standalone", name);
    }
}
