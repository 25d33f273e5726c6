package io.stream53.processor.match;

import static io.stream53.processor.match.Status.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** DNS stateful operations (RFC 8490): one-way with id 0, else request and response. */
class OneWayTest {
    private static final int DSO = 6;
    private final Play play = new Play();

    @Test
    void dsoMessageWithIdZeroExpectsNoResponse() {
        Transaction transaction =
                play.see(Msg.queryWithoutQuestion().opcode(DSO).id(0).at(5)).takeOne();
        assertThat(transaction.status()).isEqualTo(ONE_WAY);
        assertThat(transaction.cause()).isNull();
        assertThat(play.matcher.pending()).isZero();
    }

    @Test
    void dsoRequestIsAnsweredByKey() {
        play.see(
                Msg.queryWithoutQuestion().opcode(DSO).id(3).at(5),
                Msg.responseWithoutQuestion().opcode(DSO).id(3).at(9));
        assertThat(play.takeOne().status()).isEqualTo(ANSWERED);
    }

    @Test
    void dsoMessagesOfOneSegmentHaveIdsOfTheirOwn() {
        Msg push = Msg.queryWithoutQuestion().opcode(DSO).id(0).at(5);
        play.see(push, push, push);
        assertThat(play.take()).extracting(Transaction::id).doesNotHaveDuplicates().hasSize(3);
    }

    @Test
    void ordinaryQueryWithIdZeroIsPending() {
        assertThat(play.see(Msg.query("a.test").id(0)).matcher.pendingQueries()).isEqualTo(1);
    }
}
