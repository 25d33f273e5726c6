package io.stream53.processor.match;

import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 1: a response answers the oldest pending query with its key, opcode and question. */
class Rule1QuestionTest {
    private final Play play = new Play();

    @Test
    void joinsAResponseToTheQueryWithItsKeyAndQuestion() {
        Msg query = Msg.query("a.test").at(1_000);
        Msg response = Msg.response("a.test").at(1_700);
        Transaction transaction = play.see(query, response).takeOne();
        assertThat(transaction.status()).isEqualTo(ANSWERED);
        assertThat(transaction.query()).isSameAs(query.packet());
        assertThat(transaction.response()).isSameAs(response.packet());
        assertThat(transaction.startUs()).isEqualTo(1_000);
        assertThat(transaction.endUs()).isEqualTo(1_700);
        assertThat(transaction.durationNs()).isEqualTo(700_000);
        assertThat(transaction.responses()).isEqualTo(1);
        assertThat(transaction.queryBytes()).isEqualTo(40);
        assertThat(transaction.responseBytes()).isEqualTo(100);
        assertThat(play.matcher.pending()).isZero();
    }

    @Test
    void keepsQueriesUnderDifferentKeysApart() {
        play.see(
                Msg.query("a.test").at(0).port(1),
                Msg.query("a.test").at(1).port(2),
                Msg.query("a.test").at(2).id(9),
                Msg.query("a.test").at(3).node("ns2"));
        assertThat(play.matcher.pending()).isEqualTo(4);
        assertThat(play.see(Msg.response("a.test").at(10).port(2)).takeOne().startUs())
                .isEqualTo(1);
        assertThat(play.see(Msg.response("a.test").at(10).id(9)).takeOne().startUs()).isEqualTo(2);
        assertThat(play.see(Msg.response("a.test").at(10).node("ns2")).takeOne().startUs())
                .isEqualTo(3);
    }

    @Test
    void tellsQuestionsUnderOneKeyApartByNameTypeClassAndOpcode() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.query("b.test").at(1),
                Msg.query("a.test").at(2).type(28),
                Msg.query("a.test").at(3).cls(3),
                Msg.query("a.test").at(4).opcode(4));
        play.see(
                Msg.response("a.test").at(10).opcode(4),
                Msg.response("a.test").at(11).cls(3),
                Msg.response("a.test").at(12).type(28),
                Msg.response("b.test").at(13),
                Msg.response("a.test").at(14));
        assertThat(play.take())
                .extracting(Transaction::startUs)
                .containsExactly(4L, 3L, 2L, 1L, 0L);
    }

    @Test
    void takesAQuestionAbsentOnBothSidesAsEqual() {
        play.see(Msg.queryWithoutQuestion().at(0), Msg.responseWithoutQuestion().at(5));
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void matchesAResponseWithoutQuestionByKeyAndOpcodeToTheOldest() {
        play.see(
                Msg.query("old.test").at(0).opcode(4),
                Msg.query("a.test").at(1),
                Msg.query("b.test").at(2),
                Msg.responseWithoutQuestion().at(5));
        assertThat(play.takeOne().query()).extracting(q -> q.getQuestionName()).isEqualTo("a.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"malformed", "cut"})
    void matchesAResponseWhoseQuestionCannotBeReadByKeyAndOpcode(String how) {
        Msg response = Msg.response("a.te").at(5);
        Msg unreadable = how.equals("cut") ? response.cutBehindName() : response.unreadable();
        play.see(Msg.query("a.test").at(0), unreadable);
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void matchesAQueryWhoseQuestionCannotBeReadByKeyAndOpcode() {
        play.see(Msg.query("").unreadable().at(0), Msg.response("a.test").at(5));
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void doesNotMatchAQueryWithoutQuestionToAResponseWithOne() {
        play.see(Msg.queryWithoutQuestion().at(0), Msg.response("a.test").at(5)).end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, MISMATCHED);
    }

    @Test
    void comparesTheFirstOfSeveralQuestions() {
        Msg query = Msg.query("a.test").at(0);
        query.packet().setQuestionCount(2);
        play.see(query, Msg.response("a.test").at(5));
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void answersAReusedIdAnew() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.response("a.test").at(5),
                Msg.query("a.test").at(50),
                Msg.response("a.test").at(57));
        assertThat(play.take()).extracting(Transaction::durationNs).containsExactly(5_000L, 7_000L);
    }
}
