package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.AvroSerializer;
import io.stream53.serde.GeneratedClasses;
import io.stream53.serde.RegistryClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Confluent's own JavaScript client reads what we write, and we read what it writes. */
class JavaScriptInteroperabilityTest {
    static {
        GeneratedClasses.trust();
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TestRegistry REGISTRY = TestRegistry.start();
    private static final RegistryClient CLIENT =
            new RegistryClient(Map.of("schema.registry.url", REGISTRY.url()));
    private static Path folder = Path.of("");

    /** What came back from JavaScript. */
    private record Answer(byte[] value, JsonNode json) {}

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        folder =
                NodeProject.install(
                        Requires.repository().resolve("testing/end-to-end/src/test/js"),
                        "js",
                        "interoperability.cjs");
    }

    @AfterAll
    static void close() {
        CLIENT.close();
        REGISTRY.close();
    }

    @Test
    void readsAndWritesPackets() throws IOException, InterruptedException {
        DnsPacket packet = packet();
        Answer answer = exchange("numbers", "dns.raw", packet);
        assertThat(answer.json().path("question_name").asText()).isEqualTo("example.com");
        assertThat(answer.json().path("client_ip").asText()).isEqualTo("CgAAAQ==");
        assertThat(answer.json().path("timestamp_us").asLong()).isEqualTo(1_795_363_680_123_456L);
        assertThat(
                        AvroDeserializer.of(CLIENT, DnsPacket.class)
                                .deserialize("dns.raw", answer.value()))
                .isEqualTo(packet);
    }

    @Test
    void readsAndWritesWatermarksWithTheLargestLong() throws IOException, InterruptedException {
        DnsPacket watermark = packet();
        watermark.setKind("watermark");
        watermark.setRun(Long.MIN_VALUE);
        watermark.setTimestampUs(Long.MAX_VALUE);
        watermark.setFinal$(true);
        Answer answer = exchange("bigints", "dns.raw", watermark);
        assertThat(answer.json().path("timestamp_us").asText()).isEqualTo("9223372036854775807");
        assertThat(
                        AvroDeserializer.of(CLIENT, DnsPacket.class)
                                .deserialize("dns.raw", answer.value()))
                .isEqualTo(watermark);
    }

    @Test
    void readsAndWritesTransactionsWithAllTheirFields() throws IOException, InterruptedException {
        // The golden sample sets every field; its bytes are written with the current schema.
        Path golden =
                Requires.repository()
                        .resolve("schemas/src/test/resources/golden/DnsTransaction/v2");
        Schema schema = new Schema.Parser().parse(Files.readString(golden.resolve("schema.avsc")));
        GenericRecord sample =
                new GenericDatumReader<GenericRecord>(schema)
                        .read(
                                null,
                                DecoderFactory.get()
                                        .binaryDecoder(
                                                Files.readAllBytes(golden.resolve("answered.avro")),
                                                null));
        Answer answer = exchange("numbers", "dns.enriched", sample);
        assertThat(answer.json().at("/dns/answers/1/ttl").asLong()).isEqualTo(4_294_967_295L);
        assertThat(answer.json().at("/client/geo/location/lat").asDouble()).isEqualTo(50.1188);
        assertThat(answer.json().path("timestamp").asLong())
                .isEqualTo(Instant.parse("2026-11-22T16:08:00.123Z").toEpochMilli());
        DnsTransaction read =
                AvroDeserializer.of(CLIENT, DnsTransaction.class)
                        .deserialize("dns.enriched", answer.value());
        assertThat(read.getTimestamp()).isEqualTo(Instant.parse("2026-11-22T16:08:00.123Z"));
        assertThat(serialize("dns.enriched", read)).isEqualTo(serialize("dns.enriched", sample));
    }

    @Test
    void readsAndWritesCounts() throws IOException, InterruptedException {
        TldCount count =
                TldCount.newBuilder()
                        .setTimestamp(Instant.parse("2026-11-22T16:08:00Z"))
                        .setWindowEnd(Instant.parse("2026-11-22T16:09:00Z"))
                        .setDimension("tld")
                        .setKey("com")
                        .setQueries(5)
                        .setResponseTimeP99(9_000_000L)
                        .build();
        Answer answer = exchange("numbers", "dns.tld-counts", count);
        assertThat(answer.json().path("response_time_p99").asLong()).isEqualTo(9_000_000);
        assertThat(answer.json().path("response_time_p50").isNull()).isTrue();
        assertThat(
                        AvroDeserializer.of(CLIENT, TldCount.class)
                                .deserialize("dns.tld-counts", answer.value()))
                .isEqualTo(count);
    }

    private static Answer exchange(String longs, String topic, GenericContainer record)
            throws IOException, InterruptedException {
        byte[] value = serialize(topic, record);
        List<String> command = new ArrayList<>(List.of(Requires.tool("node").toString()));
        command.addAll(List.of("interoperability.cjs", REGISTRY.url(), longs));
        Path errors = folder.resolve("node.log");
        Process node =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try (var in = node.outputWriter(StandardCharsets.UTF_8)) {
            in.write(topic + " " + Base64.getEncoder().encodeToString(value) + "\n");
        }
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(Files.readString(errors)).isZero();
        String[] parts = output.strip().split(" ", 2);
        return new Answer(Base64.getDecoder().decode(parts[0]), JSON.readTree(parts[1]));
    }

    private static byte[] serialize(String topic, GenericContainer record) {
        try (AvroSerializer<GenericContainer> serializer =
                new AvroSerializer<>(CLIENT, Map.of(), false)) {
            return serializer.serialize(topic, record);
        }
    }

    private static DnsPacket packet() {
        return DnsPacket.newBuilder()
                .setKind("message")
                .setNode("ns1")
                .setRun(7)
                .setSequence(8)
                .setTimestampUs(1_795_363_680_123_456L)
                .setClientIp(ByteBuffer.wrap(new byte[] {10, 0, 0, 1}))
                .setServerIp(ByteBuffer.wrap(new byte[] {10, 0, 0, 2}))
                .setQuestionName("example.com")
                .setMessage(ByteBuffer.wrap(new byte[] {0, (byte) 0xff, 0x7f}))
                .setLosses(new HashMap<>(Map.of("fragment", 3L)))
                .build();
    }
}
