package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.SAMPLED_OUT_RESPONSES;
import static io.stream53.processor.match.Play.SKEW;
import static io.stream53.processor.match.Play.TIMEOUT;
import static io.stream53.processor.match.Status.ANSWERED;
import static io.stream53.processor.match.Status.LATE;
import static io.stream53.processor.match.Status.MISMATCHED;
import static io.stream53.processor.match.Status.SAMPLED_OUT;
import static io.stream53.processor.match.Status.UNANSWERED;
import static io.stream53.processor.match.Status.UNSOLICITED;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.key.Sampling;
import io.stream53.ledger.ProcessorCounter;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rule 8: what a change of the sampling rate leaves without its other half. */
class Rule8SamplingTest {
    private static final int RATE = 100;

    /** A port whose key the rate keeps, and one whose key it leaves out. */
    private static final int KEPT = port(true);

    private static final int LEFT_OUT = port(false);

    private final Play play = new Play();

    private static int port(boolean kept) {
        return IntStream.range(1, 65_536)
                .filter(port -> isKept(Msg.query("a.test").port(port)) == kept)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isKept(Msg message) {
        byte[] key = message.key();
        return Sampling.keeps(key, key.length, RATE);
    }

    @Test
    void aQueryWhoseResponseARiseLeftOutIsSampledOut() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        play.see(Msg.query("b.test").port(KEPT).at(1_000).rate(RATE));
        Transaction transaction = play.watermark("ns1", TIMEOUT + 1, RATE).takeOne();
        assertThat(transaction.status()).isEqualTo(SAMPLED_OUT);
        assertThat(transaction.query()).isNotNull();
        assertThat(transaction.cause()).isNull();
        assertThat(play.count(SAMPLED_OUT_RESPONSES)).isZero();
    }

    @Test
    void aQueryThatTheNewRateKeepsIsUnanswered() {
        play.see(Msg.query("a.test").port(KEPT).at(0));
        play.watermark("ns1", TIMEOUT + 1, RATE);
        assertThat(play.takeStatuses()).containsExactly(UNANSWERED);
    }

    @Test
    void theWatermarkThatPassesTheTimeoutSpeaksOfTheTimeBeforeItToo() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        play.watermark("ns1", TIMEOUT + 1, RATE);
        assertThat(play.takeStatuses()).containsExactly(SAMPLED_OUT);
    }

    @Test
    void aRateThatRoseAndFellBetweenQueryAndTimeoutDecides() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.watermark("ns1", TIMEOUT + 1, 1);
        assertThat(play.takeStatuses()).containsExactly(SAMPLED_OUT);
    }

    @Test
    void aRateThatFellBeforeTheQueryDoesNotMatter() {
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.see(Msg.query("a.test").port(LEFT_OUT).at(2_000));
        play.watermark("ns1", 2_000 + TIMEOUT + 1, 1);
        assertThat(play.takeStatuses()).containsExactly(UNANSWERED);
    }

    @Test
    void aRateOfAnotherNodeDoesNotMatter() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        play.watermark("ns2", 1_000, RATE);
        play.watermark("ns1", TIMEOUT + 1, 1);
        assertThat(play.takeStatuses()).containsExactly(UNANSWERED);
    }

    @Test
    void aMessageThatComesAfterTheTimeoutEndsTheQueryByTheRatesUpToTheTimeout() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.see(Msg.query("a.test").port(LEFT_OUT).at(TIMEOUT + 1));
        assertThat(play.takeStatuses()).containsExactly(SAMPLED_OUT);
    }

    @Test
    void aQueryThatIsPushedOutIsNoneOfIt() {
        play.watermark("ns1", 0, RATE).watermark("ns1", 1, 1);
        for (int i = 0; i < 17; i++) {
            play.see(Msg.query("q" + i + ".test").port(LEFT_OUT).at(1 + i));
        }
        assertThat(play.takeOne().cause()).isEqualTo(Cause.OVERFLOW);
    }

    @Test
    void aResponseWhoseQueryWasLeftOutBeforeAFallIsSampledOut() {
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.see(Msg.response("a.test").port(LEFT_OUT).at(2_000 + TIMEOUT - 1));
        Transaction transaction = play.end().takeOne();
        assertThat(transaction.status()).isEqualTo(SAMPLED_OUT);
        assertThat(transaction.response()).isNotNull();
        assertThat(play.count(SAMPLED_OUT_RESPONSES)).isEqualTo(1);
    }

    @Test
    void aResponseLaterThanTheTimeoutAfterTheFallIsUnsolicited() {
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.see(Msg.response("a.test").port(LEFT_OUT).at(2_000 + TIMEOUT));
        assertThat(play.end().takeStatuses()).containsExactly(UNSOLICITED);
    }

    @Test
    void aResponseThatEveryRateKeptIsUnsolicited() {
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.see(Msg.response("a.test").port(KEPT).at(2_001));
        assertThat(play.end().takeStatuses()).containsExactly(UNSOLICITED);
    }

    @Test
    void aResponseWithAnotherQuestionIsSampledOutToo() {
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        play.see(
                Msg.query("a.test").port(LEFT_OUT).at(2_000),
                Msg.response("b.test").port(LEFT_OUT).at(2_001));
        play.watermark("ns1", 2_001 + SKEW + 1, 1);
        assertThat(play.takeStatuses()).containsExactly(SAMPLED_OUT);
        play.watermark("ns1", 2_000 + 2 * TIMEOUT, 1);
        play.take();
        play.see(
                Msg.query("a.test").port(LEFT_OUT).at(2_000 + 2 * TIMEOUT),
                Msg.response("b.test").port(LEFT_OUT).at(2_001 + 2 * TIMEOUT));
        play.watermark("ns1", 2_002 + 2 * TIMEOUT + SKEW, 1);
        assertThat(play.takeStatuses()).containsExactly(MISMATCHED);
    }

    @Test
    void aResponseAfterItsQueryWasSampledOutIsLate() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        Transaction sampledOut = play.watermark("ns1", TIMEOUT + 1, RATE).takeOne();
        Transaction late =
                play.see(Msg.response("a.test").port(LEFT_OUT).at(TIMEOUT + 2)).takeOne();
        assertThat(late.status()).isEqualTo(LATE);
        assertThat(late.unansweredId()).isEqualTo(sampledOut.id());
    }

    @Test
    void aQueryAnsweredWhileTheRateRosesIsAnswered() {
        play.see(Msg.query("a.test").port(KEPT).at(0));
        play.watermark("ns1", 1_000, RATE);
        play.see(Msg.response("a.test").port(KEPT).at(1_100).rate(RATE));
        assertThat(play.takeStatuses()).containsExactly(ANSWERED);
    }

    @Test
    void aNewRunWhoseTimeGoesBackKnowsNothingOfRatesBefore() {
        play.watermark("ns1", 1_000_000, RATE);
        play.matcher.advance("ns1", 2, 0, 1);
        Msg response = Msg.response("a.test").port(LEFT_OUT).at(1_000_000);
        response.packet().setRun(2);
        play.see(response);
        play.matcher.advance("ns1", 2, Long.MAX_VALUE, 1);
        assertThat(play.takeStatuses()).containsExactly(UNSOLICITED);
    }

    @Test
    void theRatesSurviveACrash() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        play.watermark("ns1", 1_000, RATE).watermark("ns1", 2_000, 1);
        StateMap state = new StateMap();
        play.matcher.drain(state);
        Play next = new Play(Play.SETTINGS, CounterSet.fromBytes(play.counters.toBytes()));
        state.restore(next.matcher, new Random(1));
        next.see(Msg.response("c.test").port(LEFT_OUT + 1).at(2_001));
        next.watermark("ns1", TIMEOUT + 1, 1);
        assertThat(next.takeStatuses()).contains(SAMPLED_OUT);
        assertThat(next.count(ProcessorCounter.UNANSWERED)).isZero();
    }

    @Test
    void aFloodOfChangesIsBoundedAndErrsTowardsSampledOut() {
        play.see(Msg.query("a.test").port(LEFT_OUT).at(0));
        for (int i = 1; i < 1_000; i++) {
            play.watermark("ns1", i, i % 2 == 0 ? 1 : RATE);
        }
        StateMap state = new StateMap();
        play.matcher.drain(state);
        assertThat(state.entries.values()).allMatch(value -> value.length < 1_000);
        play.watermark("ns1", TIMEOUT + 1, 1);
        assertThat(play.takeStatuses()).containsExactly(SAMPLED_OUT);
    }
}
