package io.stream53.benchmarks;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.TaskCounts;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.SameSchemaReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds and bytes (with {@code --gc}) of a transaction that is added to the counts of a task,
 * by all dimensions; what is sent of them is among it, each {@value #SENT_AFTER} transactions.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
public class CountBenchmark {
    private static final int SENT_AFTER = 50_000;

    private final List<DnsTransaction> transactions = new ArrayList<>();
    private TaskCounts counts = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);
    private int next;
    private int unsent;

    /** Takes the transactions of the bundled capture, all in one minute. */
    @Setup
    public void load() throws IOException {
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        Path geoip =
                Path.of(
                        System.getProperty("stream53.root", "."),
                        "deploy",
                        "standalone",
                        "geoip",
                        "iptoasn-country.mmdb");
        Enricher enricher = new Enricher(GeoLookup.open(List.of(geoip)), new PublicSuffixes());
        Instant start = Instant.ofEpochSecond(1_800_000_000);
        Matcher matcher =
                new Matcher(
                        MatchSettings.DEFAULT,
                        matched -> {
                            DnsTransaction transaction = enricher.enrich(matched);
                            transaction.getEvent().setStart(start);
                            transactions.add(transaction);
                        },
                        new CounterSet(),
                        reader::read);
        for (SampleRecords.Raw raw : SampleRecords.load()) {
            if (raw.key().length > 0) {
                matcher.message(raw.key(), raw.packet(), raw.value());
            }
        }
        counts = new TaskCounts(TaskCounts.DEFAULT_MAX_KEYS);
    }

    /** A transaction into all its sums. */
    @Benchmark
    public long add(Blackhole hole) {
        if (++unsent == SENT_AFTER) {
            unsent = 0;
            for (CountMessage.Partial partial : counts.takePartials()) {
                hole.consume(partial);
            }
        }
        next = next + 1 == transactions.size() ? 0 : next + 1;
        return counts.add(transactions.get(next));
    }
}
