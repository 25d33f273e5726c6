package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whatever lies in dns.raw, its neighbours go through, and nothing stops. */
class BadRecordsTest {
    @RegisterExtension static final KafkaAndRegistry SERVERS = new KafkaAndRegistry();

    @TempDir Path folder;

    @Test
    void whatCannotBeDecodedIsKeptWithItsHeadersAndItsNeighboursGoThrough() {
        Pipeline pipeline = pipeline("undecodable").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(1, 1, 100);
        pipeline.publish(traffic.subList(0, 50));
        send(pipeline, "empty header value", new byte[] {9}, null);
        send(pipeline, "an unknown schema id", new byte[] {0, 0, 0, 0x30, 0x39, 1}, new byte[] {1});
        send(pipeline, "a tombstone", null, new byte[] {2});
        send(pipeline, "all that brokers take", new byte[1_000_000], new byte[40_000]);
        send(pipeline, "headers alone fill it", new byte[10], new byte[1_000_000]);
        pipeline.publish(traffic.subList(50, traffic.size()));
        try (ProcessorProcess processor = pipeline.start("state")) {
            JsonNode ledger = Pipeline.awaitEnd(processor, Traffic.messages(traffic));
            assertThat(Pipeline.value(ledger, ProcessorCounter.UNDECODABLE)).isEqualTo(5);
            assertThat(processor.get("/metrics").orElseThrow().body())
                    .contains("stream53_undecodable_total 5.0");
            assertThat(processor.log())
                    .containsOnlyOnce("is a dead letter")
                    .doesNotContain("\tat ");
        }
        List<ConsumerRecord<byte[], byte[]>> letters = pipeline.deadLetters();
        assertThat(letters).hasSize(5).allSatisfy(this::saysWhereItCameFrom);
        assertThat(letters.getFirst().value()).containsExactly(9);
        assertThat(header(letters.get(1), "__streams.errors.message"))
                .startsWith("its value is no DnsPacket: ")
                .contains("12345");
        assertThat(header(letters.get(1), "__streams.errors.exception"))
                .isEqualTo("org.apache.kafka.common.errors.SerializationException");
        assertThat(letters.get(2).value()).isNull();
        assertThat(letters.get(3).value()).hasSizeBetween(800_000, 900_000);
        assertThat(header(letters.get(3), "stream53.value-cut-from-bytes")).isEqualTo("1000000");
        assertThat(letters.get(3).headers().lastHeader("mine").value()).hasSize(40_000);
        assertThat(header(letters.get(4), "stream53.headers-left-out")).isEqualTo("1");
        assertThat(letters.get(4).value()).hasSize(10);
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(traffic, 1).idsByStatus());
    }

    /**
     * A type bitmap names 65,536 types in 8.7 kB: as text some 600 kB, for one record of several.
     */
    @Test
    void aTransactionTooLargeForItsTopicLosesRecordsAndStopsNothing() {
        Pipeline pipeline = pipeline("large").createTopics();
        List<Traffic.Sent> traffic = new ArrayList<>(Traffic.of(2, 1, 50));
        DnsPacket bomb = response(traffic);
        bomb.setAnswerCount(6);
        bomb.setMessage(ByteBuffer.wrap(nsecBomb(6)));
        bomb.setSize(bomb.getMessage().remaining());
        pipeline.publish(traffic);
        try (ProcessorProcess processor = pipeline.start("state")) {
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
            assertThat(processor.get("/metrics").orElseThrow().body())
                    .contains("stream53_transactions_cut_total 1.0");
        }
        assertThat(pipeline.deadLetters()).isEmpty();
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(traffic, 1).idsByStatus());
        assertThat(pipeline.transactions())
                .filteredOn(transaction -> transaction.getDns().getAnswersCut())
                .singleElement()
                .satisfies(
                        transaction -> {
                            assertThat(transaction.getDns().getAnswersCount()).isEqualTo(6);
                            assertThat(transaction.getDns().getAnswers()).hasSize(1);
                        });
    }

    @Test
    void aFencedProducerStartsAnewAndNothingIsLostOrDoubled() throws Exception {
        Pipeline pipeline = pipeline("fenced").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(3, 1, 2_000);
        List<Traffic.Sent> before = traffic.subList(0, traffic.size() / 2);
        try (ProcessorProcess processor = pipeline.start("state")) {
            pipeline.publish(before);
            Pipeline.awaitLedger(
                    processor,
                    ledger ->
                            Pipeline.value(ledger, ProcessorCounter.PACKETS_READ)
                                    == Traffic.messages(before));
            List<String> ids = transactionalIds(pipeline);
            assertThat(ids).isNotEmpty();
            SERVERS.broker().admin().fenceProducers(ids).all().get();
            pipeline.publish(traffic.subList(traffic.size() / 2, traffic.size()));
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
            assertThat(processor.log()).doesNotContain("\tat ");
        }
        assertThat(pipeline.idsByStatus()).isEqualTo(Traffic.expected(traffic, 1).idsByStatus());
    }

    private static List<String> transactionalIds(Pipeline pipeline) throws Exception {
        return SERVERS.broker().admin().listTransactions().all().get().stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith(pipeline.topic("app")))
                .collect(Collectors.toList());
    }

    private static DnsPacket response(List<Traffic.Sent> traffic) {
        return traffic.stream()
                .map(Traffic.Sent::packet)
                .filter(packet -> (packet.getFlags() & 0x8000) != 0)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] nsecBomb(int records) {
        byte[] data = new byte[1 + 256 * 34];
        for (int window = 0; window < 256; window++) {
            int at = 1 + window * 34;
            data[at] = (byte) window;
            data[at + 1] = 32;
            Arrays.fill(data, at + 2, at + 34, (byte) 0xff);
        }
        var message = DnsMessageBuilder.response(1, "host.example.com", 47, 0);
        for (int i = 0; i < records; i++) {
            message.answer("host.example.com", 47, 60, data);
        }
        return message.bytes();
    }

    private void saysWhereItCameFrom(ConsumerRecord<byte[], byte[]> letter) {
        assertThat(header(letter, "__streams.errors.topic")).endsWith(".raw");
        assertThat(header(letter, "__streams.errors.partition")).isEqualTo("0");
        assertThat(Long.parseLong(header(letter, "__streams.errors.offset"))).isBetween(50L, 60L);
        assertThat(header(letter, "__streams.errors.message")).isNotEmpty();
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static void send(
            Pipeline pipeline, String key, byte @Nullable [] value, byte @Nullable [] header) {
        try (var producer = pipeline.producer()) {
            var record =
                    new ProducerRecord<>(
                            pipeline.topic("raw"), key.getBytes(StandardCharsets.UTF_8), value);
            record.headers().add("mine", header);
            var _ = producer.send(record);
        }
    }

    private Pipeline pipeline(String name) {
        return new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, name, 1);
    }
}
