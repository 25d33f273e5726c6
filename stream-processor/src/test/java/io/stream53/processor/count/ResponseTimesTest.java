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

class ResponseTimesTest {
    private static final Percentage BOUND = Percentage.withPercentage(0.8);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void quantilesAreWithinTheBoundOfTheExactOnes(long seed) {
        Random random = new Random(seed);
        long[] exact = new long[20_000];
        ResponseTimes times = new ResponseTimes();
        for (int i = 0; i < exact.length; i++) {
            // Some 20 microseconds to some seconds, most about a millisecond.
            exact[i] = (long) Math.exp(14 + 1.5 * random.nextGaussian());
            times.add(exact[i]);
        }
        Arrays.sort(exact);

        for (double share : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
            long expected = exact[(int) Math.ceil(share * exact.length) - 1];
            assertThat(times.quantile(share)).as("at %s", share).isCloseTo(expected, BOUND);
        }
    }

    @Test
    void aSingleTimeIsExact() {
        ResponseTimes times = new ResponseTimes();
        times.add(1_234_567);

        assertThat(times.quantile(0.5)).isEqualTo(1_234_567);
        assertThat(times.quantile(0.99)).isEqualTo(1_234_567);
    }

    @Test
    void coversEveryLong() {
        for (int bit = 0; bit < 63; bit++) {
            for (long value : new long[] {(1L << bit) - 1, 1L << bit, (1L << bit) + 1}) {
                ResponseTimes times = new ResponseTimes();
                times.add(0);
                times.add(value);
                times.add(Long.MAX_VALUE);
                assertThat(times.quantile(0.5)).isCloseTo(value, within(value / 128 + 1));
            }
        }
    }

    @Test
    void negativeTimesCountAsZero() {
        ResponseTimes times = new ResponseTimes();
        times.add(-5);

        assertThat(times.quantile(1)).isZero();
    }

    @Test
    void nothingCountedHasNoQuantile() {
        assertThatThrownBy(() -> new ResponseTimes().quantile(0.5))
                .isInstanceOf(IllegalStateException.class);
    }
}
