package io.stream53.processor.match;

import static io.stream53.processor.match.Play.SKEW;
import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule 4: a response may come before its query. */
class Rule4EarlyResponseTest {
    private final Play play = new Play();

    @Test
    void answersTheQueryThatArrivesAfterItsResponse() {
        play.see(Msg.response("a.test").at(1_010));
        assertThat(play.take()).isEmpty();
        Transaction transaction = play.see(Msg.query("a.test").at(1_000)).takeOne();
        assertThat(transaction.status()).isEqualTo(ANSWERED);
        assertThat(transaction.durationNs()).isEqualTo(10_000);
    }

    @Test
    void givesNoDurationWhenTheResponseWasCapturedBeforeItsQuery() {
        play.see(Msg.response("a.test").at(1_000), Msg.query("a.test").at(1_000 + SKEW));
        Transaction transaction = play.takeOne();
        assertThat(transaction.status()).isEqualTo(ANSWERED);
        assertThat(transaction.durationNs()).isNull();
        assertThat(transaction.startUs()).isEqualTo(1_000 + SKEW);
        assertThat(transaction.endUs()).isEqualTo(1_000);
    }

    @Test
    void givesNoDurationWhenTheQueryArrivedFirstWithALaterTime() {
        play.see(Msg.query("a.test").at(1_000 + SKEW), Msg.response("a.test").at(1_000));
        assertThat(play.takeOne().durationNs()).isNull();
    }

    @Test
    void doesNotAnswerAQueryThatIsLaterThanTheSkew() {
        play.see(Msg.response("a.test").at(1_000), Msg.query("a.test").at(1_000 + SKEW + 1)).end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNSOLICITED, UNANSWERED);
    }

    @Test
    void doesNotAnswerAPendingQueryThatIsLaterThanTheSkew() {
        play.see(Msg.query("a.test").at(1_000 + SKEW + 1), Msg.response("a.test").at(1_000)).end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNSOLICITED, UNANSWERED);
    }

    @Test
    void holdsTheResponseUntilTheWatermarkHasPassedTheSkew() {
        play.see(Msg.response("a.test").at(1_000)).watermark(1_000 + SKEW);
        assertThat(play.take()).isEmpty();
        assertThat(play.watermark(1_000 + SKEW + 1).takeOne().status()).isEqualTo(UNSOLICITED);
    }

    @Test
    void takesTheOldestOfSeveralAndLeavesTheOthers() {
        play.see(
                Msg.response("a.test").at(1_020),
                Msg.response("a.test").at(1_010),
                Msg.query("a.test").at(1_000));
        assertThat(play.takeOne().durationNs()).isEqualTo(10_000);
        assertThat(play.matcher.pending()).isEqualTo(1);
    }

    @Test
    void matchesAHeldResponseWithoutQuestionByKey() {
        play.see(Msg.responseWithoutQuestion().at(10), Msg.query("a.test").at(9));
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void answersFromAResponseThatSeemedMismatched() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.response("b.test").at(10),
                Msg.query("b.test").at(9));
        assertThat(play.takeOne().query()).extracting(q -> q.getQuestionName()).isEqualTo("b.test");
    }

    @Test
    void floodOfUnsolicitedResponsesPushesOutNoQuery() {
        Play small =
                new Play(
                        new MatchSettings(
                                Duration.ofMillis(5), Duration.ofNanos(200_000), 10, 16, 4, 10));
        for (int i = 0; i < 10; i++) {
            small.see(Msg.query("a.test").at(i).port(i));
        }
        for (int i = 0; i < 100; i++) {
            small.see(Msg.response("flood.test").at(50).port(1_000 + i));
        }
        assertThat(small.matcher.pendingQueries()).isEqualTo(10);
        assertThat(small.takeStatuses()).hasSize(96).containsOnly(UNSOLICITED);
        for (int i = 0; i < 10; i++) {
            small.see(Msg.response("a.test").at(60).port(i));
        }
        assertThat(small.takeStatuses()).hasSize(10).containsOnly(ANSWERED);
    }

    @Test
    void holdsAtMostSixteenUnderAKey() {
        for (int i = 0; i < 40; i++) {
            play.see(Msg.response("flood.test").at(i));
        }
        assertThat(play.matcher.heldResponses()).isEqualTo(16);
        assertThat(play.end().take())
                .hasSize(24 + 16)
                .extracting(Transaction::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void leavesAResponseThatIsTooLateForTheQueryThatFollowed() {
        play.see(Msg.response("a.test").at(TIMEOUT + 1), Msg.query("a.test").at(0)).end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, UNSOLICITED);
    }
}
