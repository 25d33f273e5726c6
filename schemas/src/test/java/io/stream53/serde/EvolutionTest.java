package io.stream53.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Event;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
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
    @ValueSource(strings = {"DnsPacket", "DnsTransaction", "TldCount", "NodeLedger"})
    void everyPublishedVersionStaysCompatible(String schemaName)
            throws IOException, SchemaValidationException {
        List<Schema> newestFirst = new ArrayList<>();
        for (Golden.Version version : Golden.versions(schemaName).reversed()) {
            newestFirst.add(version.schema());
        }
        rule(schemaName).validate(Golden.current(schemaName), newestFirst);
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
    @ValueSource(strings = {"DnsPacket", "DnsTransaction", "TldCount", "NodeLedger"})
    void everyRecordAndFieldSaysWhatItIs(String schemaName) throws IOException {
        for (Schema record : SchemaDoc.records(Golden.current(schemaName))) {
            assertThat(record.getDoc()).as(record.getName()).isNotBlank();
            for (Schema.Field field : record.getFields()) {
                assertThat(field.doc()).as(record.getName() + "." + field.name()).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DnsPacket", "DnsTransaction", "TldCount", "NodeLedger"})
    void theSchemaThatIsRegisteredIsTheOneInTheFile(String schemaName) throws IOException {
        Schema file = Golden.current(schemaName);
        Class<?> type = AvroModel.generatedClass(file);
        Schema generated = org.apache.avro.specific.SpecificData.get().getSchema(type);
        assertThat(AvroModel.published(generated).toString()).isEqualTo(file.toString());
    }

    private static SchemaValidator rule(String schemaName) {
        return schemaName.equals("DnsPacket") ? BACKWARD_TRANSITIVE : FULL_TRANSITIVE;
    }

    private static Schema edit(Schema schema, String what, String instead) {
        String text = schema.toString();
        assertThat(text).contains(what);
        return new Schema.Parser().parse(text.replace(what, instead));
    }
}
