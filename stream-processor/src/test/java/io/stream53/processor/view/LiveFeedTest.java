package io.stream53.processor.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.DnsTransaction;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveFeedTest {
    private final LiveFeed feed = new LiveFeed();

    @Test
    void passesOnWhatTheFilterTakes() throws Exception {
        try (LiveWatch watch = watch(10)) {
            feed.offer(transaction("a"));
            feed.offer(transaction("b"));
            DnsTransaction first = watch.next(0);
            assertThat(first == null ? "" : first.getId()).isEqualTo("a");
            assertThat(watch.next(0)).isNull();
            assertThat(watch.takeDropped()).isZero();
        }
    }

    @Test
    void whatIsAboveTheRateIsDroppedAndCounted() throws Exception {
        try (LiveWatch watch = watch(2)) {
            for (int i = 0; i < 100; i++) {
                feed.offer(transaction("a"));
            }
            assertThat(watch.takeDropped()).isBetween(90L, 98L);
            assertThat(watch.takeDropped()).isZero();
            assertThat(watch.next(0)).isNotNull();
        }
    }

    @Test
    void whatIsNotReadIsDroppedAndNobodyWaits() {
        try (LiveWatch watch = watch(1_000_000)) {
            for (int i = 0; i < 5_000; i++) {
                feed.offer(transaction("a"));
            }
            assertThat(watch.takeDropped()).isEqualTo(4_000);
        }
    }

    @Test
    void soManyMayWatchAndThenOneHasToGo() {
        LiveWatch first = watch(1);
        assertThat(feed.watch(transaction -> true, 1, 1)).isEmpty();
        first.close();
        assertThat(feed.watching()).isZero();
        Optional<LiveWatch> second = feed.watch(transaction -> true, 1, 1);
        assertThat(second).isPresent();
    }

    private LiveWatch watch(int perSecond) {
        return feed.watch(transaction -> transaction.getId().equals("a"), perSecond, 10)
                .orElseThrow();
    }

    private static DnsTransaction transaction(String id) {
        DnsTransaction transaction = new DnsTransaction();
        transaction.setId(id);
        return transaction;
    }
}
