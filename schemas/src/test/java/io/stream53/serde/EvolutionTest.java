package io.stream53.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Event;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvolutionTest {
    /** Processors are upgraded before agents: new readers meet old writers. */
    private static final SchemaValidator BACKWARD_TRANSITIVE =
            new SchemaValidatorBuilder().canReadStrategy().validateAll();

    /** Others read these topics, and are upgraded when they like. */
    private static final SchemaValidator FULL_TRANSITIVE =
            new SchemaValidatorBuilder().mutualReadStrategy().validateAll();

    @ParameterizedTest
    @ValueSource(strings = {"DnsPacket", "DnsTransaction", "TldCount", "NodeLedger", "DnsAlert"})
    void everyPublishedVersionStaysCompatible(String schemaName)
            throws IOException, SchemaValidationException {
        List<Schema> newestFirst = new ArrayList<>();
        for (Golden.Version version : Golden.versions(schemaName).reversed()) {
            newestFirst.add(version.schema());
        }
        rule(schemaName).validate(Golden.current(schemaName), newestFirst);
    }

    /**
     * What FULL_TRANSITIVE promises to readers, with real bytes: a reader of any version reads what
     * a writer of any version wrote, the fields that both know as they were written.
     */
    @ParameterizedTest
    @ValueSource(strings = {"DnsTransaction", "TldCount", "NodeLedger"})
    void aReaderOfAnyVersionReadsTheBytesOfAnyOther(String schemaName) throws IOException {
        List<Schema> readers = new ArrayList<>();
        for (Golden.Version version : Golden.versions(schemaName)) {
            readers.add(version.schema());
        }
        readers.add(withAnotherField(readers.getLast()));
        for (Golden.Version version : Golden.versions(schemaName)) {
            Schema written = version.schema();
            for (Golden.Sample sample : Golden.samples(version)) {
                byte[] bytes = Files.readAllBytes(sample.avro());
                GenericRecord whole = read(bytes, written, written);
                for (Schema reader : readers) {
                    GenericRecord seen = read(bytes, written, reader);
                    assertThat(known(seen, whole.getSchema()))
                            .as(sample + " read by " + reader.getFields().size() + " fields")
                            .isEqualTo(known(whole, reader));
                }
            }
        }
    }

    @Test
    void aReaderOfBeforeTheLabelsReadsTransactionsOfToday() throws IOException {
        Golden.Version first = Golden.versions("DnsTransaction").getFirst();
        Golden.Version today = Golden.versions("DnsTransaction").getLast();
        assertThat(first.schema().getField("tags")).isNull();
        byte[] bytes = Files.readAllBytes(new Golden.Sample(today, "answered").avro());
        assertThat(read(bytes, today.schema(), first.schema()).get("id")).isNotNull();
        byte[] old = Files.readAllBytes(new Golden.Sample(first, "answered").avro());
        assertThat(read(old, first.schema(), today.schema()).get("tags")).isEqualTo(List.of());
    }

    @Test
    void packetsMayLoseAFieldAndGainOneWithADefault() throws IOException {
        Schema current = Golden.current("DnsPacket");
        Schema without =
                edit(
                        current,
                        "{\"name\":\"node\",\"type\":\"string\"",
                        "{\"name\":\"gone\",\"type\":\"string\",\"default\":\"\"");
        assertThatCode(() -> rule("DnsPacket").validate(without, List.of(current)))
                .doesNotThrowAnyException();
        Schema added =
                edit(
                        current,
                        "{\"name\":\"node\",\"type\":\"string\"",
                        "{\"name\":\"added\",\"type\":\"string\"");
        assertThatExceptionOfType(SchemaValidationException.class)
                .isThrownBy(() -> rule("DnsPacket").validate(added, List.of(current)));
    }

    @Test
    void transactionsAndCountsMayNotLoseAFieldWithoutADefault() throws IOException {
        Schema current = Golden.current("TldCount");
        Schema without =
                edit(
                        current,
                        "{\"name\":\"dimension\",\"type\":\"string\"",
                        "{\"name\":\"other_dimension\",\"type\":\"string\",\"default\":\"\"");
        assertThatExceptionOfType(SchemaValidationException.class)
                .isThrownBy(() -> rule("TldCount").validate(without, List.of(current)));
    }

    @Test
    void timesAreMillisecondsInTheSchemaAndInstantsInJava() throws IOException {
        DnsTransaction transaction = new DnsTransaction();
        Event event = new Event();
        TldCount count = new TldCount();
        Instant time = Instant.parse("2026-11-22T16:08:00.123456Z");
        transaction.setTimestamp(time);
        event.setStart(time);
        count.setTimestamp(time);
        Instant millis = Instant.parse("2026-11-22T16:08:00.123Z");
        assertThat(transaction.getTimestamp()).isEqualTo(millis);
        assertThat(event.getStart()).isEqualTo(millis);
        assertThat(count.getTimestamp()).isEqualTo(millis);
        for (String field : List.of("timestamp", "window_end")) {
            assertThat(Golden.current("TldCount").getField(field).schema().toString())
                    .isEqualTo("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DnsPacket", "DnsTransaction", "TldCount", "NodeLedger", "DnsAlert"})
    void everyRecordAndFieldSaysWhatItIs(String schemaName) throws IOException {
        for (Schema record : SchemaDoc.records(Golden.current(schemaName))) {
            assertThat(record.getDoc()).as(record.getName()).isNotBlank();
            for (Schema.Field field : record.getFields()) {
                assertThat(field.doc()).as(record.getName() + "." + field.name()).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DnsPacket", "DnsTransaction", "TldCount", "NodeLedger", "DnsAlert"})
    void theSchemaThatIsRegisteredIsTheOneInTheFile(String schemaName) throws IOException {
        Schema file = Golden.current(schemaName);
        Class<?> type = AvroModel.generatedClass(file);
        Schema generated = org.apache.avro.specific.SpecificData.get().getSchema(type);
        assertThat(AvroModel.published(generated).toString()).isEqualTo(file.toString());
    }

    private static SchemaValidator rule(String schemaName) {
        return schemaName.equals("DnsPacket") ? BACKWARD_TRANSITIVE : FULL_TRANSITIVE;
    }

    /** A value, of records within it only the fields that another version has too. */
    private static Object known(Object value, Schema other) {
        if (value instanceof List<?> items) {
            return items.stream().map(item -> known(item, other.getElementType())).toList();
        }
        if (!(value instanceof GenericRecord record)) {
            return String.valueOf(value);
        }
        Schema theirs = other.isUnion() ? other.getTypes().getLast() : other;
        Map<String, Object> values = new TreeMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            Schema.Field their = theirs.getField(field.name());
            if (their != null) {
                values.put(field.name(), known(record.get(field.pos()), their.schema()));
            }
        }
        return values;
    }

    private static GenericRecord read(byte[] bytes, Schema written, Schema reader)
            throws IOException {
        return new GenericDatumReader<GenericRecord>(written, reader)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }

    private static Schema withAnotherField(Schema schema) {
        List<Schema.Field> fields = new ArrayList<>();
        schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(
                new Schema.Field("next", Schema.create(Schema.Type.STRING), "Of later.", "none"));
        return Schema.createRecord(
                schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
    }

    private static Schema edit(Schema schema, String what, String instead) {
        String text = schema.toString();
        assertThat(text).contains(what);
        return new Schema.Parser().parse(text.replace(what, instead));
    }
}
