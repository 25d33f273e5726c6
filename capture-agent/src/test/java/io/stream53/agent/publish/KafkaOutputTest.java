package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.publish.RecordOutput.Acknowledgements;
import io.stream53.schema.DnsPacket;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class KafkaOutputTest {
    private static final byte[] KEY = {1};
    private static final byte[] VALUE = {0, 0, 0, 0, 1, 2};

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaOutput output =
            new KafkaOutput(producer, "dns.raw", 4, 7, 1024 * 1024, null);

    private void message(int partition) {
        assertThat(output.offer(1, partition, KEY, KEY.length, VALUE, VALUE.length)).isTrue();
    }

    @Test
    void countsAMessageAsPublishedWhenTheBrokerAcknowledgedIt() {
        message(2);
        message(2);
        assertThat(output.acknowledgements(2)).isEqualTo(new Acknowledgements(0, 0));
        producer.completeNext();
        assertThat(output.acknowledgements(2)).isEqualTo(new Acknowledgements(1, 0));
        assertThat(producer.history()).hasSize(2).allMatch(record -> record.partition() == 2);
    }

    @Test
    void countsAMessageAsFailedWithItsReason() {
        message(0);
        message(0);
        producer.errorNext(new TimeoutException("120000 ms has passed since batch creation"));
        producer.errorNext(new RecordTooLargeException("the broker takes 100 bytes"));
        assertThat(output.acknowledgements(2)).isEqualTo(new Acknowledgements(0, 2));
        assertThat(output.lastFailure()).isEqualTo("the broker takes 100 bytes");
    }

    @Test
    void countsNoWatermark() {
        output.offer(1, 0, KEY, 0, VALUE, VALUE.length);
        output.offer(1, 0, KEY, 0, VALUE, VALUE.length);
        producer.completeNext();
        producer.errorNext(new TimeoutException("late"));
        assertThat(output.acknowledgements(0)).isEqualTo(new Acknowledgements(0, 0));
        assertThat(output.lastFailure()).isEqualTo("late");
    }

    @Test
    void countsWhatIsSentAfterTheProducerGaveUp() {
        producer.sendException = new KafkaException("closed");
        message(0);
        assertThat(output.acknowledgements(1)).isEqualTo(new Acknowledgements(0, 1));
        assertThat(output.lastFailure()).isEqualTo("closed");
    }

    @Test
    void countsWhatAPluggedSerializerDoesNotTake() {
        DnsPacketEncoder encoder =
                new DnsPacketEncoder(
                        new EncoderSettings("ns1", "", 1, 7, MessageCarry.ALL, Set.of()));
        encoder.encodeWatermark(0, 1, new RunTotals(0, 0, Map.of(), 1), 0, false);
        Serializer<DnsPacket> wrong =
                (topic, packet) -> {
                    throw new ClassCastException(packet.getNode() + " is no String");
                };
        KafkaOutput plugged = new KafkaOutput(producer, "dns.raw", 4, 0, 1024 * 1024, wrong);
        plugged.offer(1, 0, KEY, KEY.length, encoder.buffer(), encoder.length());
        assertThat(plugged.acknowledgements(1)).isEqualTo(new Acknowledgements(0, 1));
        assertThat(plugged.lastFailure()).isEqualTo("ns1 is no String");
    }

    @Test
    void leavesRoomInARequestBesideTheValue() {
        assertThat(output.maxValueBytes()).isBetween(1_000_000, 1024 * 1024 - 512);
    }
}
