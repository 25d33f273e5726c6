package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.DUPLICATE_RESPONSES;
import static io.stream53.ledger.ProcessorCounter.RETRANSMISSIONS;
import static io.stream53.ledger.ProcessorCounter.TRANSFER_RESPONSES;
import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 6: a zone transfer is one transaction with many responses. */
class Rule6TransferTest {
    private static final int AXFR = 252;
    private final Play play = new Play();

    private static Msg query(long us) {
        return Msg.query("zone.test").type(AXFR).at(us);
    }

    private static Msg response(long us) {
        return Msg.response("zone.test").type(AXFR).at(us);
    }

    @ParameterizedTest
    @ValueSource(ints = {251, 252})
    void isOneTransactionWithItsResponsesCountedAndTheirBytesSummed(int type) {
        Msg first = Msg.response("zone.test").type(type).at(10).size(Integer.MAX_VALUE);
        play.see(
                Msg.query("zone.test").type(type).at(0),
                first,
                Msg.response("zone.test").type(type).at(20).size(Integer.MAX_VALUE),
                Msg.responseWithoutQuestion().at(30).size(7));
        assertThat(play.take()).isEmpty();
        assertThat(play.matcher.heldResponses()).isEqualTo(1);
        Transaction transaction = play.end().takeOne();
        assertThat(transaction.status()).isEqualTo(ANSWERED);
        assertThat(transaction.responses()).isEqualTo(3);
        assertThat(transaction.responseBytes()).isEqualTo(2L * Integer.MAX_VALUE + 7);
        assertThat(transaction.response())
                .isNotNull()
                .extracting(response -> response.getTimestampUs())
                .isEqualTo(10L);
        assertThat(transaction.endUs()).isEqualTo(30);
        assertThat(play.count(TRANSFER_RESPONSES)).isEqualTo(2);
    }

    @Test
    void restartsTheTimerWithEachMessage() {
        play.see(query(0), response(4_000)).watermark(TIMEOUT + 1);
        play.see(response(4_000 + TIMEOUT)).watermark(4_000 + 2 * TIMEOUT);
        assertThat(play.take()).isEmpty();
        Transaction transaction = play.watermark(4_000 + 2 * TIMEOUT + 1).takeOne();
        assertThat(transaction.responses()).isEqualTo(2);
        assertThat(transaction.endUs()).isEqualTo(4_000 + TIMEOUT);
    }

    @Test
    void endsByEventTimeWhenAMessageComesAfterItsTimer() {
        play.see(query(0), response(10), response(10 + TIMEOUT + 1));
        assertThat(play.takeOne().responses()).isEqualTo(1);
        assertThat(play.end().takeOne().status()).isEqualTo(UNSOLICITED);
    }

    @Test
    void isUnansweredWithoutAnyResponse() {
        assertThat(play.see(query(0)).end().takeOne().status()).isEqualTo(UNANSWERED);
    }

    @Test
    void countsMessagesAfterItsEndAsDuplicates() {
        play.see(query(0), response(10)).watermark(10 + TIMEOUT + 1);
        play.take();
        play.see(response(10 + TIMEOUT));
        assertThat(play.count(DUPLICATE_RESPONSES)).isEqualTo(1);
    }

    @Test
    void countsTheQuerySeenAgainWhileItRuns() {
        play.see(query(0), response(4_000), query(6_000), response(6_100));
        assertThat(play.count(RETRANSMISSIONS)).isEqualTo(1);
        assertThat(play.end().takeOne().responses()).isEqualTo(2);
    }

    @Test
    void takesAllResponsesThatCameBeforeTheQuery() {
        play.see(response(12), response(11), query(10), response(13));
        Transaction transaction = play.end().takeOne();
        assertThat(transaction.responses()).isEqualTo(3);
        assertThat(transaction.endUs()).isEqualTo(13);
        assertThat(play.count(TRANSFER_RESPONSES)).isEqualTo(2);
    }

    @Test
    void isAnsweredAsFarAsItWentWhenItsNodeIsLost() {
        play.see(query(0), response(10), response(20));
        play.matcher.nodeLost("ns1");
        play.assertBalanced();
        assertThat(play.takeOne().responses()).isEqualTo(2);
    }

    @Test
    void mismatchesAResponseWithAnotherQuestionUnderItsKey() {
        play.see(query(0), response(10), Msg.response("evil.test").at(11)).end();
        assertThat(play.takeStatuses()).containsExactlyInAnyOrder(ANSWERED, MISMATCHED);
    }
}
