package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Geo;
import io.stream53.schema.TldCount;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Counting as it is done, by combinations of keys, with drains, restarts and partials in between,
 * beside adding every transaction to a tally for each of its keys.
 */
class PlainCountsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final int MAX_KEYS = 1000;

    private final Map<SumName, Tally> plain = new HashMap<>();
    private final Map<SumName, Tally> sent = new HashMap<>();
    private KeyLimit limit = new KeyLimit(MAX_KEYS, Dimension.values().length);
    private final MapState state = new MapState();
    private TaskCounts counts = new TaskCounts(MAX_KEYS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void partialsAddUpToWhatPlainCountingGives(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 4000; i++) {
            Instant start = NOON.plusMillis(i * 100L - random.nextInt(20_000));
            DnsTransaction transaction = random(random, start);
            assertThat(counts.add(transaction)).isEqualTo(Tally.queriesOf(transaction));
            addPlainly(transaction);
            switch (random.nextInt(400)) {
                case 0, 1 -> counts.drain(state);
                case 2 -> take(Long.MAX_VALUE);
                case 3, 4 -> take(start.toEpochMilli());
                case 5 -> restart();
                default -> {}
            }
        }
        take(Long.MAX_VALUE);

        assertThat(counts.unsent()).isZero();
        assertThat(records(sent)).isEqualTo(records(plain));
        counts.drain(state);
        assertThat(state.size()).isZero();
    }

    @Test
    void theFirstKeysAreCountedOnTheirOwn() {
        maxKeys(12);
        Random random = new Random(6);
        for (int i = 0; i < 3000; i++) {
            DnsTransaction transaction = random(random, NOON.plusMillis(i * 100L));
            counts.add(transaction);
            addPlainly(transaction);
            if (i % 700 == 0) {
                take(Long.MAX_VALUE);
            }
        }
        take(Long.MAX_VALUE);

        assertThat(records(sent)).isEqualTo(records(plain));
        assertThat(sent.keySet()).extracting(SumName::key).contains("other");
    }

    private void maxKeys(int keys) {
        limit = new KeyLimit(keys, Dimension.values().length);
        counts = new TaskCounts(keys);
    }

    private void restart() {
        counts.drain(state);
        counts = new TaskCounts(MAX_KEYS);
        state.restoreTo(counts::restore);
    }

    private void take(long beforeMs) {
        for (CountMessage.Partial partial : counts.takePartials(beforeMs)) {
            assertThat(
                            beforeMs == Long.MAX_VALUE
                                    || Windows.endOf(partial.windowStartMs()) <= beforeMs)
                    .isTrue();
            sent.computeIfAbsent(
                            new SumName(
                                    partial.dimension(), partial.key(), partial.windowStartMs()),
                            name -> new Tally())
                    .add(Tally.fromBytes(partial.tally()));
        }
    }

    private void addPlainly(DnsTransaction transaction) {
        long minute = Windows.startOf(transaction.getEvent().getStart().toEpochMilli());
        Sample sample = new Sample().of(transaction);
        Dimension[] dimensions = Dimension.values();
        for (int i = 0; i < dimensions.length; i++) {
            Dimension dimension = dimensions[i];
            String key = dimension.keyOf(transaction).toString();
            String counted = limit.admit(Windows.hourOf(minute), i, key) ? key : Dimension.OTHER;
            plain.computeIfAbsent(
                            SumName.of(dimension, counted, minute), name -> new Tally(dimension))
                    .add(sample);
        }
    }

    private static Map<String, TldCount> records(Map<SumName, Tally> sums) {
        Map<String, TldCount> records = new TreeMap<>();
        sums.forEach(
                (name, tally) ->
                        records.put(
                                name.toString(),
                                tally.toCount(
                                        name.dimension(),
                                        name.key(),
                                        name.windowStartMs(),
                                        0,
                                        true)));
        return records;
    }

    private static DnsTransaction random(Random random, Instant start) {
        String domain = "d" + random.nextInt(20) + ".t" + random.nextInt(6);
        String name = random.nextInt(9) + "." + domain;
        String client =
                random.nextInt(5) == 0
                        ? "2001:db8::" + Integer.toHexString(random.nextInt(40))
                        : "192.0." + random.nextInt(3) + "." + random.nextInt(30);
        String code = random.nextInt(3) == 0 ? "NXDOMAIN" : "NOERROR";
        DnsTransaction transaction =
                switch (random.nextInt(8)) {
                    case 0 -> Transactions.transaction(start.toString(), null, "ONE_WAY", client);
                    case 1 -> Transactions.unanswered(start.toString(), name, random.nextInt(3));
                    case 2 -> Transactions.unsolicited(start.toString(), name);
                    default ->
                            Transactions.answered(
                                    start.toString(),
                                    name,
                                    code,
                                    random.nextLong(1L << 1 + random.nextInt(40)),
                                    client);
                };
        transaction.getDns().setResponseSize((long) random.nextInt(1400));
        transaction.getObserver().setName("ns" + random.nextInt(2));
        transaction.getNetwork().setTransport(random.nextInt(4) == 0 ? "tcp" : "udp");
        if (transaction.getDns().getQuestion() != null) {
            transaction
                    .getDns()
                    .getQuestion()
                    .setRegisteredDomain(random.nextBoolean() ? domain : null);
            transaction.getDns().getQuestion().setType(random.nextBoolean() ? "A" : "AAAA");
        }
        transaction
                .getClient()
                .setGeo(new Geo(null, "C" + random.nextInt(4), null, null, null, null));
        transaction.getClient().setAs(new AutonomousSystem(64500L + random.nextInt(9), null));
        return transaction;
    }
}
