package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    private static final Percentage BOUND = Percentage.withPercentage(0.8);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void quantilesAreWithinTheBoundOfTheExactOnes(long seed) {
        Random random = new Random(seed);
        long[] exact = new long[20_000];
        Histogram times = new Histogram();
        for (int i = 0; i < exact.length; i++) {
            // Some 20 microseconds to some seconds, most about a millisecond.
            exact[i] = (long) Math.exp(14 + 1.5 * random.nextGaussian());
            times.add(exact[i]);
        }
        Arrays.sort(exact);

        for (double share : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
            long expected = exact[(int) Math.ceil(share * exact.length) - 1];
            assertThat(times.quantiles(share)[0]).as("at %s", share).isCloseTo(expected, BOUND);
        }
    }

    @Test
    void aSingleTimeIsExact() {
        Histogram times = new Histogram();
        times.add(1_234_567);

        assertThat(times.quantiles(0.5)[0]).isEqualTo(1_234_567);
        assertThat(times.quantiles(0.99)[0]).isEqualTo(1_234_567);
    }

    @Test
    void coversEveryLong() {
        for (int bit = 0; bit < 63; bit++) {
            for (long value : new long[] {(1L << bit) - 1, 1L << bit, (1L << bit) + 1}) {
                Histogram times = new Histogram();
                times.add(0);
                times.add(value);
                times.add(Long.MAX_VALUE);
                assertThat(times.quantiles(0.5)[0]).isCloseTo(value, within(value / 128 + 1));
            }
        }
    }

    @Test
    void negativeTimesCountAsZero() {
        Histogram times = new Histogram();
        times.add(-5);

        assertThat(times.quantiles(1)[0]).isZero();
    }

    @Test
    void nothingCountedHasNoQuantile() {
        assertThatThrownBy(() -> new Histogram().quantiles(0.5))
                .isInstanceOf(IllegalStateException.class);
    }
}
