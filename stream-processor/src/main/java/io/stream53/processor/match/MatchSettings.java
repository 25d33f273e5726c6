package io.stream53.processor.match;

import java.time.Duration;

/**
 * The matcher's limits. The sets are bounded for each matcher, that is for each partition.
 *
 * @param timeout how long a query waits for its response, and how long answered and expired queries
 *     are remembered
 * @param skew how much earlier than its query a response may seem to be, by time or by arrival
 * @param maxPending queries waiting at once; with about 400 bytes of heap for each
 * @param maxPendingPerKey queries waiting at once under one transaction key; responses held, too
 * @param maxEarly responses held at once
 * @param maxRemembered answered queries remembered at once, and as many expired ones; with about 70
 *     and 250 bytes of heap for each
 */
public record MatchSettings(
        Duration timeout,
        Duration skew,
        int maxPending,
        int maxPendingPerKey,
        int maxEarly,
        int maxRemembered) {

    public static final MatchSettings DEFAULT =
            new MatchSettings(
                    Duration.ofSeconds(5), Duration.ofMillis(200), 200_000, 16, 20_000, 200_000);

    public MatchSettings {
        requirePositive("match.timeout", timeout.toMillis());
        if (skew.isNegative()) {
            throw new IllegalArgumentException("match.skew must not be negative, but is " + skew);
        }
        requirePositive("match.max-pending", maxPending);
        requirePositive("match.max-pending-per-key", maxPendingPerKey);
        requirePositive("match.max-early", maxEarly);
        requirePositive("match.max-remembered", maxRemembered);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
    }

    long timeoutUs() {
        return micros(timeout);
    }

    long skewUs() {
        return micros(skew);
    }

    private static long micros(Duration duration) {
        return Math.addExact(
                Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1000);
    }
}
