package io.stream53.processor.match;

import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.ledger.ProcessorCounter;
import org.junit.jupiter.api.Test;

/**
 * Rule 0: every message with a header takes part, malformed or not; with several questions the
 * first counts. What is shorter never leaves the agent ({@code FrameDecoderTest}).
 */
class Rule0MessageTest {
    private final Play play = new Play();

    @Test
    void joinsAMalformedQueryToAMalformedResponse() {
        Msg query = Msg.query("a.test").at(0);
        query.packet().setDefect("malformed");
        query.packet().setDefectSection("additional");
        Msg response = Msg.response("a.test").at(10);
        response.packet().setDefect("malformed");
        response.packet().setDefectSection("answer");
        assertThat(play.see(query, response).takeStatuses()).containsExactly(ANSWERED);
    }

    @Test
    void countsAMessageOfWhichOnlyTheHeaderCanBeRead() {
        play.see(Msg.query("").at(0).unreadable(), Msg.response("").at(10).id(2).unreadable())
                .end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, UNSOLICITED);
        assertThat(play.count(ProcessorCounter.PACKETS_READ)).isEqualTo(2);
        play.assertBalanced();
    }

    @Test
    void takesTheFirstOfSeveralQuestions() {
        Msg query = Msg.query("first.test").at(0);
        query.packet().setQuestionCount(2);
        Msg other = Msg.response("second.test").at(5);
        other.packet().setQuestionCount(2);
        Msg response = Msg.response("first.test").at(10);
        response.packet().setQuestionCount(2);
        play.see(query, other, response).end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(ANSWERED, MISMATCHED);
    }
}
