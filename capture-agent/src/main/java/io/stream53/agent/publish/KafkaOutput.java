package io.stream53.agent.publish;

import io.stream53.ledger.DropReason;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes records to Kafka with an idempotent producer. {@link #offer} copies a record into a log
 * in memory or, with a spool, in mapped files; a thread takes it from there to Kafka. So a capture
 * never waits for Kafka: when the log is full, nothing more is taken. A file may wait, and is then
 * read no faster than Kafka takes it.
 *
 * <p>A record is published when the broker acknowledged it. Without a spool it has failed when the
 * broker did not within {@code delivery.timeout.ms}; with one it stays until it is acknowledged, if
 * need be for the next process to send.
 */
public final class KafkaOutput implements RecordOutput, OutputGauges, AutoCloseable {
    private static final long LOOK_NS = 1_000_000;

    private final RecordLog log;
    private final @Nullable Spool spool;
    private final RecordSender sender;
    private final SendCounts counts;
    private final Shape shape;
    private final @Nullable Serializer<DnsPacket> serializer;
    private final Map<Long, Ending> ending = new ConcurrentHashMap<>();

    /** Whether a run's final watermarks, of all partitions together, wait for room, until when. */
    private record Ending(boolean mayWait, long untilNs) {}

    /**
     * What an output is like.
     *
     * @param partitions of the topic
     * @param schemaId of DnsPacket
     * @param maxValueBytes longest value, Confluent's header included
     * @param waits whether {@link #offer} waits for room, as it may for files
     * @param patience how long a capture's end waits for Kafka when a spool can keep the rest
     */
    record Shape(
            int partitions, int schemaId, int maxValueBytes, boolean waits, Duration patience) {}

    KafkaOutput(
            RecordLog log,
            @Nullable Spool spool,
            RecordSender sender,
            SendCounts counts,
            Shape shape,
            @Nullable Serializer<DnsPacket> serializer) {
        this.log = log;
        this.spool = spool;
        this.sender = sender;
        this.counts = counts;
        this.shape = shape;
        this.serializer = serializer;
    }

    /**
     * Connects: finds the topic's partitions and the schema's id. Where a spool knows them from an
     * earlier start, Kafka need not be there yet.
     *
     * @param waits whether {@link #offer} waits for room, as it may for files
     * @param patience how long the end of a capture waits for Kafka when a spool keeps the rest
     * @throws IOException with one sentence: broker unreachable, topic missing, no schema id, spool
     *     in use or of another topic
     */
    public static KafkaOutput open(
            KafkaSettings settings, SpoolSettings spool, boolean waits, Duration patience)
            throws IOException {
        Path folder = spool.folder();
        return folder == null
                ? openQueue(settings, spool, waits, patience)
                : openSpool(settings, spool, folder, waits, patience);
    }

    /** The settings of the producer, with the user's over the agent's. */
    public static Map<String, Object> producerConfig(KafkaSettings settings) {
        return KafkaProducers.config(settings, false);
    }

    private static KafkaOutput openQueue(
            KafkaSettings settings, SpoolSettings queue, boolean waits, Duration patience)
            throws IOException {
        Serializer<DnsPacket> serializer = serializer(settings);
        int partitions = KafkaTopic.partitions(settings);
        int schemaId = serializer == null ? SchemaId.resolve(settings, null) : 0;
        Map<String, Object> config = KafkaProducers.config(settings, false);
        KafkaProducers producers = KafkaProducers.of(config);
        Producer<byte[], byte[]> producer = producers.create();
        RecordLog log = new RecordLog(new MemorySegments(queue.queueBytes()), schemaId, false);
        SendCounts counts = new SendCounts(Secrets.NONE.and(settings.overrides()));
        RecordSender sender =
                new RecordSender(
                        log, null, producers, producer, settings.topic(), serializer, counts);
        sender.start();
        Shape shape = shape(config, log, partitions, schemaId, waits, patience);
        return new KafkaOutput(log, null, sender, counts, shape, serializer);
    }

    private static KafkaOutput openSpool(
            KafkaSettings settings,
            SpoolSettings settingsOfSpool,
            Path path,
            boolean waits,
            Duration patience)
            throws IOException {
        KafkaProducers.checkForSpool(settings);
        Map<String, Object> config = KafkaProducers.config(settings, true);
        check(config);
        SpoolFolder folder = SpoolFolder.open(path);
        try {
            Serializer<DnsPacket> serializer = serializer(settings);
            int known = folder.partitions(settings.topic());
            int partitions = known == 0 ? KafkaTopic.partitions(settings) : known;
            int schemaId = serializer == null ? SchemaId.resolve(settings, path) : 0;
            if (known == 0) {
                folder.remember(settings.topic(), partitions);
            }
            KafkaProducers producers = KafkaProducers.checking(settings, config, partitions);
            Spool spool = Spool.open(folder, partitions, schemaId, settingsOfSpool.maxBytes());
            SendCounts counts = new SendCounts(Secrets.NONE.and(settings.overrides()));
            RecordSender sender =
                    new RecordSender(
                            spool.log(),
                            spool.acks(),
                            producers,
                            null,
                            settings.topic(),
                            serializer,
                            counts);
            sender.start();
            Shape shape = shape(config, spool.log(), partitions, schemaId, waits, patience);
            return new KafkaOutput(spool.log(), spool, sender, counts, shape, serializer);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Shape shape(
            Map<String, Object> config,
            RecordLog log,
            int partitions,
            int schemaId,
            boolean waits,
            Duration patience) {
        int maxValueBytes =
                Math.min(
                        KafkaProducers.maxValueBytes(config),
                        log.mostContentBytes() - KafkaProducers.RECORD_OVERHEAD_BYTES);
        return new Shape(partitions, schemaId, maxValueBytes, waits, patience);
    }

    /** Wrong settings are found at the start, also while there is no Kafka. */
    private static void check(Map<String, Object> config) throws IOException {
        Map<String, Object> whole = new HashMap<>(config);
        whole.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        whole.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            var _ = new ProducerConfig(whole);
        } catch (KafkaException e) {
            throw new IOException("the Kafka settings are wrong: " + KafkaProducers.reason(e), e);
        }
    }

    private static @Nullable Serializer<DnsPacket> serializer(KafkaSettings settings)
            throws IOException {
        if (settings.valueSerializer().isEmpty()) {
            return null;
        }
        return PluggedSerializer.create(settings);
    }

    @Override
    public void begin(EncoderSettings settings) {
        if (spool != null) {
            spool.begin(settings);
        }
    }

    @Override
    public void totals(long run, RunTotals totals) {
        if (spool != null) {
            spool.totals(run, totals);
        }
    }

    @Override
    public void ending(long run, boolean mayWait) {
        ending.put(run, new Ending(mayWait, System.nanoTime() + shape.patience().toNanos()));
    }

    @Override
    public void ended(long run, boolean complete) {
        ending.remove(run);
        if (spool != null) {
            spool.end(run, complete);
        }
    }

    @Override
    public boolean offer(
            long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
        Ending end = keyLength == 0 ? ending.get(run) : null;
        int kind = RecordLog.MESSAGE;
        if (keyLength == 0) {
            kind = end == null ? RecordLog.WATERMARK : RecordLog.FINAL;
        }
        boolean taken = append(kind, run, partition, key, keyLength, value, valueLength);
        while (!taken && mayWait(end) && !sender.hasEnded()) {
            awaitRoom();
            taken = append(kind, run, partition, key, keyLength, value, valueLength);
        }
        return taken;
    }

    private boolean mayWait(@Nullable Ending end) {
        if (end == null) {
            return shape.waits();
        }
        return end.mayWait() && (shape.waits() || end.untilNs() - System.nanoTime() > 0);
    }

    private boolean append(
            int kind,
            long run,
            int partition,
            byte[] key,
            int keyLength,
            byte[] value,
            int valueLength) {
        if (spool != null) {
            return spool.append(kind, run, partition, key, keyLength, value, valueLength);
        }
        int header = DnsPacketEncoder.HEADER_BYTES;
        return log.append(
                kind, run, 0, partition, key, keyLength, value, header, valueLength - header);
    }

    private void awaitRoom() {
        sender.wake();
        try {
            log.awaitRoom();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public DropReason fullReason() {
        return spool == null ? DropReason.QUEUE_FULL : DropReason.SPOOL_FULL;
    }

    @Override
    public int partitions() {
        return shape.partitions();
    }

    @Override
    public int schemaId() {
        return shape.schemaId();
    }

    @Override
    public int maxValueBytes() {
        return shape.maxValueBytes();
    }

    /**
     * Waits until Kafka has all; with a spool and a capture that need not wait, no longer than its
     * patience.
     */
    @Override
    public void flush() {
        sender.wake();
        long until = System.nanoTime() + shape.patience().toNanos();
        boolean patient = spool == null || shape.waits();
        while (!log.isDone() && !sender.hasEnded() && (patient || until - System.nanoTime() > 0)) {
            LockSupport.parkNanos(LOOK_NS);
        }
        if (spool == null) {
            sender.flushProducer();
            while (!log.isDone() && sender.isAlive()) {
                LockSupport.parkNanos(LOOK_NS); // what was given up is being counted
            }
        }
    }

    @Override
    public Acknowledgements acknowledgements(long sent) {
        return new Acknowledgements(counts.published.get(), counts.failed.get());
    }

    /** Why a record failed last; null when none has. */
    public @Nullable String lastFailure() {
        return counts.lastFailure();
    }

    /** Why the output can go on no more, one sentence; null while it can. */
    public @Nullable String fatal() {
        return sender.fatal();
    }

    /** To be called when the output can go on no more. */
    public void onFatal(Runnable action) {
        sender.onFatal(action);
    }

    /** Messages of earlier processes that the spool held and that are published now. */
    public long recovered() {
        return counts.recovered.get();
    }

    @Override
    public long queuedRecords() {
        return spool == null ? log.waiting() : 0;
    }

    @Override
    public long spooledRecords() {
        return waiting();
    }

    @Override
    public long queuedBytes() {
        return spool == null ? log.waitingBytes() : 0;
    }

    @Override
    public long spooledBytes() {
        return spool == null ? 0 : log.storedBytes();
    }

    @Override
    public long oldestUnacknowledgedAgeMs() {
        return sender.silentNs() / 1_000_000;
    }

    /**
     * With a spool, while it has room and its records will be sent; without one, while Kafka
     * answers.
     */
    @Override
    public boolean isReady() {
        return spool == null ? sender.isHeard() : !sender.hasEnded() && log.hasRoom();
    }

    /** Records that wait in the spool; without one, 0. */
    public long waiting() {
        return spool == null ? 0 : log.waiting();
    }

    /**
     * Sends nothing more, and waiting calls return. What is on its way has failed; or, with a
     * spool, waits for the next start.
     */
    public void abort() {
        sender.abort();
    }

    @Override
    public void close() {
        sender.close();
        if (spool == null) {
            log.close();
        } else {
            spool.close();
        }
        if (serializer != null) {
            serializer.close();
        }
    }
}
