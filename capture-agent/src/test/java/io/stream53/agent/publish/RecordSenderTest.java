package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps through the sender without its thread. */
class RecordSenderTest {
    private static final long RUN = 5;
    private static final byte[] KEY = {1};

    @TempDir Path folder;
    private final SendCounts counts = new SendCounts();
    private final Deque<MockProducer<byte[], byte[]>> producers = new ArrayDeque<>();
    private Spool spooled;
    private int number;

    private Producer<byte[], byte[]> newProducer() {
        producers.addLast(
                new MockProducer<>(
                        false, null, new ByteArraySerializer(), new ByteArraySerializer()));
        return producers.getLast();
    }

    private MockProducer<byte[], byte[]> latest() {
        return producers.getLast();
    }

    @BeforeEach
    void openSpool() throws IOException {
        spooled = Spool.open(SpoolFolder.open(folder.resolve("spool")), 4, 7, 1 << 20);
        spooled.begin(new EncoderSettings("ns1", "", RUN, 7, MessageCarry.ALL, Set.of()));
    }

    @AfterEach
    void closeSpool() {
        spooled.close();
    }

    private RecordSender sender() {
        return new RecordSender(
                spooled.log(),
                spooled.acks(),
                this::newProducer,
                newProducer(),
                "dns.raw",
                null,
                counts);
    }

    private void message(int partition) {
        byte[] value = {0, 0, 0, 0, 7, (byte) number++};
        spooled.append(RecordLog.MESSAGE, RUN, partition, KEY, 1, value, value.length);
    }

    private static void steps(RecordSender sender, int steps) throws KafkaProducers.Never {
        for (int i = 0; i < steps; i++) {
            sender.step();
        }
    }

    private List<Integer> sent() {
        List<Integer> numbers = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : latest().history()) {
            numbers.add((int) record.value()[5]);
        }
        return numbers;
    }

    @Test
    void acknowledgementsOfPartitionsMayComeInAnyOrder() throws Exception {
        RecordSender sender = sender();
        message(0);
        message(1);
        message(0);
        steps(sender, 3);
        assertThat(spooled.log().waiting()).isEqualTo(3);
        latest().completeNext();
        assertThat(counts.published).hasValue(1);
        assertThat(spooled.log().isDone()).isFalse();
        latest().completeNext();
        latest().completeNext();
        assertThat(counts.published).hasValue(3);
        assertThat(spooled.log().isDone()).isTrue();
    }

    @Test
    void whatIsNotAcknowledgedWhenAProducerFailsIsSentAgainInOrder() throws Exception {
        RecordSender sender = sender();
        for (int i = 0; i < 6; i++) {
            message(i % 2);
        }
        steps(sender, 6);
        MockProducer<byte[], byte[]> first = latest();
        first.completeNext();
        first.completeNext();
        first.errorNext(new TopicAuthorizationException("not yours"));
        assertThat(first.closed()).describedAs("nothing may overtake").isTrue();
        first.errorNext(new KafkaException("Producer is closed forcefully."));
        assertThat(counts.failed).hasValue(0);
        steps(sender, 7);
        assertThat(producers).hasSize(2);
        assertThat(sent()).containsExactly(2, 3, 4, 5);
        for (int i = 0; i < 4; i++) {
            latest().completeNext();
        }
        assertThat(counts.published).hasValue(6);
        assertThat(spooled.log().isDone()).isTrue();
        assertThat(counts.lastFailure()).isEqualTo("not yours");
    }

    @Test
    void aProducerThatRefusesAtOnceIsReplacedToo() throws Exception {
        RecordSender sender = sender();
        message(0);
        message(0);
        sender.step();
        latest().sendException = new KafkaException("fenced");
        sender.step();
        steps(sender, 3);
        assertThat(producers).hasSize(2);
        assertThat(sent()).containsExactly(0, 1);
    }

    @Test
    void whileKafkaIsAwayTheSameRecordIsTriedAgain() throws Exception {
        RecordSender sender = sender();
        message(0);
        message(0);
        latest().sendException = new TimeoutException("Topic dns.raw not present in metadata");
        steps(sender, 2);
        assertThat(producers).hasSize(1);
        latest().sendException = null;
        steps(sender, 2);
        assertThat(sent()).containsExactly(0, 1);
        assertThat(counts.failed).hasValue(0);
    }

    @Test
    void aRecordTooLargeForTheTopicIsDroppedAndHoldsNothingUp() throws Exception {
        RecordSender sender = sender();
        message(0);
        message(0);
        message(0);
        steps(sender, 2);
        latest().errorNext(new RecordTooLargeException("the topic takes 100 bytes"));
        latest().completeNext();
        latest().sendException = new RecordTooLargeException("larger than max.request.size");
        sender.step();
        assertThat(counts.published).hasValue(1);
        assertThat(counts.failed).hasValue(2);
        assertThat(counts.lastFailure()).isEqualTo("larger than max.request.size");
        assertThat(spooled.log().isDone()).isTrue();
        assertThat(producers).hasSize(1);
    }

    @Test
    void aRecordThatWasDroppedIsNotSentAgain() throws Exception {
        RecordSender sender = sender();
        message(0);
        message(1);
        message(1);
        steps(sender, 3);
        latest().errorNext(new RecordTooLargeException("the topic takes 100 bytes"));
        latest().errorNext(new TopicAuthorizationException("not yours"));
        steps(sender, 4);
        assertThat(sent()).containsExactly(1, 2);
        latest().completeNext();
        latest().completeNext();
        assertThat(spooled.log().isDone()).isTrue();
        assertThat(counts.published).hasValue(2);
        assertThat(counts.failed).hasValue(1);
    }

    @Test
    void aDroppedRecordIsForgottenWithItsSegment() throws Exception {
        RecordSender sender = sender();
        message(0);
        sender.step();
        latest().errorNext(new RecordTooLargeException("the topic takes 100 bytes"));
        sender.step();
        assertThat(sender.remembered()).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            large();
            sender.step();
            latest().completeNext();
        }
        sender.step();
        assertThat(spooled.log().isDone()).isTrue();
        assertThat(sender.remembered()).isZero();
    }

    private void large() {
        byte[] value = new byte[10_000];
        assertThat(spooled.append(RecordLog.MESSAGE, RUN, 0, KEY, 1, value, value.length)).isTrue();
    }

    @Test
    void whatKafkaSaysShowsNoSecret() throws Exception {
        Secrets secrets = Secrets.NONE.and(Map.of("sasl.password", "swordfish"));
        SendCounts hiding = new SendCounts(secrets);
        RecordSender sender =
                new RecordSender(
                        spooled.log(),
                        spooled.acks(),
                        this::newProducer,
                        newProducer(),
                        "dns.raw",
                        null,
                        hiding);
        message(0);
        latest().sendException = new RecordTooLargeException("not with swordfish");
        sender.step();
        assertThat(hiding.lastFailure()).isEqualTo("not with [hidden]");
    }

    @Test
    void messagesOfAnEarlierProcessAreCountedApart() throws Exception {
        message(0);
        message(1);
        spooled.close();
        openSpool();
        RecordSender sender = sender();
        message(0);
        steps(sender, 5);
        for (int i = 0; i < 5; i++) {
            latest().completeNext();
        }
        assertThat(counts.recovered).hasValue(2);
        assertThat(counts.published).hasValue(1);
        assertThat(spooled.log().isDone()).isTrue();
        byte[] end = latest().history().get(2).value();
        assertThat(latest().history().get(2).key()).isNull();
        assertThat(new io.stream53.serde.SameSchemaReader<>(DnsPacket.class).read(end).getFinal$())
                .isTrue();
    }

    @Test
    void recordsAreSentUnderTheSchemaIdTheyWereWrittenUnder() throws Exception {
        message(0);
        spooled.end(RUN, true);
        spooled.close();
        spooled = Spool.open(SpoolFolder.open(folder.resolve("spool")), 4, 9, 1 << 20);
        spooled.begin(new EncoderSettings("ns1", "", 6, 9, MessageCarry.ALL, Set.of()));
        byte[] value = {0, 0, 0, 0, 9, 1};
        spooled.append(RecordLog.MESSAGE, 6, 0, KEY, 1, value, value.length);
        steps(sender(), 2);
        assertThat(latest().history())
                .extracting(record -> (int) record.value()[4])
                .containsExactly(7, 9);
    }

    @Test
    void withoutASpoolWhatKafkaRefusesHasFailed() throws Exception {
        RecordLog log = new RecordLog(new MemorySegments(1 << 20), 7, false);
        RecordSender sender =
                new RecordSender(
                        log, null, this::newProducer, newProducer(), "dns.raw", null, counts);
        byte[] value = {0, 0, 0, 0, 7, 1};
        for (int i = 0; i < 4; i++) {
            log.append(RecordLog.MESSAGE, RUN, i, 0, KEY, 1, value, 5, 1);
        }
        log.append(RecordLog.WATERMARK, RUN, 4, 0, KEY, 0, value, 5, 1);
        steps(sender, 3);
        latest().completeNext();
        latest().errorNext(new TimeoutException("120000 ms has passed since batch creation"));
        latest().errorNext(new RecordTooLargeException("the broker takes 100 bytes"));
        latest().sendException = new KafkaException("closed");
        steps(sender, 2);
        assertThat(counts.published).hasValue(1);
        assertThat(counts.failed).describedAs("a watermark is no message").hasValue(3);
        assertThat(counts.lastFailure()).isEqualTo("closed");
        assertThat(log.isDone()).isTrue();
    }

    @Test
    void whatAPluggedSerializerDoesNotTakeHasFailed() throws Exception {
        DnsPacketEncoder encoder =
                new DnsPacketEncoder(
                        new EncoderSettings("ns1", "", RUN, 7, MessageCarry.ALL, Set.of()));
        encoder.encodeWatermark(0, 1, new RunTotals(0, 0, Map.of(), 1), 0, false);
        Serializer<DnsPacket> wrong =
                (topic, packet) -> {
                    throw new ClassCastException(packet.getNode() + " is no String");
                };
        RecordSender sender =
                new RecordSender(
                        spooled.log(),
                        spooled.acks(),
                        this::newProducer,
                        newProducer(),
                        "dns.raw",
                        wrong,
                        counts);
        spooled.append(RecordLog.MESSAGE, RUN, 0, KEY, 1, encoder.buffer(), encoder.length());
        sender.step();
        assertThat(counts.failed).hasValue(1);
        assertThat(counts.lastFailure()).isEqualTo("ns1 is no String");
        assertThat(spooled.log().isDone()).isTrue();
    }
}
