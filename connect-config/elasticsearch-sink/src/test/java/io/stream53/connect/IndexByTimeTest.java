package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

class IndexByTimeTest {

    private static SinkRecord record(Object value) {
        return new SinkRecord("dns.enriched", 3, null, "k", null, value, 7);
    }

    private static IndexByTime<SinkRecord> transform(Map<String, String> settings) {
        IndexByTime<SinkRecord> transform = new IndexByTime<>();
        transform.configure(settings);
        return transform;
    }

    @Test
    void namesTheTopicByTheEventsTimeAndKeepsTheRest() {
        try (IndexByTime<SinkRecord> transform =
                transform(
                        Map.of(
                                "index.pattern", "dns-enriched-{yyyy.MM.dd}",
                                "index.window.past", "off",
                                "index.window.future", "off"))) {
            SinkRecord record = record(new AvroData().toStruct(SampleRecords.transaction()));
            SinkRecord renamed = transform.apply(record);
            assertThat(renamed.topic()).isEqualTo("dns-enriched-2026.11.22");
            assertThat(renamed.originalTopic()).isEqualTo("dns.enriched");
            assertThat(renamed.kafkaOffset()).isEqualTo(7);
            assertThat(renamed.value()).isSameAs(record.value());
        }
    }

    @Test
    void readsNestedFieldsAndLongsAndValuesWithoutSchema() {
        try (IndexByTime<SinkRecord> transform =
                transform(
                        Map.of(
                                "index.pattern",
                                "{topic}-{yyyy}",
                                "field",
                                "event.start",
                                "index.window.past",
                                "off"))) {
            assertThat(transform.apply(record(Map.of("event", Map.of("start", 0L)))).topic())
                    .isEqualTo("dns.enriched-1970");
            assertThatThrownBy(() -> transform.apply(record(Map.of("event", "x"))))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("event.start");
        }
    }

    @Test
    void leavesTombstonesAlone() {
        try (IndexByTime<SinkRecord> transform = transform(Map.of("index.pattern", "x"))) {
            SinkRecord tombstone = new SinkRecord("t", 0, null, "k", null, null, 1);
            assertThat(transform.apply(tombstone)).isSameAs(tombstone);
        }
    }

    @Test
    @SuppressWarnings("rawtypes") // A class literal has no type argument.
    void isFoundByServiceLoading() {
        assertThat(ServiceLoader.load(Transformation.class).stream())
                .anyMatch(provider -> provider.type().equals(IndexByTime.class));
        assertThat(ServiceLoader.load(Converter.class).stream())
                .anyMatch(provider -> provider.type().equals(AvroConverter.class));
        assertThat(ServiceLoader.load(SinkConnector.class).stream())
                .anyMatch(provider -> provider.type().equals(ElasticsearchSinkConnector.class));
    }
}
