package io.stream53.standalone;

import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.RegistryRefusedException;
import io.stream53.serde.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of the topic of transactions, without a group: nothing of it stays on the
 * broker. A registry or brokers that stop answering are waited for, and told of once.
 */
final class TailReader implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long BETWEEN_TRIES_MS = 1_000;

    /** How long a partition that gives nothing may hold back the others. */
    private static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_WAITING = 500;
    private static final int MOST_WARNINGS = 10;

    private final TailSettings settings;
    private final Consumer<String> warnings;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroDeserializer<DnsTransaction> deserializer = new AvroDeserializer<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Map<Integer, TopicPartition> partitions = Map.of();
    private PartitionMerge<DnsTransaction> merge = new PartitionMerge<>(List.of());
    private long unreadable;
    private long lastProgressNs = System.nanoTime();
    private boolean brokersAway;

    /**
     * @param warnings takes a sentence each
     * @throws UserError when a setting of Kafka's is wrong
     */
    TailReader(TailSettings settings, Consumer<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
        Map<String, Object> registry = new HashMap<>(settings.kafka());
        registry.putIfAbsent("schema.registry.url", settings.registry());
        registry.put("specific.avro.reader", true);
        try {
            deserializer.configure(registry, false);
            consumer = new KafkaConsumer<>(consumerConfig());
        } catch (KafkaException | IllegalArgumentException e) {
            deserializer.close();
            throw new UserError(UserError.USAGE, "Kafka's client cannot start: " + reason(e) + ".");
        }
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
        config.putAll(settings.kafka());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return config;
    }

    /** Ends {@link #read} soon; for any thread. */
    void stop() {
        stopping.countDown();
        consumer.wakeup();
    }

    /**
     * Reads until the receiver has enough, or {@link #stop}.
     *
     * @param from where to begin
     * @param receiver takes transactions in order; false ends the reading
     * @param pause called when there is nothing more for now
     * @throws UserError when no broker answers at the start, the topic is missing, or access is
     *     refused
     */
    void read(
            TailStart from, Predicate<DnsTransaction> receiver, TailFilter filter, Runnable pause) {
        try {
            begin(from);
            boolean more = true;
            while (more && stopping.getCount() > 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record, filter);
                    lastProgressNs = System.nanoTime();
                }
                more = pass(receiver);
                pause.run();
                holdBack();
                lookForBrokers();
            }
        } catch (WakeupException e) {
            // That is stop().
        } catch (RegistryRefusedException e) {
            throw new UserError(
                    "The schema registry %s refuses: %s."
                            .formatted(settings.registry(), reason(e)));
        } catch (KafkaException e) {
            throw new UserError(
                    "Reading %s from %s failed: %s."
                            .formatted(settings.topic(), settings.bootstrap(), reason(e)));
        }
    }

    private void begin(TailStart from) {
        List<TopicPartition> all = new ArrayList<>();
        for (PartitionInfo info : partitionsOfTopic()) {
            all.add(new TopicPartition(info.topic(), info.partition()));
        }
        partitions = new HashMap<>();
        all.forEach(partition -> partitions.put(partition.partition(), partition));
        merge = new PartitionMerge<>(partitions.keySet());
        consumer.assign(all);
        switch (from) {
            case TailStart.Earliest() -> consumer.seekToBeginning(all);
            case TailStart.Latest() -> consumer.seekToEnd(all);
            case TailStart.Since(Instant time) -> seek(all, time);
        }
        // Now, not at the first poll: what is written from here on is read.
        all.forEach(partition -> consumer.position(partition, START_TIMEOUT));
    }

    private List<PartitionInfo> partitionsOfTopic() {
        @Nullable List<PartitionInfo> found;
        try {
            found = consumer.partitionsFor(settings.topic(), START_TIMEOUT);
        } catch (TimeoutException e) {
            throw new UserError(
                    "No Kafka broker answers at %s: check --bootstrap and whether Kafka runs."
                            .formatted(settings.bootstrap()));
        }
        if (found == null || found.isEmpty()) {
            throw new UserError(
                    "There is no topic %s on %s: './stream53 topics' creates it, or name another with --topic."
                            .formatted(settings.topic(), settings.bootstrap()));
        }
        return found;
    }

    private void seek(List<TopicPartition> all, Instant time) {
        Map<TopicPartition, Long> times = new HashMap<>();
        all.forEach(partition -> times.put(partition, time.toEpochMilli()));
        var found = consumer.offsetsForTimes(times, START_TIMEOUT);
        for (TopicPartition partition : all) {
            // Null where nothing was written since.
            @Nullable OffsetAndTimestamp offset = found.get(partition);
            if (offset == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, TailFilter filter) {
        DnsTransaction transaction = decode(record);
        if (transaction == null) {
            return;
        }
        if (filter.matches(transaction)) {
            merge.add(record.partition(), transaction.getTimestampUs(), transaction);
        } else {
            merge.skip(record.partition(), transaction.getTimestampUs());
        }
    }

    /** Null for a record that is no transaction, and when stopped. */
    private @Nullable DnsTransaction decode(ConsumerRecord<byte[], byte[]> record) {
        boolean told = false;
        while (stopping.getCount() > 0) {
            try {
                DnsTransaction transaction =
                        deserializer.deserialize(record.topic(), record.value());
                if (told) {
                    warnings.accept("The schema registry answers again.");
                }
                return transaction;
            } catch (RegistryUnavailableException e) {
                if (!told) {
                    warnings.accept(
                            "The schema registry %s does not answer; trying again."
                                    .formatted(settings.registry()));
                    told = true;
                }
                sleep();
            } catch (SerializationException | ClassCastException e) {
                skipUnreadable(record, e);
                return null;
            }
        }
        return null;
    }

    private void skipUnreadable(ConsumerRecord<byte[], byte[]> record, RuntimeException e) {
        unreadable++;
        if (unreadable <= MOST_WARNINGS) {
            warnings.accept(
                    "Record %d of %s-%d is left out: %s."
                            .formatted(
                                    record.offset(),
                                    record.topic(),
                                    record.partition(),
                                    reason(e)));
        }
    }

    /** Whether the receiver wants more. */
    private boolean pass(Predicate<DnsTransaction> receiver) {
        boolean waitedLong = System.nanoTime() - lastProgressNs > LONGEST_WAIT_NS;
        DnsTransaction next = merge.next(number -> waitedLong || isAtItsEnd(number));
        while (next != null) {
            if (!receiver.test(next)) {
                return false;
            }
            next = merge.next(number -> waitedLong || isAtItsEnd(number));
        }
        return true;
    }

    private boolean isAtItsEnd(int number) {
        OptionalLong lag = consumer.currentLag(partition(number));
        return lag.isPresent() && lag.getAsLong() <= 0;
    }

    /** What is far ahead of the others waits on the broker, not in memory. */
    private void holdBack() {
        for (Map.Entry<Integer, TopicPartition> entry : partitions.entrySet()) {
            if (merge.waiting(entry.getKey()) > MOST_WAITING) {
                consumer.pause(List.of(entry.getValue()));
            } else {
                consumer.resume(List.of(entry.getValue()));
            }
        }
    }

    /** Kafka's client is silent about brokers that are away, and tries for ever. */
    private void lookForBrokers() {
        if (merge.waiting() > 0 || System.nanoTime() - lastProgressNs < QUIET_NS) {
            return;
        }
        lastProgressNs = System.nanoTime();
        try {
            consumer.endOffsets(partitions.values(), START_TIMEOUT);
            if (brokersAway) {
                warnings.accept("Kafka answers again.");
            }
            brokersAway = false;
        } catch (TimeoutException e) {
            if (!brokersAway) {
                warnings.accept(
                        "No Kafka broker answers at %s; trying again."
                                .formatted(settings.bootstrap()));
            }
            brokersAway = true;
        }
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(settings.topic(), number);
    }

    private void sleep() {
        try {
            boolean _ = stopping.await(BETWEEN_TRIES_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    private static String reason(Throwable e) {
        Throwable cause =
                e.getCause() != null && e.getClass() == KafkaException.class ? e.getCause() : e;
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    @Override
    public void close() {
        if (unreadable > MOST_WARNINGS) {
            warnings.accept("%d records were left out.".formatted(unreadable));
        }
        consumer.close(
                org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
        deserializer.close();
    }
}
