package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Location;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
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
