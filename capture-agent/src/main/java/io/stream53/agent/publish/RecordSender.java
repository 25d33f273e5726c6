package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from the log to Kafka, in their order, on a thread of its own.
 *
 * <p>Without a spool a record is done when the producer has it, and failed when Kafka did not
 * acknowledge it in the time that the producer allows.
 *
 * <p>With a spool a record is done when Kafka acknowledged it, and none is given up but one that is
 * too large for the topic. When a producer fails, it is closed before it can send anything more: a
 * record behind the one that failed must not overtake it, or the processor would take the one that
 * failed for a repeated one when it comes. Then a new producer begins with the oldest record that
 * is not acknowledged.
 */
final class RecordSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordSender.class);
    private static final long NAP_NS = 5_000_000;
    private static final long LONG_NAP_NS = 50_000_000;
    private static final int NAPS = 20;
    private static final int SENDS_BETWEEN_LOOKS = 1 << 14;
    private static final long SILENCE_NS = 30_000_000_000L;
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LAST_PAUSE_MS = 30_000;
    private static final Duration AFTER_END = Duration.ofSeconds(5);

    private final RecordLog log;
    private final @Nullable SpoolAcks acks;
    private final KafkaProducers producers;
    private final String topic;
    private final @Nullable Serializer<DnsPacket> serializer;
    private final SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
    private final SendCounts counts;
    private final LogCursor cursor;
    private final Thread thread;

    /** Places of records that are dropped for good, so that they are not sent again. */
    private final Set<Long> dropped = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile @Nullable Throwable broken;
    private volatile @Nullable String fatal;
    private volatile boolean aborted;
    private volatile boolean closing;
    private volatile Runnable onFatal = () -> {};

    /** What {@link Producer#send} said before it returned. */
    private @Nullable Exception refused;

    private boolean sending;
    private int naps;
    private int sends;
    private long pauseMs = FIRST_PAUSE_MS;
    private volatile long acknowledged;
    private long acknowledgedThen;
    private volatile boolean troubled;

    /** Records that a producer took, without a spool. */
    private final AtomicLong handed = new AtomicLong();

    /** Records of them of which it told what became of them. */
    private final AtomicLong told = new AtomicLong();

    private final Silence silence = new Silence();

    /**
     * @param first a producer to begin with; null: one is made when there is Kafka
     * @param acks what is acknowledged, kept; null without a spool
     */
    RecordSender(
            RecordLog log,
            @Nullable SpoolAcks acks,
            KafkaProducers producers,
            @Nullable Producer<byte[], byte[]> first,
            String topic,
            @Nullable Serializer<DnsPacket> serializer,
            SendCounts counts) {
        this.log = log;
        this.acks = acks;
        this.producers = producers;
        this.producer = first;
        this.topic = topic;
        this.serializer = serializer;
        this.counts = counts;
        this.cursor = log.cursor();
        this.thread = Thread.ofPlatform().daemon().name("sender").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** To be called when no record can be sent any more, ever. */
    void onFatal(Runnable action) {
        onFatal = action;
        if (fatal != null) {
            action.run();
        }
    }

    /** Why no record can be sent any more; null while they can. */
    @Nullable String fatal() {
        return fatal;
    }

    /** Whether nothing more will be sent. */
    boolean hasEnded() {
        return aborted || fatal != null;
    }

    /** Whether it still takes records from the log. */
    boolean isAlive() {
        return thread.isAlive();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!aborted && !(closing && (acks != null || log.isDone()))) {
                step();
            }
        } catch (KafkaProducers.Never e) {
            end(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            if (!aborted && !closing) {
                LOG.error("The sender failed: {}", counts.hide(e.toString()));
                LOG.debug("The sender failed", e);
                end("sending to Kafka failed: " + e);
            }
        }
        if (acks == null) {
            giveUpTheRest();
        }
    }

    private void end(String sentence) {
        counts.failure(sentence);
        fatal = counts.hide(sentence);
        onFatal.run();
    }

    /** One record, or what stands in its way. */
    void step() throws KafkaProducers.Never {
        Producer<byte[], byte[]> to = producer;
        if (to == null || broken != null) {
            renew(to);
        } else if (!cursor.read()) {
            nap();
        } else if (isDone()) {
            cursor.advance();
        } else {
            naps = 0;
            sends++;
            if (sends % SENDS_BETWEEN_LOOKS == 0) {
                watch();
            }
            send(to);
        }
    }

    private boolean isDone() {
        return acks != null
                && (acks.covers(cursor.partition(), cursor.position())
                        || !dropped.isEmpty() && dropped.contains(cursor.position()));
    }

    private void nap() {
        watch();
        naps++;
        LockSupport.parkNanos(naps < NAPS ? NAP_NS : LONG_NAP_NS);
    }

    private void send(Producer<byte[], byte[]> to) {
        Sent sent =
                new Sent(
                        to,
                        cursor.segment(),
                        cursor.position(),
                        cursor.partition(),
                        cursor.kind() == RecordLog.MESSAGE);
        Exception failure = offer(to, sent);
        if (failure == null) {
            cursor.advance();
            if (acks == null) {
                handed.setRelease(handed.getPlain() + 1);
                log.done(sent.segment);
            }
        } else if (acks == null) {
            count(sent, failure);
            cursor.advance();
            log.done(sent.segment);
        } else {
            refused(sent, failure);
        }
    }

    /** What the producer, or a serializer that was plugged in, has against the record now. */
    private @Nullable Exception offer(Producer<byte[], byte[]> to, Sent sent) {
        refused = null;
        sending = true;
        try {
            byte[] value = cursor.value();
            Headers headers = null;
            if (serializer != null) {
                headers = new RecordHeaders();
                value = serializer.serialize(topic, headers, reader.read(value));
            }
            var _ =
                    to.send(
                            new ProducerRecord<>(
                                    topic, sent.partition, null, cursor.key(), value, headers),
                            sent);
            return refused;
        } catch (RuntimeException e) {
            // The serializer failed or takes other objects, the producer gave up for good, or
            // abort() closed it meanwhile.
            return e;
        } finally {
            sending = false;
        }
    }

    private void refused(Sent sent, Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            drop(sent, failure);
            cursor.advance();
        } else if (isPassing(failure)) {
            watch();
            pause(FIRST_PAUSE_MS); // the producer has waited itself
        } else if (serializer != null && broken == null && producerIsFine(failure)) {
            drop(sent, failure);
            cursor.advance();
        } else if (broken == null) {
            broken = failure;
        }
    }

    /** Kafka, or the registry that a serializer asks, does not answer: the same again later. */
    private static boolean isPassing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** A record that the serializer does not take. */
    private static boolean producerIsFine(Exception failure) {
        return failure instanceof ClassCastException || failure instanceof SerializationException;
    }

    /** For good: Kafka or the serializer will never take this record. */
    private void drop(Sent sent, Exception failure) {
        dropped.add(sent.position);
        count(sent, failure);
        log.done(sent.segment);
    }

    private void count(Sent sent, Exception failure) {
        counts.failure(KafkaProducers.reason(failure));
        if (!sent.message) {
            return;
        }
        (sent.segment.recovered ? counts.recoveredFailed : counts.failed).incrementAndGet();
    }

    /** A record on its way, told of by the producer's thread. */
    private final class Sent implements Callback {
        private final Producer<byte[], byte[]> by;
        private final LogSegment segment;
        private final long position;
        private final int partition;
        private final boolean message;

        Sent(
                Producer<byte[], byte[]> by,
                LogSegment segment,
                long position,
                int partition,
                boolean message) {
            this.by = by;
            this.segment = segment;
            this.position = position;
            this.partition = partition;
            this.message = message;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            boolean refusedNow = sending && Thread.currentThread() == thread;
            if (failure == null) {
                acknowledged(this);
            } else if (refusedNow) {
                refused = failure;
            } else if (acks == null) {
                count(this, failure);
            } else if (failure instanceof RecordTooLargeException) {
                drop(this, failure);
            } else {
                failed(by, failure);
            }
            if (acks == null && !refusedNow) {
                told.incrementAndGet();
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one producer at a time, with one thread
    private void acknowledged(Sent sent) {
        if (sent.message) {
            (sent.segment.recovered ? counts.recovered : counts.published).incrementAndGet();
        }
        acknowledged = acknowledged + 1;
        SpoolAcks kept = acks;
        if (kept != null) {
            kept.acknowledge(sent.partition, sent.position);
            log.done(sent.segment);
        }
    }

    /** With a spool: nothing more may leave this producer, whose thread this is. */
    private void failed(Producer<byte[], byte[]> by, Exception failure) {
        if (broken == null && !aborted && !closing) {
            broken = failure;
            by.close(Duration.ZERO);
        }
    }

    /** A new producer, after a pause when the one before failed. */
    private void renew(@Nullable Producer<byte[], byte[]> old) throws KafkaProducers.Never {
        Throwable failure = broken;
        if (old != null && failure != null) {
            // Also waits for its thread: what it acknowledged is noted when this returns.
            old.close(Duration.ZERO);
            producer = null;
            trouble("Kafka refuses records: {}; they are sent again.", failure);
            counts.failure(KafkaProducers.reason(failure));
            pauseLonger();
        }
        if (aborted || closing) {
            return;
        }
        try {
            Producer<byte[], byte[]> made = producers.create();
            if (failure != null) {
                cursor.rewind();
            }
            broken = null;
            producer = made;
            if (aborted) {
                made.close(Duration.ZERO);
            }
        } catch (KafkaProducers.Never e) {
            throw e;
        } catch (IOException e) {
            if (!aborted && !closing) {
                trouble("No records can be sent yet: {}; trying on.", e);
                pauseLonger();
            }
        }
    }

    private void trouble(String text, Throwable failure) {
        if (!troubled) {
            String reason = counts.hide(KafkaProducers.reason(failure)).replaceFirst("\\.$", "");
            LOG.error(text, reason);
        }
        troubled = true;
    }

    private void pauseLonger() {
        pause(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
    }

    private void pause(long ms) {
        long until = System.nanoTime() + ms * 1_000_000;
        long left = until - System.nanoTime();
        while (!aborted && !closing && left > 0) {
            LockSupport.parkNanos(Math.min(LONG_NAP_NS, left));
            left = until - System.nanoTime();
        }
    }

    /** One line when Kafka falls silent, and one when it is back. */
    private void watch() {
        forgetDropped();
        long silentNs = silentNs();
        if (acknowledged != acknowledgedThen) {
            acknowledgedThen = acknowledged;
            pauseMs = FIRST_PAUSE_MS;
            if (troubled) {
                troubled = false;
                LOG.warn("Kafka takes records again.");
            }
        } else if (acks != null && !troubled && silentNs > SILENCE_NS) {
            troubled = true;
            LOG.warn("Kafka acknowledges nothing; records wait in the spool.");
        }
    }

    /** Places in segments that the log has let go are not read again. */
    private void forgetDropped() {
        if (!dropped.isEmpty()) {
            long oldest = log.oldestPosition();
            dropped.removeIf(position -> position < oldest);
        }
    }

    /** How many records that were dropped for good are remembered. */
    int remembered() {
        return dropped.size();
    }

    /**
     * Time since Kafka's last acknowledgement, or since there was nothing to acknowledge, in ns; 0
     * while nothing waits. May be called by any thread.
     */
    long silentNs() {
        boolean waits = told.get() < handed.getAcquire() || log.waiting() > 0;
        return silence.ns(acknowledged, waits, System.nanoTime());
    }

    /** Whether it sends and Kafka has not been silent for long; may be called by any thread. */
    boolean isHeard() {
        return !hasEnded() && silentNs() < SILENCE_NS;
    }

    /** Without a spool: nobody will send what is left, nor what still comes. */
    private void giveUpTheRest() {
        if (counts.lastFailure() == null) {
            counts.failure("given up");
        }
        boolean last;
        do {
            last = closing;
            while (cursor.read()) {
                if (cursor.kind() == RecordLog.MESSAGE) {
                    counts.failed.incrementAndGet();
                }
                LogSegment segment = cursor.segment();
                cursor.advance();
                log.done(segment);
            }
            if (!last) {
                var _ = Thread.interrupted(); // or it would not nap
                LockSupport.parkNanos(NAP_NS);
            }
        } while (!last);
    }

    /** Sends nothing more; calls that wait return. */
    void abort() {
        aborted = true;
        Producer<byte[], byte[]> by = producer;
        if (by != null) {
            by.close(Duration.ZERO);
        }
        thread.interrupt();
    }

    /** Waits until the producer has told of all that it has. */
    void flushProducer() {
        Producer<byte[], byte[]> by = producer;
        if (by == null) {
            return;
        }
        if (!aborted) {
            by.flush();
        }
        if (aborted) {
            by.close(Duration.ZERO); // waits for its thread, also when abort() is just closing it
        }
    }

    /** Without a spool, sends the rest first. */
    @Override
    public void close() {
        closing = true;
        wake();
        try {
            if (acks != null && !thread.join(AFTER_END)) {
                thread.interrupt();
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Producer<byte[], byte[]> by = producer;
        if (by != null) {
            by.close(acks == null ? Duration.ofMillis(Long.MAX_VALUE) : AFTER_END);
        }
    }
}
