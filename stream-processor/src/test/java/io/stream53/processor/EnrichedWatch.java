package io.stream53.processor;

import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the topic of transactions as others do, {@code read_committed} and as it grows: which ids
 * there are, and how long each partition of dns.raw paused. A pause is the time between two
 * transactions from a partition: as they were appended (the topic has LogAppendTime), and as they
 * became visible. Transactions of one partition of dns.raw are in all of dns.enriched, by their
 * ids.
 */
final class EnrichedWatch implements AutoCloseable {
    /** A partition that went on for longer than this without a record paused. */
    private static final long NO_PAUSE_MS = 1_000;

    private final ToIntFunction<String> partitionOf;
    private final KafkaConsumer<String, DnsTransaction> consumer;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> reading;
    private volatile boolean closing;

    // All that follows is guarded by this.
    private final Map<String, String> statusOfId = new HashMap<>();
    private final List<String> twice = new ArrayList<>();
    private final Gaps appended;
    private final Gaps visible;

    /**
     * @param partitionOf partition of dns.raw that a transaction is from, by id; -1 where nobody
     *     knows
     */
    EnrichedWatch(Pipeline pipeline, ToIntFunction<String> partitionOf) {
        this.partitionOf = partitionOf;
        appended = new Gaps(pipeline.partitions());
        visible = new Gaps(pipeline.partitions());
        AvroDeserializer<DnsTransaction> values = pipeline.deserializer();
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                pipeline.bootstrap(),
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        values);
        List<TopicPartition> partitions =
                IntStream.range(0, pipeline.partitions())
                        .mapToObj(number -> new TopicPartition(pipeline.topic("enriched"), number))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        reading = thread.submit(this::read);
    }

    private void read() {
        while (!closing) {
            var records = consumer.poll(Duration.ofMillis(100));
            long now = System.currentTimeMillis();
            synchronized (this) {
                records.forEach(record -> take(record, now));
            }
        }
        consumer.close();
    }

    private void take(ConsumerRecord<String, DnsTransaction> record, long now) {
        String status = record.value().getDns().getStatus();
        if (statusOfId.put(record.key(), status) != null) {
            twice.add(record.key());
        }
        int partition = partitionOf.applyAsInt(record.key());
        if (partition >= 0) {
            appended.seen(partition, record.timestamp());
            visible.seen(partition, now);
        }
    }

    /** Measures pauses from now on. */
    synchronized void mark() {
        long now = System.currentTimeMillis();
        appended.mark(now);
        visible.mark(now);
    }

    /** Whether every partition shows a transaction that was appended after a time. */
    synchronized boolean goesOnAfter(long timeMs) {
        return Arrays.stream(appended.last).allMatch(last -> last > timeMs);
    }

    /** Longest pause of a partition since the mark, by the time of appending. */
    synchronized long longestPauseMs() {
        return appended.longestMs();
    }

    /** For people. */
    synchronized String pauses() {
        return "longest pause of a partition %d ms, all go on after %d ms; as consumers see it %d and %d ms"
                .formatted(
                        appended.longestMs(),
                        appended.overMs(),
                        visible.longestMs(),
                        visible.overMs());
    }

    /** Status by id. */
    synchronized Map<String, String> statusOfId() {
        return Map.copyOf(statusOfId);
    }

    synchronized int transactions() {
        return statusOfId.size();
    }

    /** Ids of which there is more than one record. */
    synchronized List<String> twice() {
        return List.copyOf(twice);
    }

    @Override
    public void close() {
        closing = true;
        try {
            reading.get(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("The watching consumer failed", e);
        } finally {
            thread.shutdownNow();
        }
    }

    /** The longest time without a record of each partition since a mark, and when it ended. */
    private static final class Gaps {
        private final long[] last;
        private final long[] longest;
        private final long[] end;
        private long markMs;

        Gaps(int partitions) {
            last = new long[partitions];
            longest = new long[partitions];
            end = new long[partitions];
        }

        void mark(long nowMs) {
            markMs = nowMs;
            Arrays.fill(longest, 0);
            Arrays.fill(end, nowMs);
        }

        void seen(int partition, long timeMs) {
            long gap = last[partition] == 0 ? 0 : timeMs - last[partition];
            last[partition] = Math.max(last[partition], timeMs);
            if (gap > longest[partition] && timeMs > markMs) {
                longest[partition] = gap;
                end[partition] = timeMs;
            }
        }

        long longestMs() {
            return Arrays.stream(longest).max().orElse(0);
        }

        /** From the mark until the last partition that paused went on. */
        long overMs() {
            return IntStream.range(0, end.length)
                    .filter(partition -> longest[partition] > NO_PAUSE_MS)
                    .mapToLong(partition -> end[partition] - markMs)
                    .max()
                    .orElse(0);
        }
    }
}
