package io.stream53.standalone;

import io.stream53.agent.source.CaptureFileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code demo}; {@link DemoRun} does what they ask for. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Runs the whole pipeline on this machine: Kafka, schema registry, stream processor,"
                        + " Kafka Connect, OpenSearch and the agent, which reads a bundled capture,"
                        + " files or an interface.",
        footer = {
            "",
            "Ctrl-C ends it and leaves nothing behind.",
            "Exit status with --once: 0 balanced, 1 not balanced or failed, 2 called wrongly."
        })
final class Demo implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description =
                    "Capture to read, pcap or pcapng, plain or packed with gzip, zstd, xz or LZ4;"
                            + " may be repeated, - is standard input.")
    private List<String> pcap = List.of();

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Interface to capture on instead.")
    private @Nullable String device;

    @Option(
            names = "--source",
            paramLabel = "libpcap|pcap4j",
            description = "How to capture on an interface (default: libpcap).")
    private @Nullable String source;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Ends the capture on an interface, for example after 30s.")
    private @Nullable String duration;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port that carries DNS; may be repeated (default: 53).")
    private List<String> dnsPorts = List.of();

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Name of the vantage point (default: the host's name).")
    private @Nullable String node;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description =
                    "The node's own address, which tells inbound from outbound; may be repeated"
                            + " (default: the interface's, or those of the bundled capture).")
    private List<String> addresses = List.of();

    @Option(
            names = "--geoip",
            paramLabel = "FILE",
            description = "MMDB file; may be repeated (default: the bundled ones).")
    private List<Path> geoip = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder that keeps everything, so that the next run goes on (default: a"
                            + " temporary one, deleted at the end).")
    private @Nullable Path data;

    @Option(
            names = "--once",
            description =
                    "Ends when all that was captured is indexed and counted, and prints the ledger"
                            + " as one JSON object.")
    private boolean once;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            description =
                    "Deletes indices that were created longer ago, for example 7d; off keeps them"
                            + " (default: ${DEFAULT-VALUE}). Not with --once.")
    private String retention = "30d";

    @Option(
            names = "--dump-documents",
            paramLabel = "FILE",
            description = "With --once: writes the indexed transactions to a file, one a line.")
    private @Nullable Path dump;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            description = "Port of Kafka on loopback (default of this and the next: a free one).")
    private int kafkaPort;

    @Option(names = "--registry-port", paramLabel = "N", description = "Port of the registry.")
    private int registryPort;

    @Option(names = "--search-port", paramLabel = "N", description = "Port of the search engine.")
    private int searchPort;

    @Option(
            names = "--processor-port",
            paramLabel = "N",
            description = "Port of the processor's HTTP interface.")
    private int processorPort;

    @Option(
            names = "--verbose",
            description = "Says how long each part took to start and how much memory it has.")
    private boolean verbose;

    @Override
    public Integer call() {
        List<String> files = files();
        check(files);
        Endpoints endpoints = endpoints();
        try (DataFolder folder = DataFolder.open(data)) {
            DemoRun.Settings settings = settings(unread(files, folder));
            return new DemoRun(settings, folder, endpoints, Programs.locate()).run();
        }
    }

    /** The files that no earlier run on the folder has read to their ends. */
    private static List<String> unread(List<String> files, DataFolder folder) {
        if (folder.temporary()) {
            return files;
        }
        List<String> unread = new ArrayList<>();
        for (String file : files) {
            if (file.equals(STANDARD_INPUT) || !folder.captures().contains(file)) {
                unread.add(file);
            } else {
                DemoRun.say(file + " was read by an earlier run on this data folder: not again");
            }
        }
        return unread;
    }

    private DemoRun.Settings settings(List<String> files) {
        List<Path> mmdb = geoip.isEmpty() ? Bundled.geoip() : geoip;
        return new DemoRun.Settings(
                files.isEmpty() && device == null ? List.of() : agentOptions(files),
                files.stream().filter(file -> !file.equals(STANDARD_INPUT)).toList(),
                files.contains(STANDARD_INPUT),
                device != null || files.contains(STANDARD_INPUT),
                mmdb.stream().map(Path::toAbsolutePath).toList(),
                once,
                retention(),
                dump,
                verbose);
    }

    private @Nullable Duration retention() {
        return once || retention.equals("off")
                ? null
                : TailSettings.duration("--retention", retention);
    }

    private List<String> files() {
        return bundled() ? List.of(Bundled.sample().toString()) : pcap;
    }

    private boolean bundled() {
        return device == null && pcap.isEmpty();
    }

    private List<String> ownAddresses() {
        return addresses.isEmpty() && bundled() ? Bundled.SAMPLE_ADDRESSES : addresses;
    }

    /** What can be known to be wrong is said before anything is started. */
    private void check(List<String> files) {
        if (device != null && !files.isEmpty()) {
            throw wrong("give either --pcap or --interface.");
        }
        if (device == null && (duration != null || source != null)) {
            throw wrong("--duration and --source go with --interface.");
        }
        if (device != null && once && duration == null) {
            throw wrong("--once on an interface needs --duration, for example --duration 30s.");
        }
        if (dump != null && !once) {
            throw wrong("--dump-documents goes with --once.");
        }
        var _ = retention();
        for (String file : files) {
            if (!file.equals(STANDARD_INPUT)) {
                checkCapture(file);
            }
        }
    }

    private static void checkCapture(String file) {
        try {
            // Its header is read: that is all.
            CaptureFileSource.open(file).close();
        } catch (IOException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static UserError wrong(String sentence) {
        return new UserError(UserError.USAGE, sentence);
    }

    private Endpoints endpoints() {
        Ports ports = new Ports();
        return new Endpoints(
                ports.claim(kafkaPort, "--kafka-port"),
                ports.free(),
                ports.claim(registryPort, "--registry-port"),
                ports.free(),
                ports.claim(searchPort, "--search-port"),
                ports.free(),
                ports.claim(processorPort, "--processor-port"));
    }

    private List<String> agentOptions(List<String> files) {
        List<String> options = new ArrayList<>();
        for (String file : files) {
            String path =
                    file.equals(STANDARD_INPUT) ? file : Path.of(file).toAbsolutePath().toString();
            options.addAll(List.of("--pcap", path));
        }
        dnsPorts.forEach(port -> options.addAll(List.of("--port", port)));
        ownAddresses().forEach(address -> options.addAll(List.of("--address", address)));
        add(options, "--interface", device);
        add(options, "--source", source);
        add(options, "--duration", duration);
        add(options, "--node", node);
        return options;
    }

    private static void add(List<String> options, String name, @Nullable String value) {
        if (value != null) {
            options.add(name);
            options.add(value);
        }
    }
}
