package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvroDataTest {
    private final AvroData data = new AvroData();

    static Stream<Schema> schemas() {
        return Stream.of(
                DnsTransaction.getClassSchema(),
                TldCount.getClassSchema(),
                DnsPacket.getClassSchema());
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void schemasSurviveTheWayThereAndBack(Schema schema) {
        Schema back = data.toAvroSchema(data.toConnectSchema(schema));
        assertThat(SchemaNormalization.toParsingForm(back))
                .isEqualTo(SchemaNormalization.toParsingForm(schema));
        for (Schema.Field field : schema.getFields()) {
            assertThat(back.getField(field.name()).hasDefaultValue())
                    .as(field.name())
                    .isEqualTo(field.hasDefaultValue());
        }
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void recordsSurviveTheWayThereAndBack(Schema schema) throws IOException {
        for (Object random : new RandomData(schema, 50, 53)) {
            byte[] bytes = encode(schema, (GenericRecord) random);
            GenericRecord record = decode(schema, bytes);
            SchemaAndValue connect = data.toConnect(record);
            GenericRecord back = (GenericRecord) data.toAvro(connect.schema(), connect.value());
            assertThat(decode(schema, encode(schema, Objects.requireNonNull(back))))
                    .isEqualTo(record);
        }
    }

    @Test
    void keepsTimestampsAsTimestamps() {
        org.apache.kafka.connect.data.Schema schema =
                data.toConnectSchema(DnsTransaction.getClassSchema());
        assertThat(schema.field("timestamp").schema().name()).isEqualTo(Timestamp.LOGICAL_NAME);
        assertThat(schema.field("timestamp_us").schema().name()).isNull();
    }

    @Test
    void keepsNullWhereADefaultWouldStandIn() {
        Schema schema =
                new Schema.Parser()
                        .parse(
                                """
                                {"type": "record", "name": "R", "fields": [
                                  {"name": "a", "type": ["long", "null"], "default": 7}]}
                                """);
        org.apache.kafka.connect.data.Schema connect = data.toConnectSchema(schema);
        GenericRecord record =
                (GenericRecord) data.toAvro(connect, new Struct(connect).put("a", null));
        assertThat(record).isNotNull();
        assertThat(Objects.requireNonNull(record).get("a")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'enum','name':'E','symbols':['A']} | the type enum",
                "{'type':'fixed','name':'F','size':4} | the type fixed",
                "{'type':'float'} | the type float",
                "['null','long','string'] | a union",
                "{'type':'map','values':'string'} | a map",
                "{'type':'long','logicalType':'timestamp-micros'} | timestamp-micros",
                "{'type':'array','items':'R'} | contains itself"
            })
    void namesTypeAndFieldOfWhatItDoesNotKnow(String type, String what) {
        Schema schema =
                new Schema.Parser()
                        .parse(
                                """
                                {'type':'record','name':'R','fields':[{'name':'outer','type':
                                {'type':'record','name':'I','fields':[{'name':'inner','type':%s}]}}]}
                                """
                                        .formatted(type)
                                        .replace('\'', '"'));
        assertThatThrownBy(() -> data.toConnectSchema(schema))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("outer.inner")
                .hasMessageContaining(what);
    }

    @Test
    void namesWhatAvroCannotTakeBack() {
        org.apache.kafka.connect.data.Schema schema =
                SchemaBuilder.struct().name("R").field("f", SchemaBuilder.int8().build()).build();
        assertThatThrownBy(() -> data.toAvroSchema(schema))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Field f")
                .hasMessageContaining("INT8");
    }

    private static byte[] encode(Schema schema, GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        return out.toByteArray();
    }

    private static GenericRecord decode(Schema schema, byte[] bytes) throws IOException {
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }
}
