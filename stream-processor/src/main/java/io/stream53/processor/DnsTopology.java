package io.stream53.processor;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.match.Transaction;
import io.stream53.processor.task.CountMessageSerde;
import io.stream53.processor.task.CountProcessor;
import io.stream53.processor.task.DrainedStoreBuilder;
import io.stream53.processor.task.EnrichProcessor;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.processor.task.MatchProcessor;
import io.stream53.processor.task.MergeProcessor;
import io.stream53.processor.task.PacketDecoder;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * The whole way of a packet through the processor.
 *
 * <pre>
 * dns.raw -> match -> enrich -> count -> (partial-counts, by key and hour) -> merge -> dns.tld-counts
 *              |         \-> dns.enriched                                       \-> dns.ledger
 *              \-> dns.dead-letters                                                \-> dns.alerts
 * </pre>
 *
 * <p>Match and count share one store for each partition of dns.raw; merge has its own. Nothing here
 * rests on the time of Kafka's records: time is in the values.
 */
final class DnsTopology {
    /** Store of match and count. */
    static final String TASK_STORE = "task-state";

    /** Store of merge. */
    static final String COUNT_STORE = "count-state";

    /** Name of the topic between count and merge, in {@link #partialCounts}. */
    private static final String PARTIAL_COUNTS = "partial-counts";

    private DnsTopology() {}

    /** Names of the topics that Streams makes for this topology. */
    static List<String> internalTopics(String applicationId) {
        return List.of(
                applicationId + "-" + TASK_STORE + "-changelog",
                applicationId + "-" + COUNT_STORE + "-changelog",
                partialCounts(applicationId));
    }

    /** The topic between count and merge, as Streams names it. */
    static String partialCounts(String applicationId) {
        return applicationId + '-' + PARTIAL_COUNTS + "-repartition";
    }

    /**
     * What the topology is built with beside its settings.
     *
     * @param packets makes a deserializer for each task
     * @param enrichers makes what makes the records of dns.enriched, for each task
     * @param lag tells whether a partition of dns.raw is read to its end
     * @param board where the tasks show their figures
     */
    record Parts(
            Supplier<Deserializer<DnsPacket>> packets,
            Serializer<DnsTransaction> transactions,
            Serializer<TldCount> counts,
            Serializer<NodeLedger> ledgers,
            Serializer<DnsAlert> alerts,
            Supplier<Function<Transaction, DnsTransaction>> enrichers,
            MatchProcessor.LagView lag,
            LedgerBoard board) {}

    static Topology build(ProcessorConfig config, Parts parts) {
        var topics = config.topics();
        Duration closeDelay = config.match().timeout().plus(config.countGrace());
        var match =
                new MatchProcessor.Settings(
                        config.match(),
                        closeDelay,
                        config.nodeLost(),
                        parts.lag(),
                        parts.board(),
                        TASK_STORE);
        var count =
                new CountProcessor.Settings(
                        config.countInterval(),
                        closeDelay,
                        config.countMaxKeys(),
                        config.countDimensions(),
                        config.alerts(),
                        TASK_STORE);
        var merge =
                new MergeProcessor.Settings(
                        config.countInterval(),
                        closeDelay,
                        config.alerts(),
                        parts.board(),
                        COUNT_STORE);
        Serde<byte[]> bytes = Serdes.ByteArray();

        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(new DrainedStoreBuilder(TASK_STORE));
        builder.addStateStore(new DrainedStoreBuilder(COUNT_STORE));
        builder.stream(topics.raw(), Consumed.with(bytes, bytes).withName("packets"))
                .process(
                        () ->
                                new MatchProcessor(
                                        match,
                                        new PacketDecoder(topics.raw(), parts.packets().get())),
                        Named.as("match"),
                        TASK_STORE)
                .process(
                        () ->
                                new EnrichProcessor(
                                        parts.enrichers().get(), parts.board().views().live()),
                        Named.as("enrich"))
                .process(() -> new CountProcessor(count), Named.as("count"), TASK_STORE)
                .repartition(
                        Repartitioned.<String, CountMessage>as(PARTIAL_COUNTS)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(new CountMessageSerde())
                                .withStreamPartitioner(CountMessageSerde::partitions))
                .process(() -> new MergeProcessor(merge), Named.as("merge"), COUNT_STORE);
        return builder.build()
                .addSink(
                        EnrichProcessor.OUT,
                        topics.enriched(),
                        new StringSerializer(),
                        parts.transactions(),
                        "enrich")
                .addSink(
                        MatchProcessor.DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        "match")
                .addSink(
                        MergeProcessor.COUNTS,
                        topics.tldCounts(),
                        new StringSerializer(),
                        parts.counts(),
                        "merge")
                .addSink(
                        MergeProcessor.LEDGER,
                        topics.ledger(),
                        new StringSerializer(),
                        parts.ledgers(),
                        "merge")
                .addSink(
                        MergeProcessor.ALERTS,
                        topics.alerts(),
                        new StringSerializer(),
                        parts.alerts(),
                        "merge");
    }
}
