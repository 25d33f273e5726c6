package io.stream53.agent.source;

/**
 * What the timestamps of a pcapng interface count: units of a second, from some second on.
 *
 * @param resolution {@code if_tsresol}: with the highest bit 0, units are 10^-resolution seconds,
 *     with it 1, 2^-(the other bits)
 * @param offsetSeconds {@code if_tsoffset}: seconds to add
 */
record TimestampScale(int resolution, long offsetSeconds) {
    /** Microseconds, from 1970 on: what holds where nothing else is said. */
    static final TimestampScale DEFAULT = new TimestampScale(6, 0);

    /** The end of the year 9999; a transaction's id has no room for more than 900 years beyond. */
    static final long MAX_US = 253_402_300_799_999_999L;

    private static final long MILLION = 1_000_000;
    private static final int BINARY = 0x80;

    /** Powers of ten, unsigned: all that a long holds. */
    private static final long[] POWERS = powers();

    /**
     * Microseconds since 1970, rounded down. What is before, or after the year 9999, becomes the
     * nearest time that is neither.
     *
     * @param ticks unsigned
     */
    long microseconds(long ticks) {
        if (resolution == 6 && offsetSeconds == 0) {
            return ticks < 0 || ticks > MAX_US ? MAX_US : ticks;
        }
        return (resolution & BINARY) == 0 ? decimal(ticks, resolution) : binary(ticks);
    }

    private long decimal(long ticks, int digits) {
        if (digits >= 20) {
            // 2^64 ticks are less than a second.
            return at(0, digits - 6 < 20 ? Long.divideUnsigned(ticks, power(digits - 6)) : 0);
        }
        long unit = power(digits);
        long rest = Long.remainderUnsigned(ticks, unit);
        long micros =
                digits <= 6
                        ? rest * power(6 - digits)
                        : Long.divideUnsigned(rest, power(digits - 6));
        return at(Long.divideUnsigned(ticks, unit), micros);
    }

    private long binary(long ticks) {
        int bits = resolution & ~BINARY;
        if (bits == 0) {
            return at(ticks, 0);
        }
        long rest = bits < 64 ? ticks & ((1L << bits) - 1) : ticks;
        // The product has 84 bits, of which those from this place on are whole microseconds.
        long high = Math.unsignedMultiplyHigh(rest, MILLION);
        long low = rest * MILLION;
        long micros =
                bits < 64 ? high << (64 - bits) | low >>> bits : high >>> Math.min(63, bits - 64);
        return at(bits < 64 ? ticks >>> bits : 0, micros);
    }

    /**
     * @param seconds unsigned
     * @param micros fewer than a million
     */
    private long at(long seconds, long micros) {
        long most = MAX_US / MILLION;
        if (seconds < 0 || seconds > 2 * most) {
            // A negative offset could bring it back, but no clock counts like that.
            return MAX_US;
        }
        long offset = Math.clamp(offsetSeconds, -3 * most, 3 * most);
        return Math.clamp((seconds + offset) * MILLION + micros, 0, MAX_US);
    }

    private static long power(int exponent) {
        return POWERS[exponent];
    }

    private static long[] powers() {
        long[] powers = new long[20];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
