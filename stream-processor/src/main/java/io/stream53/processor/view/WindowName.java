package io.stream53.processor.view;

import io.stream53.schema.TldCount;
import java.time.Duration;

/**
 * A window of counts.
 *
 * @param startMs milliseconds since the epoch, a whole minute or hour
 */
public record WindowName(long startMs, long lengthMs) {
    public static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();
    public static final long HOUR_MS = Duration.ofHours(1).toMillis();

    static WindowName of(TldCount count) {
        long startMs = count.getTimestamp().toEpochMilli();
        return new WindowName(startMs, count.getWindowEnd().toEpochMilli() - startMs);
    }

    boolean isHour() {
        return lengthMs == HOUR_MS;
    }
}
