package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexWindowTest {
    private static final Instant SEEN = Instant.parse("2026-11-22T12:00:00Z");

    private static IndexWindow window(Map<String, String> settings) {
        ConfigDef definition = new ConfigDef();
        IndexWindow.define(definition);
        return IndexWindow.of(new AbstractConfig(definition, settings, false));
    }

    private static SinkRecord record(Instant event, @Nullable Instant seen) {
        return new SinkRecord(
                "dns.enriched",
                0,
                null,
                "k",
                null,
                Map.of("timestamp", event.toEpochMilli()),
                1,
                seen == null ? null : seen.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME);
    }

    private static IndexNames names(IndexWindow window) {
        return new IndexNames(
                IndexPatterns.of(List.of("dns-enriched-{yyyy.MM.dd}")),
                new TimeField("timestamp"),
                window,
                InstantSource.fixed(SEEN));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-23T12:00:00Z, dns-enriched-2026.10.23",
        "2026-10-23T11:59:59.999Z, dns-enriched-outside",
        "2026-11-23T12:00:00Z, dns-enriched-2026.11.23",
        "2026-11-23T12:00:00.001Z, dns-enriched-outside",
        "1970-01-01T00:00:00Z, dns-enriched-outside",
        "+12345-01-01T00:00:00Z, dns-enriched-outside"
    })
    void whatIsThirtyDaysOldOrADayAheadHasAnIndexByItsTime(Instant event, String index) {
        IndexNames.Named named = names(window(Map.of())).of(record(event, SEEN));
        assertThat(named.index()).isEqualTo(index);
        assertThat(named.outside()).isEqualTo(index.endsWith("outside"));
    }

    @Test
    void aRecordDeliveredAgainMuchLaterGoesToTheSameIndex() {
        // What counts is the time that the broker gave it, not the clock.
        Instant event = Instant.parse("2020-01-05T00:00:00Z");
        assertThat(names(window(Map.of())).of(record(event, event.plusSeconds(1))).index())
                .isEqualTo("dns-enriched-2020.01.05");
    }

    @Test
    void theClockDecidesWhereARecordHasNoTime() {
        assertThat(names(window(Map.of())).of(record(SEEN, null)).outside()).isFalse();
        assertThat(names(window(Map.of())).of(record(Instant.EPOCH, null)).outside()).isTrue();
    }

    @Test
    void eachEndCanBeSwitchedOff() {
        IndexNames any =
                names(window(Map.of("index.window.past", "off", "index.window.future", "off")));
        assertThat(any.of(record(Instant.EPOCH, SEEN)).index())
                .isEqualTo("dns-enriched-1970.01.01");
        IndexNames old = names(window(Map.of("index.window.past", "off")));
        assertThat(old.of(record(Instant.EPOCH, SEEN)).outside()).isFalse();
        assertThat(old.of(record(SEEN.plusSeconds(90_000), SEEN)).outside()).isTrue();
        IndexNames hours = names(window(Map.of("index.window.past", "36h")));
        assertThat(hours.of(record(SEEN.minusSeconds(36 * 3_600), SEEN)).outside()).isFalse();
        assertThat(hours.of(record(SEEN.minusSeconds(36 * 3_600 + 1), SEEN)).outside()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "-1d", "1 d", "P30D", "1w"})
    void refusesWhatIsNoDuration(String value) {
        assertThatThrownBy(() -> window(Map.of("index.window.past", value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("index.window.past");
    }

    @Test
    void theTransformForOtherConnectorsDoesTheSame() {
        try (IndexByTime<SinkRecord> transform = new IndexByTime<>()) {
            transform.configure(Map.of("index.pattern", "{topic}-{yyyy.MM.dd.HH}"));
            assertThat(transform.apply(record(SEEN, SEEN)).topic())
                    .isEqualTo("dns.enriched-2026.11.22.12");
            assertThat(transform.apply(record(Instant.EPOCH, SEEN)).topic())
                    .isEqualTo("dns.enriched-outside");
            transform.configure(Map.of("index.pattern", "x-{yyyy}", "index.window.past", "off"));
            assertThat(transform.apply(record(Instant.EPOCH, SEEN)).topic()).isEqualTo("x-1970");
        }
    }
}
