package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full log whose sender, which does not run, never makes room. */
class FullOutputTest {
    private static final long RUN = 5;
    private static final int PARTITIONS = 50;
    private static final byte[] VALUE = new byte[1000];

    private static KafkaOutput full(boolean waits, Duration patience) {
        RecordLog log = new RecordLog(new MemorySegments(1 << 20), 7, false);
        SendCounts counts = new SendCounts();
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(
                        false, null, new ByteArraySerializer(), new ByteArraySerializer());
        RecordSender sender =
                new RecordSender(log, null, () -> producer, producer, "dns.raw", null, counts);
        int last = -1;
        int taken = 0;
        while (taken != last) {
            last = taken;
            if (log.append(RecordLog.FINAL, 1, 0, 0, new byte[0], 0, VALUE, 0, VALUE.length)) {
                taken++;
            }
        }
        KafkaOutput.Shape shape = new KafkaOutput.Shape(PARTITIONS, 7, 1 << 16, waits, patience);
        return new KafkaOutput(log, null, sender, counts, shape, null);
    }

    private static boolean offerFinal(KafkaOutput output, int partition) {
        return output.offer(RUN, partition, new byte[0], 0, VALUE, VALUE.length);
    }

    @Test
    @Timeout(60)
    void theFinalWatermarksOfARunWaitForRoomForOneTimeTogether() {
        Duration patience = Duration.ofMillis(400);
        KafkaOutput output = full(false, patience);
        long begun = System.nanoTime();
        output.ending(RUN, true);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(offerFinal(output, partition)).isFalse();
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(waited).isBetween(patience, patience.multipliedBy(PARTITIONS / 2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
    void thoseOfARunThatMayNotWaitDoNot(boolean waits) {
        KafkaOutput output = full(waits, Duration.ofHours(1));
        output.ending(RUN, false);
        assertThat(offerFinal(output, 0)).isFalse();
    }
}
