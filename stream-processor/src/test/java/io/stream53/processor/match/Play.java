package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.ledger.ProcessorCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A matcher with a timeout of 5,000 µs and a skew of 200 µs, so that a test's times stay short, and
 * what came out of it.
 */
final class Play {
    static final long TIMEOUT = 5_000;
    static final long SKEW = 200;
    static final MatchSettings SETTINGS =
            new MatchSettings(
                    Duration.ofNanos(TIMEOUT * 1000),
                    Duration.ofNanos(SKEW * 1000),
                    10_000,
                    16,
                    1_000,
                    10_000);

    final CounterSet counters;
    final Matcher matcher;
    private final List<Transaction> out = new ArrayList<>();

    Play() {
        this(SETTINGS);
    }

    Play(MatchSettings settings) {
        this(settings, new CounterSet());
    }

    Play(MatchSettings settings, CounterSet counters) {
        this.counters = counters;
        matcher = new Matcher(settings, out::add, counters, Msg::decode);
    }

    /** Feeds messages in order of arrival; the ledger's equations are asserted behind each. */
    Play see(Msg... messages) {
        for (Msg message : messages) {
            matcher.message(message.key(), message.packet(), message.stored());
            assertBalanced();
        }
        return this;
    }

    Play watermark(long us) {
        return watermark("ns1", us);
    }

    Play watermark(String node, long us) {
        return watermark(node, us, 1);
    }

    Play watermark(String node, long us, int samplingRate) {
        matcher.advance(node, 1, us, samplingRate);
        assertBalanced();
        return this;
    }

    Play end() {
        return watermark(Long.MAX_VALUE);
    }

    /** What came out since the last call. */
    List<Transaction> take() {
        List<Transaction> taken = List.copyOf(out);
        out.clear();
        return taken;
    }

    /** The only transaction that came out since the last call. */
    Transaction takeOne() {
        List<Transaction> taken = take();
        assertThat(taken).as("transactions").hasSize(1);
        return taken.getFirst();
    }

    List<Status> takeStatuses() {
        return take().stream().map(Transaction::status).toList();
    }

    long count(ProcessorCounter counter) {
        return counters.get(counter);
    }

    /** Equations 3 and 4 of the ledger, with what is held as terms. */
    void assertBalanced() {
        assertBalanced(counters, matcher.pendingQueries(), matcher.heldResponses());
    }

    static void assertBalanced(CounterSet c, int pendingQueries, int heldResponses) {
        assertThat(c.get(PACKETS_READ)).isEqualTo(c.get(QUERIES) + c.get(RESPONSES));
        assertThat(c.get(QUERIES))
                .as("queries")
                .isEqualTo(
                        c.get(TRANSACTIONS_WITH_QUERY) + c.get(RETRANSMISSIONS) + pendingQueries);
        assertThat(c.get(RESPONSES))
                .as("responses")
                .isEqualTo(
                        c.get(ANSWERED)
                                + c.get(DUPLICATE_RESPONSES)
                                + c.get(MISMATCHED)
                                + c.get(UNSOLICITED)
                                + c.get(LATE)
                                + c.get(TRANSFER_RESPONSES)
                                + c.get(SAMPLED_OUT_RESPONSES)
                                + heldResponses);
        assertThat(c.get(TRANSACTIONS))
                .as("transactions")
                .isEqualTo(
                        c.get(ANSWERED)
                                + c.get(UNANSWERED)
                                + c.get(UNSOLICITED)
                                + c.get(MISMATCHED)
                                + c.get(LATE)
                                + c.get(ONE_WAY)
                                + c.get(SAMPLED_OUT));
    }
}
