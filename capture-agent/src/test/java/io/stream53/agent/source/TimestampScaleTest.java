package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampScaleTest {
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** The same with numbers of any size. */
    private static long expected(long ticks, int resolution, long offset) {
        BigInteger unit =
                resolution < 0x80
                        ? BigInteger.TEN.pow(resolution)
                        : BigInteger.TWO.pow(resolution - 0x80);
        BigInteger micros =
                new BigInteger(Long.toUnsignedString(ticks))
                        .multiply(MILLION)
                        .divide(unit)
                        .add(BigInteger.valueOf(offset).multiply(MILLION));
        return micros.max(BigInteger.ZERO)
                .min(BigInteger.valueOf(TimestampScale.MAX_US))
                .longValueExact();
    }

    @Test
    void agreesWithExactArithmeticForEveryResolution() {
        Random random = new Random(53);
        for (int resolution = 0; resolution < 256; resolution++) {
            for (int i = 0; i < 200; i++) {
                long ticks = random.nextLong() >>> random.nextInt(64);
                long offset = (random.nextLong() >> 34) * (i % 3);

                assertThat(new TimestampScale(resolution, offset).microseconds(ticks))
                        .as(
                                "%s ticks of %s from %s",
                                Long.toUnsignedString(ticks), resolution, offset)
                        .isEqualTo(expected(ticks, resolution, offset));
            }
        }
    }

    @Test
    void whatNoClockTellsBecomesTheNearestTimeThatOneDoes() {
        assertThat(new TimestampScale(6, Long.MIN_VALUE).microseconds(1)).isZero();
        assertThat(new TimestampScale(6, Long.MAX_VALUE).microseconds(1))
                .isEqualTo(TimestampScale.MAX_US);
        assertThat(new TimestampScale(0, 0).microseconds(-1)).isEqualTo(TimestampScale.MAX_US);
        assertThat(new TimestampScale(0x80, 0).microseconds(-1)).isEqualTo(TimestampScale.MAX_US);
        assertThat(new TimestampScale(6, 0).microseconds(-1)).isEqualTo(TimestampScale.MAX_US);
    }
}
