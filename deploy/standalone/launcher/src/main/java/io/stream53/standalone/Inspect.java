package io.stream53.standalone;

import io.stream53.agent.AgentConfig;
import io.stream53.agent.CaptureRun;
import io.stream53.agent.ConfigurationException;
import io.stream53.agent.source.PcapFormatException;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.Ledger;
import io.stream53.processor.AlertConfig;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.processor.detect.LocalAlerts;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.enrich.Resolvers;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The transactions of capture files, or their alerts, on standard output, the ledger on standard
 * error. It runs what the pipeline runs, decoder, publisher, matcher, enricher and document writer,
 * with memory in place of Kafka.
 */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Prints the joined, enriched transactions of capture files, and the ledger on"
                        + " standard error as one JSON object.",
        footer = {
            "",
            "Exit status: 0 balanced, 1 not balanced, 2 a file cannot be read or an option is"
                    + " wrong."
        })
final class Inspect implements Callable<Integer> {
    /** How transactions are printed. */
    enum Format {
        JSONL,
        TEXT
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Captures, pcap or pcapng, plain or packed with gzip, zstd, xz or LZ4; - is"
                            + " standard input.")
    private List<Path> files = List.of();

    @Option(
            names = "--format",
            paramLabel = "jsonl|text",
            description =
                    "jsonl: the documents that the sink would index, one a line (default); text:"
                            + " one line for people.")
    private Format format = Format.JSONL;

    @Option(
            names = "--alerts",
            description =
                    "Prints the attacks found in the captures, instead of transactions, as JSON,"
                            + " one a line: each as it opens, goes on and closes.")
    private boolean alerts;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings as the processor has them; those of alerts are used (default: the"
                            + " defaults).")
    private @Nullable Path settings;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Name of the vantage point (default: the host's name).")
    private @Nullable String node;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port that carries DNS; may be repeated (default: 53).")
    private List<Integer> ports = List.of();

    @Option(
            names = "--geoip",
            paramLabel = "FILE",
            description = "MMDB file; may be repeated (default: the bundled ones).")
    private List<Path> geoip = List.of();

    @Option(
            names = "--resolvers",
            paramLabel = "FILE",
            description =
                    "Public resolvers, a line 'name network' each (default: the bundled list).")
    private @Nullable Path resolvers;

    @Override
    public Integer call() {
        try (TransactionPrinter printer =
                new TransactionPrinter(
                        new FileOutputStream(FileDescriptor.out), format == Format.TEXT)) {
            Enricher enricher =
                    new Enricher(GeoLookup.open(geoFiles()), new PublicSuffixes(), resolverList());
            MemoryPipeline pipeline = pipeline(printer, enricher);
            AgentLedger agent = CaptureRun.files(files, config(), pipeline);
            return report(new Ledger(agent, pipeline.counters(), null), System.err);
        } catch (TransactionPrinter.NobodyReads e) {
            // As with any filter whose reader has seen enough.
            return 0;
        } catch (PcapFormatException | ConfigurationException e) {
            throw new UserError(UserError.USAGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UserError(UserError.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private MemoryPipeline pipeline(TransactionPrinter printer, Enricher enricher) {
        if (!alerts) {
            return new MemoryPipeline(
                    transaction -> printer.print(enricher.enrich(transaction)), until -> {});
        }
        LocalAlerts found =
                new LocalAlerts(alertSettings(), MemoryPipeline.CLOSE_DELAY, printer::print);
        return new MemoryPipeline(
                transaction -> found.add(enricher.enrich(transaction)), found::advance);
    }

    private AlertSettings alertSettings() {
        try {
            return settings == null ? AlertConfig.defaults() : AlertConfig.read(settings);
        } catch (IllegalArgumentException e) {
            throw new UserError(UserError.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static int report(Ledger ledger, PrintStream err) throws IOException {
        err.println(Http.JSON.writeValueAsString(ledger.toMap()));
        ledger.imbalances().forEach(sentence -> err.println("stream53: not balanced: " + sentence));
        return ledger.balanced() ? 0 : UserError.FAILED;
    }

    private AgentConfig config() {
        Map<String, String> properties = new HashMap<>();
        if (node != null) {
            properties.put("node", node);
        }
        if (!ports.isEmpty()) {
            properties.put(
                    "port", ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return AgentConfig.of(properties);
    }

    private Resolvers resolverList() throws IOException {
        return resolvers == null ? Resolvers.bundled() : Resolvers.open(resolvers);
    }

    private List<Path> geoFiles() {
        return geoip.isEmpty() ? Bundled.geoip() : geoip;
    }
}
