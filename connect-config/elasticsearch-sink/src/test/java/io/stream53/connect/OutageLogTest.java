package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageLogTest {
    private static final String FULL =
            "429 cluster_block_exception: index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage"
                    + " exceeded flood-stage watermark]";

    private final AtomicLong now = new AtomicLong();
    private final OutageLog log = new OutageLog(now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void saysOnceAMinuteThatWritesWait() {
        assertThat(log.failed(5, "429 busy")).isTrue();
        assertThat(log.failed(5, "429 busy")).isFalse();
        log.worked();
        assertThat(log.failed(5, "429 busy")).isFalse();
        pass(Duration.ofMinutes(1));
        assertThat(log.failed(5, "429 busy")).isTrue();
    }

    @Test
    void aFullDiskIsSaidForItself() {
        assertThat(log.failed(5, "429 busy")).isTrue();
        assertThat(log.failed(5, FULL)).isTrue();
        pass(Duration.ofMinutes(9));
        assertThat(log.failed(5, FULL)).isFalse();
        pass(Duration.ofMinutes(1));
        assertThat(log.failed(5, FULL)).isTrue();
    }
}
