package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class DocumentVersionTest {
    private static final long NOW = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    private static long version(TimestampType type, long time, long offset) {
        return DocumentVersion.of(
                new SinkRecord("t", 0, null, "k", null, null, offset, time, type));
    }

    @Test
    void risesWithTheOffsetWithinAMillisecond() {
        assertThat(version(TimestampType.LOG_APPEND_TIME, NOW, 8))
                .isGreaterThan(version(TimestampType.LOG_APPEND_TIME, NOW, 7));
    }

    @Test
    void risesWithTheTimeInATopicThatBeganAnew() {
        assertThat(version(TimestampType.LOG_APPEND_TIME, NOW + 1, 0))
                .isGreaterThan(version(TimestampType.LOG_APPEND_TIME, NOW, 123_456_789_012L));
    }

    @Test
    void isTheOffsetWhereTheTimeIsTheProducers() {
        assertThat(version(TimestampType.CREATE_TIME, NOW, 7)).isEqualTo(7);
        assertThat(DocumentVersion.of(new SinkRecord("t", 0, null, "k", null, null, 9)))
                .isEqualTo(9);
    }

    @Test
    void isPositiveForCenturies() {
        long year2240 = Instant.parse("2240-01-01T00:00:00Z").toEpochMilli();
        assertThat(version(TimestampType.LOG_APPEND_TIME, year2240, Long.MAX_VALUE)).isPositive();
    }
}
