package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroSerializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AvroConverterTest {
    private static final String TOPIC = "dns.enriched";

    private TestRegistry registry;
    private AvroConverter converter;

    @BeforeEach
    void start() {
        registry = TestRegistry.start();
        converter = new AvroConverter();
        converter.configure(settings(), false);
    }

    @AfterEach
    void stop() {
        converter.close();
        registry.close();
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("schema.registry.url", registry.url());
        settings.put("max.retries", "0");
        // As a worker-wide setting for consumers may have it.
        settings.put("specific.avro.reader", "true");
        return settings;
    }

    private byte[] serialized() {
        try (AvroSerializer<DnsTransaction> serializer = new AvroSerializer<>()) {
            serializer.configure(settings(), false);
            return serializer.serialize(TOPIC, SampleRecords.transaction());
        }
    }

    @Test
    void readsWhatTheSerializerWroteAsTheStructOfTheSpecificRecord() {
        SchemaAndValue read = converter.toConnectData(TOPIC, serialized());
        assertThat(read.value()).isEqualTo(new AvroData().toStruct(SampleRecords.transaction()));
    }

    @Test
    void writesWhatItReadsWithEqualBytesButForTheId() {
        byte[] bytes = serialized();
        SchemaAndValue read = converter.toConnectData(TOPIC, bytes);
        byte[] written = converter.fromConnectData("other", read.schema(), read.value());
        assertThat(java.util.Arrays.copyOfRange(written, 5, written.length))
                .isEqualTo(java.util.Arrays.copyOfRange(bytes, 5, bytes.length));
        assertThat(converter.toConnectData("other", written).value()).isEqualTo(read.value());
    }

    @Test
    void handsOverAvroRecordsAsTheyAreWhenToldTo() {
        byte[] bytes = serialized();
        Map<String, Object> settings = settings();
        settings.put("avro.records", "true");
        AvroConverter keeping = new AvroConverter();
        keeping.configure(settings, false);
        SchemaAndValue kept = keeping.toConnectData(TOPIC, bytes);
        SchemaAndValue struct = converter.toConnectData(TOPIC, bytes);
        assertThat(kept.schema()).isEqualTo(struct.schema());
        assertThat(kept.value()).isInstanceOf(GenericRecord.class);

        DocumentWriter writer = new DocumentWriter();
        assertThat(writer.write(new RecordValue(kept.schema(), kept.value())))
                .isEqualTo(writer.write(new RecordValue(struct.schema(), struct.value())))
                .isEqualTo(writer.write(SampleRecords.transaction()));
        assertThat(keeping.fromConnectData(TOPIC, kept.schema(), kept.value())).isEqualTo(bytes);
        assertThat(keeping.toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
        keeping.close();
    }

    @Test
    void keepsTombstones() {
        assertThat(converter.toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
        assertThat(converter.fromConnectData(TOPIC, null, null)).isNull();
    }

    @Test
    void blamesTheRecordForBytesThatAreNotAvro() {
        assertThatThrownBy(() -> converter.toConnectData(TOPIC, new byte[] {1, 2, 3}))
                .isInstanceOf(DataException.class);
        byte[] unknownId = {0, 0, 0, 0, 99, 2};
        assertThatThrownBy(() -> converter.toConnectData(TOPIC, unknownId))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("99");
    }

    @Test
    void neverBlamesTheRecordForTheRegistry() {
        byte[] bytes = serialized();
        AvroConverter fresh = new AvroConverter();
        Map<String, Object> apart = settings();
        apart.put("http.read.timeout.ms", "4000");
        fresh.configure(apart, false);
        registry.failNext(1, 503);
        assertThatThrownBy(() -> fresh.toConnectData(TOPIC, bytes))
                .isInstanceOf(RetriableException.class);
        registry.failNext(1, 401);
        assertThatThrownBy(() -> fresh.toConnectData(TOPIC, bytes))
                .isInstanceOf(RetriableException.class);
        assertThat(fresh.toConnectData(TOPIC, bytes).value()).isNotNull();
        fresh.close();
    }
}
