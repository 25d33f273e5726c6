package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.OVERFLOWED;
import static io.stream53.ledger.ProcessorCounter.RETRANSMISSIONS;
import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 2: a query seen again is a retransmission; another question is another transaction. */
class Rule2RetransmissionTest {
    private final Play play = new Play();

    @Test
    void countsARepeatedQueryAndLetsTimeRunFromTheFirst() {
        play.see(
                Msg.query("a.test").at(0).size(40),
                Msg.query("a.test").at(1_000).size(41),
                Msg.query("a.test").at(2_000).size(42),
                Msg.response("a.test").at(2_010));
        Transaction transaction = play.takeOne();
        assertThat(transaction.retransmissions()).isEqualTo(2);
        assertThat(transaction.durationNs()).isEqualTo(2_010_000);
        assertThat(transaction.queryBytes()).isEqualTo(40 + 41 + 42);
        assertThat(play.count(RETRANSMISSIONS)).isEqualTo(2);
    }

    @Test
    void doesNotProlongTheTimeoutByRetransmission() {
        play.see(Msg.query("a.test").at(0), Msg.query("a.test").at(4_000)).watermark(TIMEOUT + 1);
        Transaction transaction = play.takeOne();
        assertThat(transaction.status()).isEqualTo(UNANSWERED);
        assertThat(transaction.retransmissions()).isEqualTo(1);
    }

    @Test
    void makesAnotherQuestionUnderTheKeyATransactionOfItsOwn() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.query("b.test").at(1),
                Msg.response("b.test").at(2),
                Msg.response("a.test").at(3));
        assertThat(play.takeStatuses()).containsExactly(ANSWERED, ANSWERED);
        assertThat(play.count(RETRANSMISSIONS)).isZero();
    }

    @Test
    void countsARepeatedQueryUntilExactlyTheTimeout() {
        play.see(Msg.query("a.test").at(0), Msg.query("a.test").at(TIMEOUT));
        assertThat(play.count(RETRANSMISSIONS)).isEqualTo(1);
    }

    @Test
    void startsANewTransactionWithAQueryAfterTheTimeout() {
        play.see(Msg.query("a.test").at(0), Msg.query("a.test").at(TIMEOUT + 1));
        Transaction transaction = play.takeOne();
        assertThat(transaction.status()).isEqualTo(UNANSWERED);
        assertThat(transaction.cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(play.matcher.pendingQueries()).isEqualTo(1);
        assertThat(play.see(Msg.response("a.test").at(TIMEOUT + 3)).takeOne().startUs())
                .isEqualTo(TIMEOUT + 1);
    }

    @Test
    void countsARetransmissionThatOvertookItsQuery() {
        play.see(
                Msg.query("a.test").at(1_000),
                Msg.query("a.test").at(900),
                Msg.response("a.test").at(1_100));
        assertThat(play.takeOne().retransmissions()).isEqualTo(1);
    }

    @Test
    void countsTheRepetitionOfAQueryThatCannotBeRead() {
        play.see(Msg.query("").unreadable().at(0), Msg.query("").unreadable().at(10));
        assertThat(play.count(RETRANSMISSIONS)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"doh", "doq"})
    void queuesIdenticalQuestionsOverHttpAndQuic(String protocol) {
        play.see(
                Msg.query("a.test").at(0).protocol(protocol),
                Msg.query("a.test").at(10).protocol(protocol),
                Msg.query("a.test").at(10).protocol(protocol),
                Msg.response("a.test").at(20).protocol(protocol),
                Msg.response("a.test").at(21).protocol(protocol),
                Msg.response("a.test").at(22).protocol(protocol));
        assertThat(play.take())
                .allMatch(transaction -> transaction.status() == ANSWERED)
                .extracting(Transaction::durationNs)
                .containsExactly(20_000L, 11_000L, 12_000L);
        assertThat(play.count(RETRANSMISSIONS)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"doh", "doq"})
    void queuesAtMostSixteenIdenticalQuestions(String protocol) {
        for (int i = 0; i < 18; i++) {
            play.see(Msg.query("a.test").at(i).protocol(protocol));
        }
        assertThat(play.take())
                .allMatch(transaction -> transaction.cause() == Cause.OVERFLOW)
                .extracting(Transaction::startUs)
                .containsExactly(0L, 1L);
        for (int i = 0; i < 17; i++) {
            play.see(Msg.response("a.test").at(100 + i).protocol(protocol));
        }
        assertThat(play.take())
                .filteredOn(transaction -> transaction.status() == ANSWERED)
                .extracting(Transaction::startUs)
                .containsExactlyElementsOf(
                        java.util.stream.LongStream.range(2, 18).boxed().toList());
        assertThat(play.count(RETRANSMISSIONS)).isZero();
    }

    @Test
    void keepsAtMostSixteenPendingUnderAKey() {
        for (int i = 0; i < 17; i++) {
            play.see(Msg.query("q" + i + ".test").at(i));
        }
        Transaction transaction = play.takeOne();
        assertThat(transaction.status()).isEqualTo(UNANSWERED);
        assertThat(transaction.cause()).isEqualTo(Cause.OVERFLOW);
        assertThat(transaction.startUs()).isZero();
        assertThat(play.matcher.pendingQueries()).isEqualTo(16);
        assertThat(play.count(OVERFLOWED)).isEqualTo(1);
    }

    @Test
    void givesTimeoutAsTheCauseWhenTheOldestUnderAKeyHadTimedOut() {
        for (int i = 0; i < 16; i++) {
            play.see(Msg.query("q" + i + ".test").at(i));
        }
        play.see(Msg.query("new.test").at(TIMEOUT + 1));
        assertThat(play.takeOne().cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(play.count(OVERFLOWED)).isZero();
    }
}
