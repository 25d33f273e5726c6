package io.stream53.standalone;

import io.stream53.agent.packet.IpNetwork;
import io.stream53.processor.enrich.Tag;
import io.stream53.processor.match.Status;
import io.stream53.schema.DnsTransaction;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Transactions of dns.enriched on standard output, as they come. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Prints the transactions of dns.enriched as they come, in the formats of inspect."
                        + " Conditions that are given all hold; one that is repeated holds where"
                        + " one of its values does.",
        footer = {
            "",
            "Exit status: 0 after --max or when nobody reads any more, 130 after Ctrl-C, 1 when Kafka",
            "or the registry refuses, 2 when an option is wrong."
        })
final class Tail implements Callable<Integer> {
    private static final long LONGEST_END_SECONDS = 5;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, separated by commas (default: localhost:9092).")
    private @Nullable String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Schema registry (default: http://localhost:8081).")
    private @Nullable String registry;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Flat properties: bootstrap, registry, topic.enriched, and settings of Kafka's"
                            + " client and the registry's behind kafka.")
    private @Nullable Path config;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "Topic of transactions (default: dns.enriched).")
    private @Nullable String topic;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Only of this node; may be repeated.")
    private List<String> nodes = List.of();

    @Option(
            names = "--tld",
            paramLabel = "DOMAIN",
            description =
                    "Only names with this last label (com), or under this public suffix (co.uk);"
                            + " may be repeated.")
    private List<String> domains = List.of();

    @Option(
            names = "--slower-than",
            paramLabel = "DURATION",
            description = "Only answers that took longer, such as 500ms or 1s.")
    private @Nullable String slowerThan;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description =
                    "Only ANSWERED, UNANSWERED, UNSOLICITED, MISMATCHED, LATE, ONE_WAY or"
                            + " SAMPLED_OUT; may be repeated.")
    private List<Status> statuses = List.of();

    @Option(
            names = "--rcode",
            paramLabel = "RCODE",
            description = "Only this response code, such as SERVFAIL; may be repeated.")
    private List<String> rcodes = List.of();

    @Option(
            names = "--client",
            paramLabel = "NET",
            description = "Only clients in this network, such as 192.0.2.0/24 or 2001:db8::1.")
    private @Nullable String client;

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description =
                    "Only with this tag: qname-minimised, public-resolver, dnssec-aware,"
                            + " any-over-udp or special-use; may be repeated.")
    private List<String> tags = List.of();

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description =
                    "latest: what is written from now on (default); earliest: all that is there;"
                            + " or a duration such as 10m: what was written since then.")
    private String from = "latest";

    @Option(names = "--max", paramLabel = "N", description = "Ends after so many (default: never).")
    private long max = Long.MAX_VALUE;

    @Option(
            names = "--format",
            paramLabel = "jsonl|text",
            description =
                    "jsonl: the documents that the sink would index, one a line (default); text:"
                            + " one line for people.")
    private Inspect.Format format = Inspect.Format.JSONL;

    private long printed;

    @Override
    public Integer call() {
        TailFilter filter = filter();
        TailStart start = TailStart.of(from, Instant.now());
        if (max < 1) {
            throw new UserError(UserError.USAGE, "--max begins at 1.");
        }
        PrintStream err = System.err;
        CountDownLatch ended = new CountDownLatch(1);
        try (TransactionPrinter printer =
                        new TransactionPrinter(
                                new FileOutputStream(FileDescriptor.out),
                                format == Inspect.Format.TEXT);
                TailReader reader =
                        new TailReader(
                                TailSettings.of(config, bootstrap, registry, topic),
                                sentence -> err.println("stream53: " + sentence))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(reader, ended), "stop"));
            reader.read(start, transaction -> print(printer, transaction), filter, printer::flush);
            return 0;
        } catch (TransactionPrinter.NobodyReads e) {
            return 0;
        } finally {
            ended.countDown();
        }
    }

    private boolean print(TransactionPrinter printer, DnsTransaction transaction) {
        printer.print(transaction);
        printed++;
        return printed < max;
    }

    /** Ctrl-C: what was read is printed to its last line. The machine waits for that. */
    private static void stop(TailReader reader, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        reader.stop();
        try {
            boolean _ = ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TailFilter filter() {
        for (String tag : tags) {
            if (!Tag.texts().contains(tag)) {
                throw new UserError(
                        UserError.USAGE,
                        "There is no tag '%s': choose of %s."
                                .formatted(tag, String.join(", ", Tag.texts())));
            }
        }
        return new TailFilter(
                new HashSet<>(nodes),
                domains.stream().map(TailFilter::domain).collect(Collectors.toSet()),
                Optional.ofNullable(slowerThan)
                        .map(text -> TailSettings.duration("--slower-than", text)),
                statuses.stream().map(Status::name).collect(Collectors.toSet()),
                upperCase(rcodes),
                Optional.ofNullable(client).map(Tail::network),
                new HashSet<>(tags));
    }

    private static Set<String> upperCase(List<String> texts) {
        return texts.stream()
                .map(text -> text.toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static IpNetwork network(String text) {
        try {
            return IpNetwork.of(text);
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    UserError.USAGE,
                    "--client is '%s', but must be a network such as 192.0.2.0/24 or an address."
                            .formatted(text));
        }
    }
}
