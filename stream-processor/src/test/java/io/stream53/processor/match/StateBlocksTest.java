package io.stream53.processor.match;

import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.StateCodec.Kind.BLOCK;
import static io.stream53.processor.match.StateCodec.Kind.GONE;
import static io.stream53.processor.match.StateCodec.Kind.QUERY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many entries share a record of the state. */
class StateBlocksTest {
    private final Play play = new Play();
    private final StateMap state = new StateMap();

    private void ask(int from, int to) {
        for (int port = from; port < to; port++) {
            play.see(Msg.query("a.test").port(port).at(0));
        }
    }

    private void answer(int from, int to) {
        for (int port = from; port < to; port++) {
            play.see(Msg.response("a.test").port(port).at(1));
        }
    }

    private void drain() {
        play.matcher.drain(state);
    }

    private long records(StateCodec.Kind kind) {
        return state.entries.keySet().stream().filter(k -> StateCodec.Kind.of(k) == kind).count();
    }

    /** Transactions of a matcher that goes on from the state, once the run ends. */
    private List<Transaction> restored() {
        Play next = new Play(Play.SETTINGS, CounterSet.fromBytes(play.counters.toBytes()));
        state.entries.forEach((key, value) -> next.matcher.restore(key, value, Msg::decode));
        List<Transaction> transactions = next.end().take();
        next.matcher.drain(state);
        assertThat(state.entries).as("all that was restored is deleted in its time").isEmpty();
        return transactions;
    }

    @Test
    void whatIsInFlightAtACommitTakesARecordForSixtyFourAndOneForTheirEnd() {
        ask(0, 640);
        drain();
        assertThat(state.puts).isEqualTo(10);
        answer(0, 640);
        drain();
        assertThat(state.deletes).isEqualTo(10);
        assertThat(state.writes()).isEqualTo(20);
    }

    @Test
    void whatIsGoneOfABlockIsTakenNoteOfAndNotRestored() {
        ask(0, 64);
        drain();
        answer(3, 5);
        drain();
        answer(60, 61);
        drain();
        assertThat(records(BLOCK)).isEqualTo(1);
        assertThat(records(GONE)).isEqualTo(1);
        assertThat(restored())
                .hasSize(61)
                .extracting(t -> t.first().getClientPort())
                .doesNotContain(3, 4, 60);
    }

    @Test
    void onceHalfOfABlockIsGoneTheRestMovesToAnother() {
        ask(0, 64);
        drain();
        answer(0, 10);
        drain();
        answer(10, 32);
        drain();
        assertThat(records(GONE)).isZero();
        assertThat(records(BLOCK)).isEqualTo(1);
        assertThat(state.count(QUERY)).isEqualTo(32);
        ask(100, 101);
        answer(32, 64);
        drain();
        assertThat(state.count(QUERY)).isEqualTo(1);
        assertThat(restored()).extracting(t -> t.first().getClientPort()).containsExactly(100);
    }

    @Test
    void whatChangesIsWrittenAnewAndOnce() {
        ask(0, 8);
        drain();
        play.see(Msg.query("a.test").port(2).at(5), Msg.query("a.test").port(2).at(6));
        drain();
        assertThat(state.count(QUERY)).isEqualTo(8);
        assertThat(restored())
                .filteredOn(t -> t.first().getClientPort() == 2)
                .singleElement()
                .extracting(Transaction::retransmissions)
                .isEqualTo(2);
    }

    @Test
    void theObjectOfAnAnsweredQueryServesTheNextOneWithoutAMixUp() {
        ask(0, 2);
        drain();
        play.see(
                Msg.query("a.test").port(0).at(5),
                Msg.response("a.test").port(0).at(6),
                Msg.query("b.test").port(7).at(7));
        drain();
        assertThat(state.count(QUERY)).isEqualTo(2);
        assertThat(restored())
                .extracting(t -> t.first().getQuestionName())
                .containsExactlyInAnyOrder("a.test", "b.test");
    }

    @Test
    void aBlockStaysFarBelowTheLimitOfARecord() {
        byte[] large = new byte[60_000];
        for (int port = 0; port < 10; port++) {
            Msg message = Msg.query("a.test").port(port).at(0);
            play.matcher.message(message.key(), message.packet(), large);
        }
        drain();
        assertThat(state.puts).isEqualTo(10);
        assertThat(state.entries.values()).allMatch(value -> value.length < 100_000);
    }

    @Test
    void entriesOfTheirOwnAsEarlierVersionsWroteThemEndInTheirOwnTombstones() {
        ask(0, 3);
        drain();
        var old = state.unpacked();
        state.entries.clear();
        state.entries.putAll(old);
        assertThat(state.entries.keySet()).allMatch(key -> StateCodec.Kind.of(key) == QUERY);
        assertThat(restored()).hasSize(3);
    }

    @Test
    void anExpiredQueryKeepsNoBlockAlive() {
        NodeClock clock = new NodeClock("ns1");
        Msg message = Msg.query("a.test");
        Arrival query = Arrival.of(message.key(), message.packet(), clock);
        byte[] block = new byte[1_000];
        System.arraycopy(message.key(), 0, block, 100, message.key().length);
        query.keyIn(block, 100, message.key().length);
        ExpiredQuery expired = new ExpiredQuery(query, 0, 0, TIMEOUT, "");
        assertThat(expired.key()).isEqualTo(message.key()).isSameAs(expired.key());
        assertThat(Arrays.equals(block, expired.key())).isFalse();
        assertThat(expired.hasKeyOf(query)).isTrue();
    }
}
