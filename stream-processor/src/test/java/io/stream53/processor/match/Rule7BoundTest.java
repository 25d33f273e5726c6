package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.OVERFLOWED;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule 7: what is pending, held and remembered is bounded. */
class Rule7BoundTest {
    private static final MatchSettings TINY =
            new MatchSettings(Duration.ofMillis(5), Duration.ofNanos(200_000), 3, 16, 3, 2);
    private final Play play = new Play(TINY);

    @Test
    void pushesOutTheOldestWithItsCauseWhenThePendingSetIsFull() {
        for (int i = 0; i < 5; i++) {
            play.see(Msg.query("a.test").at(i).port(i));
        }
        assertThat(play.take())
                .allMatch(transaction -> transaction.cause() == Cause.OVERFLOW)
                .extracting(Transaction::startUs)
                .containsExactly(0L, 1L);
        assertThat(play.matcher.pendingQueries()).isEqualTo(3);
        assertThat(play.count(OVERFLOWED)).isEqualTo(2);
    }

    @Test
    void pushesOutWhatArrivedFirstWhicheverNodesClockIsAhead() {
        play.see(
                Msg.query("a.test").at(9_000_000).node("fast"),
                Msg.query("a.test").at(0).port(1),
                Msg.query("a.test").at(1).port(2),
                Msg.query("a.test").at(2).port(3));
        assertThat(play.takeOne().query()).extracting(query -> query.getNode()).isEqualTo("fast");
    }

    @Test
    void remembersTheLastExpiredQueriesOnly() {
        for (int i = 0; i < 3; i++) {
            play.see(Msg.query("a.test").at(i).port(i));
        }
        play.watermark(5_100);
        play.take();
        for (int i = 0; i < 3; i++) {
            play.see(Msg.response("a.test").at(5_200).port(i));
        }
        assertThat(play.end().takeStatuses()).containsExactly(LATE, LATE, UNSOLICITED);
    }

    @Test
    void remembersTheLastAnsweredQueriesOnly() {
        for (int i = 0; i < 3; i++) {
            play.see(Msg.query("a.test").at(i).port(i), Msg.response("a.test").at(i).port(i));
        }
        play.take();
        for (int i = 0; i < 3; i++) {
            play.see(Msg.response("a.test").at(100).port(i));
        }
        assertThat(play.end().takeStatuses()).containsExactly(UNSOLICITED);
    }

    @Test
    void settlesTheOldestHeldResponseWhenTooManyAreHeld() {
        for (int i = 0; i < 4; i++) {
            play.see(Msg.response("a.test").at(i).port(i));
        }
        assertThat(play.takeOne().startUs()).isZero();
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new MatchSettings(Duration.ZERO, Duration.ZERO, 1, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("match.timeout");
        assertThatThrownBy(
                        () ->
                                new MatchSettings(
                                        Duration.ofSeconds(1), Duration.ofMillis(-1), 1, 1, 1, 1))
                .hasMessageContaining("match.skew");
    }
}
