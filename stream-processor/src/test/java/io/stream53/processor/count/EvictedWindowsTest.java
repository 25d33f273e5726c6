package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EvictedWindowsTest {
    private static final long MINUTE = Windows.LENGTH_MS;

    private final EvictedWindows evicted = new EvictedWindows();

    @Test
    void rangesOfTheFirstLayoutAreTakenOver() {
        evicted.readRanges(
                new ByteReader(
                        new ByteWriter()
                                .varint(2)
                                .i64(0)
                                .i64(2 * MINUTE)
                                .i64(9 * MINUTE)
                                .i64(9 * MINUTE)
                                .toBytes()));
        assertThat(evicted.contains(2 * MINUTE)).isTrue();
        assertThat(evicted.contains(3 * MINUTE)).isFalse();
        assertThat(evicted.contains(9 * MINUTE)).isTrue();
    }

    @Test
    void rangesOfMoreWindowsThanWereKeptAreRefusedAtOnce() {
        ByteWriter out = new ByteWriter().varint(1000);
        for (int i = 0; i < 1000; i++) {
            out.i64(0).i64((1L << 20) * MINUTE - MINUTE);
        }
        ByteReader in = new ByteReader(out.toBytes());
        assertThatThrownBy(() -> evicted.readRanges(in))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
