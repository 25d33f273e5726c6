package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.RETRANSMISSIONS;
import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.StateCodec.Kind.*;
import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsPacket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is drained before a commit, and what comes back from it. */
class StateTest {
    private final Play play = new Play();
    private final StateMap state = new StateMap();

    private void drain() {
        play.matcher.drain(state);
    }

    /** A matcher that goes on from the state. */
    private Play restored() {
        Play next = new Play(Play.SETTINGS, CounterSet.fromBytes(play.counters.toBytes()));
        state.restore(next.matcher, new Random(1));
        return next;
    }

    @Test
    void neverWritesAQueryThatWasAnsweredBetweenTwoDrains() {
        for (int i = 0; i < 100; i++) {
            play.see(Msg.query("a.test").at(i).port(i), Msg.response("a.test").at(i).port(i));
        }
        drain();
        assertThat(state.writes()).isZero();
    }

    @Test
    void writesAPendingQueryOnceAndDeletesItOnceAnswered() {
        play.see(Msg.query("a.test").at(0));
        drain();
        drain();
        assertThat(state.puts).isEqualTo(1);
        play.see(Msg.response("a.test").at(1));
        drain();
        drain();
        assertThat(state.deletes).isEqualTo(1);
        assertThat(state.entries).isEmpty();
    }

    @Test
    void keepsTheTombstoneOfAnAnsweredQueryWhenItsIdIsReused() {
        play.see(Msg.query("a.test").at(0));
        drain();
        play.see(Msg.response("a.test").at(0), Msg.query("a.test").at(0));
        drain();
        assertThat(state.count(QUERY)).isEqualTo(1);
        play.see(Msg.response("a.test").at(1));
        drain();
        assertThat(state.entries).isEmpty();
    }

    @Test
    void deletesAWrittenQueryThatWasSeenAgainAndAnsweredBeforeTheNextDrain() {
        play.see(Msg.query("a.test").at(0));
        drain();
        play.see(Msg.query("a.test").at(1), Msg.response("a.test").at(2));
        drain();
        assertThat(state.entries).isEmpty();
    }

    @Test
    void writesAQueryAgainWhenItWasSeenAgain() {
        play.see(Msg.query("a.test").at(0));
        drain();
        play.see(Msg.query("a.test").at(1).size(41), Msg.query("a.test").at(2).size(42));
        drain();
        assertThat(state.puts).isEqualTo(2);
        Transaction transaction = restored().see(Msg.response("a.test").at(3)).end().takeOne();
        assertThat(transaction.retransmissions()).isEqualTo(2);
        assertThat(transaction.queryBytes()).isEqualTo(40 + 41 + 42);
        assertThat(transaction.query()).isEqualTo(Msg.query("a.test").at(0).packet());
    }

    @Test
    void keepsSeveralQueriesUnderOneKeyApart() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.query("b.test").at(1),
                Msg.query("c.test").at(2).protocol("doh"),
                Msg.query("c.test").at(2).protocol("doh"));
        drain();
        assertThat(state.count(QUERY)).isEqualTo(4);
        assertThat(restored().end().take())
                .hasSize(4)
                .extracting(Transaction::id)
                .containsExactlyInAnyOrderElementsOf(
                        play.end().take().stream().map(Transaction::id).toList());
    }

    @Test
    void restoresAZoneTransferInProgressWithItsSums() {
        play.see(
                Msg.query("z.test").type(252).at(0),
                Msg.response("z.test").type(252).at(4_000).size(10));
        drain();
        play.see(Msg.responseWithoutQuestion().at(8_000).size(20));
        drain();
        Play next = restored();
        assertThat(next.matcher.heldResponses()).isEqualTo(1);
        next.see(Msg.responseWithoutQuestion().at(8_000 + TIMEOUT).size(30))
                .watermark(8_000 + 2 * TIMEOUT);
        assertThat(next.take()).isEmpty();
        Transaction transaction = next.end().takeOne();
        assertThat(transaction.responses()).isEqualTo(3);
        assertThat(transaction.responseBytes()).isEqualTo(60);
        assertThat(transaction.endUs()).isEqualTo(8_000 + TIMEOUT);
        assertThat(transaction.response())
                .isNotNull()
                .extracting(response -> response.getTimestampUs())
                .isEqualTo(4_000L);
    }

    @Test
    void restoresHeldResponsesWithWhatTheyWere() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.response("b.test").at(10),
                Msg.response("c.test").at(10).port(1));
        drain();
        assertThat(state.count(EARLY)).isEqualTo(2);
        Play next = restored().see(Msg.query("c.test").at(5).port(1));
        assertThat(next.takeOne().status()).isEqualTo(ANSWERED);
        assertThat(next.end().takeStatuses()).containsExactlyInAnyOrder(UNANSWERED, MISMATCHED);
    }

    @Test
    void restoresExpiredQueriesSoThatLateResponsesNameThem() {
        Transaction unanswered =
                play.see(Msg.query("a.test").at(0)).watermark(TIMEOUT + 1).takeOne();
        drain();
        assertThat(state.count(EXPIRED)).isEqualTo(1);
        Transaction late = restored().see(Msg.response("a.test").at(TIMEOUT + 9)).takeOne();
        assertThat(late.status()).isEqualTo(LATE);
        assertThat(late.unansweredId()).isEqualTo(unanswered.id());
    }

    @Test
    void deletesExpiredQueriesOnceTheyAreForgotten() {
        play.see(Msg.query("a.test").at(0)).watermark(TIMEOUT + 1);
        drain();
        play.watermark(2 * TIMEOUT + 1);
        drain();
        assertThat(state.count(EXPIRED)).isZero();
    }

    @Test
    void restoresTheNodesWithTheirRunAndWatermark() {
        play.watermark("ns1", 1_000);
        drain();
        play.watermark("ns1", 2_000);
        drain();
        drain();
        assertThat(state.puts).isEqualTo(2);
        Play next = restored();
        next.matcher.drain(state);
        assertThat(state.puts).isEqualTo(2);
    }

    @Test
    void holdsNothingOnceTheRunHasEnded() {
        play.see(
                Msg.query("a.test").at(0),
                Msg.query("z.test").type(252).at(0),
                Msg.response("z.test").type(252).at(1),
                Msg.response("b.test").at(10));
        play.watermark(100);
        drain();
        play.watermark(TIMEOUT + 1);
        drain();
        play.end();
        drain();
        assertThat(state.entries).isEmpty();
    }

    @Test
    void goesOnCountingFromRestoredRetransmissions() {
        play.see(Msg.query("a.test").at(0));
        drain();
        Play next = restored();
        next.see(Msg.query("a.test").at(9));
        assertThat(next.count(RETRANSMISSIONS)).isEqualTo(1);
        next.matcher.drain(state);
        assertThat(state.entries).hasSize(1);
    }

    @Test
    void refusesAnEntryItDoesNotKnow() {
        byte[] foreign = {Matcher.FIRST_FREE_STATE_PREFIX, 1};
        assertThatThrownBy(() -> play.matcher.restore(foreign, new byte[] {1}, Msg::decode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a state key");
        byte[] node = StateCodec.nodeKey("ns1");
        assertThatThrownBy(() -> play.matcher.restore(node, new byte[] {99}, Msg::decode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version");
    }

    @Test
    void refusesEntriesThatBreakOff() {
        play.see(Msg.query("a.test").at(0), Msg.response("b.test").at(0).port(7)).watermark(1);
        drain();
        play.watermark(TIMEOUT + 1);
        drain();
        state.entries.forEach(
                (key, value) -> {
                    for (int length = 0; length < value.length; length++) {
                        restoresOrRefuses(key, Arrays.copyOf(value, length));
                    }
                    for (int length = 0; length < key.length; length++) {
                        restoresOrRefuses(Arrays.copyOf(key, length), value);
                    }
                    // a length that is not there, wherever the layout has one
                    for (int at = 1; at + 4 <= Math.min(value.length, 64); at++) {
                        byte[] damaged = value.clone();
                        Arrays.fill(damaged, at, at + 4, (byte) 0x7f);
                        restoresOrRefuses(key, damaged);
                    }
                });
    }

    private static void restoresOrRefuses(byte[] key, byte[] value) {
        try {
            new Play().matcher.restore(key, value, StateTest::decode);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageMatching(".+");
        }
    }

    /** What the decoder of packets throws is not the question. */
    private static DnsPacket decode(byte[] stored) {
        try {
            return Msg.decode(stored);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("no packet", e);
        }
    }
}
