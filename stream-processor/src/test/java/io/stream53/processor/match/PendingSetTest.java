package io.stream53.processor.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingSetTest {
    @Test
    void keepsOnlyTheYoungestDecoded() {
        PendingSet set = new PendingSet(2, new StateBlocks());
        List<PendingQuery> queries = new ArrayList<>();
        NodeClock clock = new NodeClock("ns1");
        for (int i = 0; i < 5; i++) {
            Msg message = Msg.query("a.test").port(i);
            Arrival arrival = Arrival.of(message.key(), message.packet(), clock);
            queries.add(new PendingQuery(arrival, i, 0, 5, message.packet(), message.stored()));
        }
        queries.subList(0, 4).forEach(set::add);
        assertThat(queries.subList(0, 4))
                .extracting(query -> query.packet != null)
                .containsExactly(false, false, true, true);
        set.remove(queries.get(2));
        set.add(queries.get(4));
        assertThat(queries.get(3).packet).isNotNull();
        assertThat(queries.get(4).packet).isNotNull();
    }

    @Test
    void decodesAQueryAgainThatHasWaitedLong() {
        Play play =
                new Play(
                        new MatchSettings(
                                Play.SETTINGS.timeout(), Play.SETTINGS.skew(), 20_000, 16, 10, 10));
        Msg first = Msg.query("first.test").at(0);
        play.see(first);
        for (int i = 0; i < 10_001; i++) {
            Msg message = Msg.query("a.test").at(1).port(i);
            play.matcher.message(message.key(), message.packet(), message.stored());
        }
        Transaction transaction = play.see(Msg.response("first.test").at(9)).takeOne();
        assertThat(transaction.query()).isEqualTo(first.packet()).isNotSameAs(first.packet());
    }
}
