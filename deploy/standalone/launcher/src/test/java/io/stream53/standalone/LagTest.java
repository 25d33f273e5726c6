package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.TestBroker;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LagTest {
    private static final String GROUP = "readers";
    private static final byte[] VALUE = {1};

    private static TestBroker broker;
    private static Admin admin;
    private static Lag lag;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
        lag = new Lag(broker.bootstrap());
    }

    @AfterAll
    static void stop() {
        lag.close();
        admin.close();
        broker.close();
    }

    /** A topic with two records, a transaction each: offsets 0 and 2, markers at 1 and 3. */
    private static TopicPartition topicOfTransactions(String name) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", name);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < 2; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(name, VALUE)).get();
                producer.commitTransaction();
            }
        }
        return new TopicPartition(name, 0);
    }

    private static void commit(TopicPartition partition, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(GROUP, Map.of(partition, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    @Test
    void aMarkerBehindTheLastRecordIsNoLag() throws Exception {
        TopicPartition partition = topicOfTransactions("read");
        commit(partition, 3);
        assertThat(lag.isRead(GROUP, "read")).isTrue();
    }

    @Test
    void aRecordBehindTheCommittedOffsetIsLag() throws Exception {
        TopicPartition partition = topicOfTransactions("half-read");
        commit(partition, 1);
        assertThat(lag.isRead(GROUP, "half-read")).isFalse();
    }

    @Test
    void aGroupWithoutOffsetsHasReadNothing() throws Exception {
        topicOfTransactions("unread");
        assertThat(lag.isRead("nobody", "unread")).isFalse();
    }

    @Test
    void anEmptyTopicIsRead() throws Exception {
        admin.createTopics(List.of(new NewTopic("empty", 2, (short) 1))).all().get();
        assertThat(lag.isRead("nobody", "empty")).isTrue();
    }
}
