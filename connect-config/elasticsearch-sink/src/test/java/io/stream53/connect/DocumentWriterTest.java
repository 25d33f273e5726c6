package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Location;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DocumentWriterTest {
    private final AvroData data = new AvroData();
    private final DocumentWriter writer = new DocumentWriter();

    private String document(IndexedRecord record) {
        byte[] document = writer.write(record);
        Struct struct = data.toStruct(record);
        assertThat(writer.write(new RecordValue(struct.schema(), struct)))
                .as("the same of Connect's struct")
                .isEqualTo(document);
        return new String(document, StandardCharsets.UTF_8);
    }

    @Test
    void writesTheTransactionWithEcsNames() {
        assertThat(document(SampleRecords.transaction()))
                .startsWith(
                        "{\"id\":\"0123456789abcdef0123456789abcdef\","
                                + "\"@timestamp\":\"2026-11-22T16:08:00.123Z\","
                                + "\"timestamp_us\":9007199254740993,"
                                + "\"event\":{\"start\":\"2026-11-22T16:08:00.123Z\","
                                + "\"end\":\"2026-11-22T16:08:00.128Z\",\"duration\":5123456,"
                                + "\"outcome\":\"success\"}")
                .contains("\"location\":{\"lat\":50.1,\"lon\":8.7}")
                .contains("\"as\":{\"number\":4200000000,\"organization\":{\"name\":\"X\"}}")
                .contains("\"ttl\":4294967295")
                .endsWith(
                        "\"sampling_rate\":1,\"capture_loss\":false,\"tags\":[\"dnssec-aware\"],"
                                + "\"related\":{\"ip\":[\"192.0.2.7\",\"2001:db8::53\",\"192.0.2.1\"],"
                                + "\"hosts\":[\"example.com\"]}}");
    }

    @Test
    void relatesEachKnownAddressOnceAndNoHostToTheRoot() {
        DnsTransaction transaction = SampleRecords.transaction();
        transaction.getClient().setIp("0.0.0.0");
        transaction.getDns().setResolvedIp(List.of("2001:db8::53", "192.0.2.1"));
        Objects.requireNonNull(transaction.getDns().getQuestion()).setName(".");
        assertThat(document(transaction))
                .endsWith("\"related\":{\"ip\":[\"2001:db8::53\",\"192.0.2.1\"]}}");
        transaction.getDns().setQuestion(null);
        transaction.getDns().setResolvedIp(List.of());
        transaction.getServer().setIp("::");
        assertThat(document(transaction)).doesNotContain("related");
    }

    @Test
    void relatesNothingToCountsAndAlerts() {
        assertThat(document(SampleRecords.count())).doesNotContain("related");
        assertThat(document(SampleRecords.alert())).doesNotContain("related");
    }

    @Test
    void writesBytesAsBase64() {
        assertThat(document(SampleRecords.count())).contains("\"clients_sketch\":\"AQL/\"");
    }

    @Test
    void leavesOutNullsAndEmptyArrays() {
        DnsTransaction transaction = SampleRecords.transaction();
        transaction.getEvent().setEnd(null);
        transaction.getDns().setResolvedIp(List.of());
        Endpoint client = transaction.getClient();
        client.setGeo(null);
        assertThat(document(transaction))
                .doesNotContain("\"end\"")
                .doesNotContain("resolved_ip")
                .doesNotContain("null")
                .contains(
                        "\"client\":{\"ip\":\"192.0.2.7\",\"ip_form\":\"plain\",\"port\":53,\"bytes\":106,\"as\":");
    }

    @Test
    void writesEveryTypeThatConnectHas() {
        Schema schema =
                SchemaBuilder.struct()
                        .field("byte", Schema.INT8_SCHEMA)
                        .field("short", Schema.INT16_SCHEMA)
                        .field("date", org.apache.kafka.connect.data.Date.SCHEMA)
                        .field("float", Schema.FLOAT32_SCHEMA)
                        .field("flag", Schema.BOOLEAN_SCHEMA)
                        .field("bytes", Schema.BYTES_SCHEMA)
                        .field("texts", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA))
                        .field(
                                "map",
                                SchemaBuilder.map(
                                        Schema.STRING_SCHEMA, Schema.OPTIONAL_INT64_SCHEMA))
                        .build();
        Map<String, @Nullable Long> map = new TreeMap<>(Map.of("a", 1L));
        map.put("b", null);
        Struct struct =
                new Struct(schema)
                        .put("byte", (byte) -1)
                        .put("short", (short) 300)
                        .put("date", Date.from(Instant.EPOCH))
                        .put("float", 0.1f)
                        .put("flag", true)
                        .put("bytes", new byte[] {1, 2, (byte) 0xff})
                        .put("texts", Arrays.asList("a", null))
                        .put("map", map);
        assertThat(writer.write(new RecordValue(schema, struct)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(
                        "{\"byte\":-1,\"short\":300,\"date\":\"1970-01-01T00:00:00.000Z\","
                                + "\"float\":0.1,\"flag\":true,\"bytes\":\"AQL/\","
                                + "\"texts\":[\"a\",null],\"map\":{\"a\":1}}");
    }

    @Test
    void writesTimesOfAnySecondAndMillisecond() {
        Instant time = Instant.parse("1969-12-31T23:59:58.999Z");
        for (int i = 0; i < 3_000; i++) {
            assertThat(DocumentWriter.isoMillis(time))
                    .isEqualTo(
                            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
                                    .withZone(ZoneOffset.UTC)
                                    .format(time));
            time = time.plusMillis(i % 7);
        }
    }

    @Test
    void keepsMillisecondsThatAreZero() {
        assertThat(DocumentWriter.isoMillis(Instant.parse("2015-01-01T00:00:00Z")))
                .isEqualTo("2015-01-01T00:00:00.000Z");
    }

    @Test
    void writesOneLineWhateverTheTextHolds() {
        DnsTransaction transaction = SampleRecords.transaction();
        transaction.getObserver().setName("a\nb\"\\\u0000é\uD83D\uDE00");
        assertThat(document(transaction))
                .contains("\"name\":\"a\\nb\\\"\\\\\\u0000é\uD83D\uDE00\"")
                .doesNotContain("\n");
    }

    @Test
    void refusesNumbersThatJsonCannotHold() {
        DnsTransaction transaction = SampleRecords.transaction();
        Objects.requireNonNull(transaction.getClient().getGeo())
                .setLocation(new Location(Double.NaN, 0.0));
        assertThatThrownBy(() -> document(transaction))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("NaN");
    }
}
