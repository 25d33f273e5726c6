package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexPatternTest {

    @ParameterizedTest
    @CsvSource({
        "dns-enriched-{yyyy.MM.dd}, 2026-11-22T23:59:59.999Z, dns-enriched-2026.11.22",
        "dns-enriched-{yyyy.MM.dd}, 2026-11-23T00:00:00Z, dns-enriched-2026.11.23",
        "dns-enriched-{yyyy.MM.dd.HH}, 2026-11-22T23:59:59.999Z, dns-enriched-2026.11.22.23",
        "dns-enriched-{yyyy.MM.dd.HH}, 2026-11-23T00:00:00Z, dns-enriched-2026.11.23.00",
        "dns-enriched-{yyyy.MM.dd't'HH}, 2026-11-23T07:00:00Z, dns-enriched-2026.11.23t07",
        "dns-tld-counts-{yyyy.MM}, 2015-01-31T12:00:00Z, dns-tld-counts-2015.01",
        "{topic}, 2026-11-22T00:00:00Z, dns.enriched",
        "{topic}-{yyyy}-x, 2026-11-22T00:00:00Z, dns.enriched-2026-x",
        "plain, 2026-11-22T00:00:00Z, plain"
    })
    void fillsInTopicAndTimeInUtc(String pattern, Instant time, String index) {
        assertThat(IndexPattern.of(pattern).name("DNS.enriched", time)).isEqualTo(index);
    }

    @ParameterizedTest
    @CsvSource({
        "dns-enriched-{yyyy.MM.dd}, dns-enriched-outside",
        "dns-enriched-{yyyy.MM.dd.HH}, dns-enriched-outside",
        "{topic}-{yyyy}-{MM}-x, dns.enriched-outside",
        "{yyyy}-dns, outside"
    })
    void namesOneIndexForTimesThatAreNotBelieved(String pattern, String index) {
        assertThat(IndexPattern.of(pattern).outside("DNS.enriched")).isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Upper", "_under", "-dash", ".dot", "a b", "a*", "a/b", "a#", "{}x{"})
    void refusesPatternsThatGiveNoIndexName(String pattern) {
        assertThatThrownBy(() -> IndexPattern.of(pattern)).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+12345-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"})
    void blamesTheRecordForATimeThatGivesNoUsualName(Instant time) {
        IndexPattern pattern = IndexPattern.of("x-{uuuu.MM}");
        if (time.isAfter(Instant.EPOCH)) {
            assertThat(pattern.name("t", time)).isEqualTo("x-+12345.01");
        } else {
            assertThat(pattern.name("t", time)).isEqualTo("x--0001.01");
        }
        assertThatThrownBy(() -> IndexPattern.of("{topic}").name("_t", time))
                .isInstanceOf(DataException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-{yyyy.MM.dd}", "x-{yyyy.MM.dd.HH}", "x-{HH.mm}", "x-{ss}", "x-{A}"})
    void namesEachTimeAnewHoweverOftenItIsAsked(String text) {
        IndexPattern asked = IndexPattern.of(text);
        Instant time = Instant.parse("1969-12-31T22:59:59.500Z");
        for (int i = 0; i < 5_000; i++) {
            assertThat(asked.name("t", time)).isEqualTo(IndexPattern.of(text).name("t", time));
            time = time.plusMillis(977 + i);
        }
        IndexPattern ofTopic = IndexPattern.of("{topic}-{yyyy}");
        assertThat(ofTopic.name("a", time)).startsWith("a-");
        assertThat(ofTopic.name("b", time)).startsWith("b-");
    }
}
