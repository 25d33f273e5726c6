package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.DUPLICATE_RESPONSES;
import static io.stream53.processor.match.Play.SKEW;
import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Rule 3: responses that answer nothing pending. */
class Rule3UnaskedResponseTest {
    private final Play play = new Play();

    @Nested
    class Mismatched {
        @Test
        void keepsTheQueryWhenTheResponseQuestionDiffers() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("evil.test").at(5),
                    Msg.response("a.test").at(9));
            assertThat(play.takeOne().durationNs()).isEqualTo(9_000);
            Transaction mismatched = play.end().takeOne();
            assertThat(mismatched.status()).isEqualTo(MISMATCHED);
            assertThat(mismatched.query()).isNull();
            assertThat(mismatched.startUs()).isEqualTo(5);
        }

        @Test
        void isUnsolicitedOnceNothingIsPendingUnderTheKey() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("a.test").at(5),
                    Msg.response("b.test").at(6));
            assertThat(play.end().takeStatuses()).containsExactly(ANSWERED, UNSOLICITED);
        }

        @Test
        void isUnsolicitedWhenAllPendingHadTimedOutByEventTime() {
            play.see(Msg.query("a.test").at(0), Msg.response("b.test").at(TIMEOUT + 1)).end();
            assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, UNSOLICITED);
        }

        @Test
        void isMismatchedAtExactlyTheTimeout() {
            play.see(Msg.query("a.test").at(0), Msg.response("b.test").at(TIMEOUT)).end();
            assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, MISMATCHED);
        }

        @Test
        void isMismatchedWhenItArrivedBeforeTheQueryThatWasPendingAtItsTime() {
            play.see(Msg.response("b.test").at(10), Msg.query("a.test").at(9)).end();
            assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, MISMATCHED);
        }

        @Test
        void isUnsolicitedWhenTheOtherQueryCameAfterIt() {
            play.see(Msg.response("b.test").at(10), Msg.query("a.test").at(11)).end();
            assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, UNSOLICITED);
        }

        @Test
        void comparesTheOpcodeToo() {
            play.see(Msg.query("a.test").at(0), Msg.response("a.test").opcode(5).at(1)).end();
            assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, MISMATCHED);
        }
    }

    @Nested
    class Duplicates {
        @Test
        void countsASecondResponseToAnAnsweredQuery() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("a.test").at(5),
                    Msg.response("a.test").at(6),
                    Msg.response("a.test").at(5 + TIMEOUT));
            play.takeOne();
            assertThat(play.count(DUPLICATE_RESPONSES)).isEqualTo(2);
            assertThat(play.end().take()).isEmpty();
        }

        @Test
        void forgetsTheAnsweredQueryAfterTheTimeout() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("a.test").at(5),
                    Msg.response("a.test").at(5 + TIMEOUT + 1));
            assertThat(play.end().takeStatuses()).containsExactly(ANSWERED, UNSOLICITED);
        }

        @Test
        void countsASecondResponseWithoutQuestion() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.responseWithoutQuestion().at(5),
                    Msg.responseWithoutQuestion().at(6),
                    Msg.response("a.test").at(7));
            assertThat(play.end().takeStatuses()).containsExactly(ANSWERED);
            assertThat(play.count(DUPLICATE_RESPONSES)).isEqualTo(2);
        }

        @Test
        void belongsToTheYoungestAnswerOfAReusedId() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("a.test").at(5),
                    Msg.query("a.test").at(4_000),
                    Msg.response("a.test").at(4_005),
                    Msg.response("a.test").at(4_000 + TIMEOUT));
            assertThat(play.end().takeStatuses()).containsExactly(ANSWERED, ANSWERED);
            assertThat(play.count(DUPLICATE_RESPONSES)).isEqualTo(1);
        }

        @Test
        void isUnsolicitedWhenItsTimeIsBeforeTheQuery() {
            play.see(
                    Msg.query("a.test").at(1_000),
                    Msg.response("a.test").at(1_005),
                    Msg.response("a.test").at(1_000 - SKEW),
                    Msg.response("a.test").at(1_000 - SKEW - 1));
            assertThat(play.end().takeStatuses()).containsExactly(ANSWERED, UNSOLICITED);
            assertThat(play.count(DUPLICATE_RESPONSES)).isEqualTo(1);
        }
    }

    @Nested
    class Unsolicited {
        @Test
        void isAResponseThatNothingAskedFor() {
            Transaction transaction = play.see(Msg.response("a.test").at(7)).end().takeOne();
            assertThat(transaction.status()).isEqualTo(UNSOLICITED);
            assertThat(transaction.query()).isNull();
            assertThat(transaction.startUs()).isEqualTo(7);
            assertThat(transaction.durationNs()).isNull();
            assertThat(transaction.responses()).isEqualTo(1);
            assertThat(transaction.responseBytes()).isEqualTo(100);
        }

        @Test
        void hasAnIdOfItsOwnThoughAnotherIsAlikeToTheMicrosecond() {
            play.see(Msg.response("a.test").at(7), Msg.response("a.test").at(7)).end();
            assertThat(play.take()).extracting(Transaction::id).doesNotHaveDuplicates().hasSize(2);
        }
    }

    @Nested
    class Late {
        @Test
        void namesTheUnansweredTransaction() {
            Transaction unanswered =
                    play.see(Msg.query("a.test").at(0)).watermark(TIMEOUT + 1).takeOne();
            Transaction late = play.see(Msg.response("a.test").at(TIMEOUT + 50)).takeOne();
            assertThat(late.status()).isEqualTo(LATE);
            assertThat(late.unansweredId()).isEqualTo(unanswered.id());
            assertThat(late.query()).isNull();
        }

        @Test
        void isLateByEventTimeThoughNoWatermarkCame() {
            play.see(Msg.query("a.test").at(0), Msg.response("a.test").at(TIMEOUT + 1));
            assertThat(play.takeStatuses()).containsExactly(UNANSWERED, LATE);
        }

        @Test
        void isAnsweredAtExactlyTheTimeout() {
            play.see(Msg.query("a.test").at(0)).watermark(TIMEOUT);
            play.see(Msg.response("a.test").at(TIMEOUT));
            assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
        }

        @Test
        void isLateForTheTimeoutAndThenUnsolicited() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("a.test").at(2 * TIMEOUT),
                    Msg.response("a.test").at(2 * TIMEOUT + 1));
            assertThat(play.end().takeStatuses()).containsExactly(UNANSWERED, LATE, UNSOLICITED);
        }

        @Test
        void isUnsolicitedTwoTimeoutsLaterThoughTheQueryHadNotBeenExpired() {
            play.see(Msg.query("a.test").at(0), Msg.response("a.test").at(2 * TIMEOUT + 1));
            assertThat(play.end().takeStatuses()).containsExactly(UNANSWERED, UNSOLICITED);
        }

        @Test
        void makesEachLateResponseATransaction() {
            play.see(
                    Msg.query("a.test").at(0),
                    Msg.response("a.test").at(TIMEOUT + 1),
                    Msg.response("a.test").at(TIMEOUT + 1),
                    Msg.response("a.test").at(TIMEOUT + 2));
            assertThat(play.take()).hasSize(4).extracting(Transaction::id).doesNotHaveDuplicates();
        }

        @Test
        void isLateWithoutQuestionToo() {
            play.see(Msg.query("a.test").at(0), Msg.responseWithoutQuestion().at(TIMEOUT + 1));
            assertThat(play.takeStatuses()).containsExactly(UNANSWERED, LATE);
        }

        @Test
        void isLateAfterAnOverflowToo() {
            for (int i = 0; i < 17; i++) {
                play.see(Msg.query("q" + i + ".test").at(i));
            }
            Transaction overflowed = play.takeOne();
            Transaction late = play.see(Msg.response("q0.test").at(20)).takeOne();
            assertThat(late.status()).isEqualTo(LATE);
            assertThat(late.unansweredId()).isEqualTo(overflowed.id());
        }

        @Test
        void answersAYoungerQueryRatherThanBeingLateForAnOlder() {
            play.see(Msg.query("a.test").at(0), Msg.query("a.test").at(TIMEOUT + 1));
            play.take();
            play.see(Msg.response("a.test").at(TIMEOUT + 5));
            assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
        }
    }
}
