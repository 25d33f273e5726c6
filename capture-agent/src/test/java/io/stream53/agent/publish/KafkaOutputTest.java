package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaOutputTest {
    private static final long RUN = 5;
    private static final byte[] KEY = {1};

    private static final KafkaProducers NO_KAFKA =
            () -> {
                throw new IOException("away");
            };

    private final SendCounts counts = new SendCounts();

    /** Gives up what it has when it is closed at once, which takes its time. */
    private static final class SlowToClose extends MockProducer<byte[], byte[]> {
        final CountDownLatch closing = new CountDownLatch(1);
        private final CountDownLatch never = new CountDownLatch(1);

        SlowToClose() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void close(Duration timeout) {
            closing.countDown();
            synchronized (never) {
                try {
                    var _ = never.await(100, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                while (errorNext(new KafkaException("Producer is closed forcefully."))) {}
            }
            super.close(timeout);
        }
    }

    private static boolean offer(KafkaOutput output) {
        byte[] value = new byte[1000];
        return output.offer(RUN, 0, KEY, 1, value, value.length);
    }

    private KafkaOutput queue(Producer<byte[], byte[]> producer) {
        RecordLog log = new RecordLog(new MemorySegments(1 << 20), 7, false);
        RecordSender sender =
                new RecordSender(log, null, () -> producer, producer, "dns.raw", null, counts);
        sender.start();
        return output(log, null, sender);
    }

    private KafkaOutput output(RecordLog log, @Nullable Spool spool, RecordSender sender) {
        KafkaOutput.Shape shape = new KafkaOutput.Shape(1, 7, 1000, false, Duration.ZERO);
        return new KafkaOutput(log, spool, sender, counts, shape, null);
    }

    @Test
    void whatAnAbortGivesUpIsCountedWhenFlushReturns() throws Exception {
        SlowToClose producer = new SlowToClose();
        KafkaOutput output = queue(producer);
        for (int i = 0; i < 50; i++) {
            assertThat(offer(output)).isTrue();
        }
        await().until(() -> producer.history().size() == 50);
        Thread aborting = Thread.ofPlatform().start(output::abort);
        producer.closing.await();
        output.flush();
        assertThat(counts.failed).hasValue(50);
        aborting.join();
        output.close();
    }

    @Test
    void aQueueIsReadyUntilNothingCanBeSentAnyMore() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(
                        false, null, new ByteArraySerializer(), new ByteArraySerializer());
        try (KafkaOutput output = queue(producer)) {
            assertThat(output.isReady()).isTrue();
            assertThat(output.oldestUnacknowledgedAgeMs()).isZero();
            offer(output);
            await().until(() -> output.oldestUnacknowledgedAgeMs() > 0);
            assertThat(output.isReady()).isTrue();
            producer.completeNext();
            await().until(() -> output.oldestUnacknowledgedAgeMs() == 0);
            output.abort();
            assertThat(output.isReady()).isFalse();
            assertThat(output.spooledBytes()).isZero();
        }
    }

    @Test
    void theBytesOfAQueueAreThoseOfTheRecordsThatWait() {
        RecordLog log = new RecordLog(new MemorySegments(1 << 20), 7, false);
        RecordSender notStarted =
                new RecordSender(log, null, NO_KAFKA, null, "dns.raw", null, counts);
        KafkaOutput output = output(log, null, notStarted);
        assertThat(output.queuedBytes()).isZero();
        for (int i = 0; i < 10; i++) {
            offer(output);
        }
        assertThat(output.queuedRecords()).isEqualTo(10);
        assertThat(output.queuedBytes()).isBetween(10_000L, 11_000L);
    }

    @Test
    void aSpoolIsReadyWhileItHasRoom(@TempDir Path folder) throws IOException {
        Spool spool = Spool.open(SpoolFolder.open(folder.resolve("spool")), 1, 7, 1 << 20);
        spool.begin(new EncoderSettings("ns1", "", RUN, 7, MessageCarry.ALL, Set.of()));
        RecordSender notStarted =
                new RecordSender(
                        spool.log(), spool.acks(), NO_KAFKA, null, "dns.raw", null, counts);
        KafkaOutput output = output(spool.log(), spool, notStarted);
        assertThat(output.isReady()).isTrue();
        assertThat(output.queuedBytes()).isZero();
        offer(output);
        assertThat(output.spooledBytes()).isBetween(100_000L, 1L << 20);
        while (offer(output)) {}
        assertThat(output.isReady()).isFalse();
        assertThat(output.spooledBytes()).isBetween(900_000L, 1L << 20);
        spool.close();
    }

    @Test
    void silenceLastsFromTheLastAcknowledgementWhileAnythingWaits() {
        Silence silence = new Silence();
        assertThat(silence.ns(0, false, 10)).isZero();
        assertThat(silence.ns(0, true, 20)).isZero();
        assertThat(silence.ns(0, true, 50)).isEqualTo(30);
        assertThat(silence.ns(1, true, 60)).isZero();
        assertThat(silence.ns(1, true, 65)).isEqualTo(5);
        assertThat(silence.ns(1, false, 90)).isZero();
        assertThat(silence.ns(1, true, 100)).isZero();
    }
}
