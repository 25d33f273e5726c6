package io.stream53.benchmarks;

import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.match.Status;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds and bytes (with {@code --gc}) of a query that is answered at once, decoded already;
 * beside them what the transaction alone takes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
public class MatchBenchmark {
    private static final int QR = 0x8000;

    private byte[] key = new byte[0];
    private byte[] queryBytes = new byte[0];
    private byte[] responseBytes = new byte[0];
    private DnsPacket query = new DnsPacket();
    private DnsPacket response = new DnsPacket();
    private Matcher matcher = new Matcher(MatchSettings.DEFAULT, t -> {}, new CounterSet());
    private long timeUs;

    /** Takes the first pair of messages of the bundled capture. */
    @Setup
    public void load(Blackhole hole) {
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        var records = SampleRecords.load();
        var first =
                records.stream()
                        .filter(r -> r.key().length > 0 && (r.packet().getFlags() & QR) == 0)
                        .findFirst()
                        .orElseThrow();
        var answer =
                records.stream()
                        .filter(r -> Arrays.equals(r.key(), first.key()))
                        .filter(r -> (r.packet().getFlags() & QR) != 0)
                        .findFirst()
                        .orElseThrow();
        key = first.key();
        queryBytes = first.value();
        responseBytes = answer.value();
        query = first.packet();
        response = answer.packet();
        timeUs = query.getTimestampUs();
        matcher = new Matcher(MatchSettings.DEFAULT, hole::consume, new CounterSet(), reader::read);
    }

    /** A query and its response through the matcher. */
    @Benchmark
    public void answered() {
        timeUs += 1_000;
        query.setTimestampUs(timeUs);
        response.setTimestampUs(timeUs + 100);
        matcher.message(key, query, queryBytes);
        matcher.message(key, response, responseBytes);
        if (timeUs % 1_000_000 == 0) {
            matcher.advance(query.getNode(), query.getRun(), timeUs, 1);
        }
    }

    /** What comes of it, alone. */
    @Benchmark
    public Transaction transactionAlone() {
        return new Transaction(
                Status.ANSWERED,
                key,
                query,
                response,
                0,
                1,
                query.getSize(),
                response.getSize(),
                response.getTimestampUs(),
                null,
                null,
                0);
    }
}
