package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.serde.GeneratedClasses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The program as people run it, when something around it goes wrong. */
class ProcessorProcessTest {
    private static final int CLIENTS = 500;
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @RegisterExtension static final KafkaAndRegistry SERVERS = new KafkaAndRegistry();

    @TempDir Path folder;

    @Test
    void aMissingTopicIsOneSentence() throws Exception {
        try (ProcessorProcess processor = pipeline("missing").start("state")) {
            assertThat(processor.await(A_MINUTE)).contains(2);
            assertThat(processor.log())
                    .contains(
                            "create them with ./stream53 topics --bootstrap "
                                    + SERVERS.broker().bootstrap())
                    .contains("missing.raw, missing.enriched, missing.tld-counts")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void aRegistryThatDoesNotAnswerSkipsNoRecord() throws Exception {
        Pipeline pipeline = pipeline("outage").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(1, 1, CLIENTS);
        pipeline.publish(traffic);
        SERVERS.registry().stop();
        try (ProcessorProcess processor = pipeline.start("state", "kafka.max.retries = 0")) {
            await().atMost(A_MINUTE).until(() -> processor.log().contains("trying again"));
            assertThat(processor.get("/health").orElseThrow().statusCode()).isEqualTo(200);
            SERVERS.registry().restart();
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
        } finally {
            SERVERS.registry().restart();
        }
        assertThat(pipeline.deadLetters()).isEmpty();
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(traffic, 1).idsByStatus());
    }

    @Test
    void aBrokerOutageIsWaitedOut() throws Exception {
        Pipeline pipeline = pipeline("broker").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(2, 1, CLIENTS);
        List<Traffic.Sent> before = traffic.subList(0, traffic.size() / 2);
        try (ProcessorProcess processor = pipeline.start("state")) {
            pipeline.publish(before);
            Pipeline.awaitLedger(processor, ledger -> read(ledger) == Traffic.messages(before));
            SERVERS.broker().stop();
            await().atMost(A_MINUTE).until(() -> processor.log().contains("not be established"));
            SERVERS.broker().restart();
            pipeline.publish(traffic.subList(traffic.size() / 2, traffic.size()));
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
        } finally {
            SERVERS.broker().restart();
        }
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(traffic, 1).idsByStatus());
    }

    @Test
    void sigtermEndsItWithinSecondsAndWhatIsPendingStays() throws Exception {
        Pipeline pipeline = pipeline("restart").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(3, 1, CLIENTS);
        List<Traffic.Sent> before = traffic.subList(0, traffic.size() / 2);
        try (ProcessorProcess first = pipeline.start("state")) {
            pipeline.publish(before);
            Pipeline.awaitLedger(first, ledger -> read(ledger) == Traffic.messages(before));
            assertThat(first.get("/ready").orElseThrow().statusCode()).isEqualTo(200);
            assertThat(first.get("/metrics").orElseThrow().body())
                    .contains("stream53_packets_read_total " + Traffic.messages(before) + ".0")
                    .contains("kafka_stream_");
            assertThat(first.terminate(Duration.ofSeconds(20))).contains(143);
        }
        try (ProcessorProcess second = pipeline.start("state")) {
            pipeline.publish(traffic.subList(traffic.size() / 2, traffic.size()));
            Pipeline.awaitEnd(second, Traffic.messages(traffic));
        }
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(traffic, 1).idsByStatus());
    }

    @Test
    void redeliveredAndLostRecordsAreToldApartAndGarbageIsKept() {
        Pipeline pipeline = pipeline("numbers").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(4, 1, CLIENTS);
        pipeline.publish(traffic.subList(0, 300));
        pipeline.publish(traffic.subList(100, 300));
        try (var producer = pipeline.producer()) {
            var _ = producer.send(new ProducerRecord<>(pipeline.topic("raw"), new byte[] {9}));
        }
        pipeline.publish(traffic.subList(310, traffic.size()));
        long lostMessages = Traffic.messages(traffic.subList(300, 310));
        try (ProcessorProcess processor = pipeline.start("state")) {
            JsonNode ledger =
                    Pipeline.awaitEnd(processor, Traffic.messages(traffic) - lostMessages);
            assertThat(Pipeline.value(ledger, ProcessorCounter.REDELIVERED)).isEqualTo(200);
            assertThat(Pipeline.value(ledger, ProcessorCounter.LOST)).isEqualTo(10);
            assertThat(Pipeline.value(ledger, ProcessorCounter.UNDECODABLE)).isEqualTo(1);
        }
        assertThat(pipeline.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.value()).containsExactly(9));
    }

    @Test
    void aNodeThatFellSilentIsGivenUpOnceAllIsRead() {
        Pipeline pipeline = pipeline("silent").createTopics();
        List<Traffic.Sent> unfinished = Traffic.of(7, 1, 50).subList(0, 60);
        List<Traffic.Sent> ended = new ArrayList<>(unfinished);
        ended.add(
                new Traffic.Sent(
                        0,
                        new byte[0],
                        Packets.watermark(Packets.NODE, Packets.RUN, Long.MAX_VALUE)));
        pipeline.publish(unfinished);
        try (ProcessorProcess processor = pipeline.start("state", "match.node-lost = 8s")) {
            JsonNode ledger =
                    Pipeline.awaitLedger(
                            processor,
                            now ->
                                    read(now) == Traffic.messages(unfinished)
                                            && now.path("pending").asLong() == 0
                                            && !now.path("uncommitted").asBoolean());
            assertThat(Pipeline.value(ledger, ProcessorCounter.UNANSWERED)).isPositive();
            assertThat(processor.log()).contains("Nothing was heard of node ns1");
            assertThat(processor.get("/metrics").orElseThrow().body()).contains("stream53_lag 0.0");
        }
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(ended, 1).idsByStatus());
    }

    @Test
    void otherSerializersCanBePluggedIn() {
        Pipeline pipeline = pipeline("plugged").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(5, 1, CLIENTS);
        GeneratedClasses.trust(); // In this JVM: the processor has to see to itself.
        pipeline.publish(traffic, new PlainAvro.Writer<>());
        int before = SERVERS.registry().requests().size();
        try (ProcessorProcess processor =
                pipeline.start(
                        "state",
                        "value.deserializer = " + PlainAvro.PacketReader.class.getName(),
                        "value.serializer = " + PlainAvro.Writer.class.getName())) {
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
        }
        assertThat(SERVERS.registry().requests()).hasSize(before);
        assertThat(SERVERS.broker().records(pipeline.topic("enriched")))
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.value()[0]).isEqualTo((byte) 'P'));
    }

    @Test
    void aFaultEndsItWithOneSentenceAndAStatusThatAllowsARestart() throws Exception {
        Pipeline pipeline = pipeline("fault").createTopics();
        pipeline.publish(Traffic.of(6, 1, 10));
        try (ProcessorProcess processor =
                pipeline.start("state", "value.serializer = " + Failing.class.getName())) {
            assertThat(processor.await(A_MINUTE)).contains(1);
            assertThat(processor.log()).contains("Processing stops: this serializer always fails");
        }
    }

    /** A serializer with a fault. */
    public static final class Failing
            implements org.apache.kafka.common.serialization.Serializer<Object> {
        @Override
        public byte[] serialize(String topic, Object value) {
            throw new IllegalStateException("this serializer always fails");
        }
    }

    private Pipeline pipeline(String name) {
        return new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, name, 1);
    }

    private static long read(JsonNode ledger) {
        return Pipeline.value(ledger, ProcessorCounter.PACKETS_READ);
    }
}
