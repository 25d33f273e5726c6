package io.stream53.processor.match;

import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rule 5: a query without a response is UNANSWERED, by its node's watermark. */
class Rule5TimeoutTest {
    private final Play play = new Play();

    @Test
    void isUnansweredOnceTheWatermarkHasPassedTheTimeout() {
        play.see(Msg.query("a.test").at(1_000)).watermark(1_000 + TIMEOUT);
        assertThat(play.take()).isEmpty();
        Transaction transaction = play.watermark(1_000 + TIMEOUT + 1).takeOne();
        assertThat(transaction.status()).isEqualTo(UNANSWERED);
        assertThat(transaction.cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(transaction.response()).isNull();
        assertThat(transaction.responses()).isZero();
        assertThat(transaction.durationNs()).isNull();
        assertThat(transaction.endUs()).isEqualTo(1_000);
    }

    @Test
    void expiresOnlyTheNodesOwnQueries() {
        play.see(Msg.query("a.test").at(0), Msg.query("a.test").at(0).node("ns2"));
        assertThat(play.watermark("ns2", 1_000_000).takeOne().query())
                .extracting(query -> query.getNode())
                .isEqualTo("ns2");
        assertThat(play.matcher.pendingQueries()).isEqualTo(1);
    }

    @Test
    void expiresByTheQuerysNodeWhereASiteStandsInForTheNodeInTheKey() {
        play.see(Msg.query("a.test").at(0).node("tap-in").site("fra"));
        assertThat(play.watermark("tap-out", 1_000_000).take()).isEmpty();
        play.see(Msg.response("a.test").at(10).node("tap-out").site("fra"));
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void expiresInOrderOfTimeThoughArrivalsWereNot() {
        long[] times = {50, 20, 90, 10, 70};
        for (int i = 0; i < times.length; i++) {
            play.see(Msg.query("a.test").at(times[i]).port(i));
        }
        play.watermark(TIMEOUT + 60);
        assertThat(play.take()).extracting(Transaction::startUs).containsExactly(10L, 20L, 50L);
        play.watermark(TIMEOUT + 100);
        assertThat(play.take()).extracting(Transaction::startUs).containsExactly(70L, 90L);
    }

    @Test
    void endOfARunExpiresEverything() {
        play.see(
                Msg.query("a.test").at(Long.MAX_VALUE).port(1),
                Msg.query("a.test").at(0).port(2),
                Msg.response("b.test").at(Long.MAX_VALUE).port(3));
        play.end();
        assertThat(play.takeStatuses()).containsExactly(UNANSWERED, UNANSWERED, UNSOLICITED);
        assertThat(play.matcher.pending()).isZero();
        StateMap state = new StateMap();
        play.matcher.drain(state);
        assertThat(state.entries).isEmpty();
    }

    @Test
    void watermarkDoesNotGoBackWithinARun() {
        play.watermark(10_000);
        play.see(Msg.query("a.test").at(1_000)).watermark(2_000);
        assertThat(play.takeOne().status()).isEqualTo(UNANSWERED);
    }

    @Test
    void newRunOfANodeStartsItsWatermarkAnew() {
        play.matcher.advance("ns1", 1, 1_000_000, 1);
        play.see(Msg.query("a.test").at(100));
        play.matcher.advance("ns1", 2, 200, 1);
        assertThat(play.take()).isEmpty();
        assertThat(play.see(Msg.response("a.test").at(210)).takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void lostNodeExpiresWithItsCause() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.query("a.test").at(0).node("ns2"),
                Msg.response("b.test").at(0));
        play.matcher.nodeLost("ns1");
        play.assertBalanced();
        assertThat(play.take())
                .extracting(Transaction::status, Transaction::cause)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(UNANSWERED, Cause.NODE_LOST),
                        org.assertj.core.groups.Tuple.tuple(MISMATCHED, null));
        assertThat(play.matcher.pendingQueries()).isEqualTo(1);
    }

    @Test
    void unknownNodeIsLostWithoutHarm() {
        play.matcher.nodeLost("nobody");
        assertThat(play.take()).isEmpty();
    }
}
