package io.stream53.fuzz;

import io.stream53.key.TransactionKey;
import io.stream53.processor.AlertConfig;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.LedgerMerger;
import io.stream53.processor.count.RunFigures;
import io.stream53.processor.count.Tally;
import io.stream53.processor.count.TaskCounts;
import io.stream53.processor.count.WindowMerger;
import io.stream53.processor.detect.AlertMerger;
import io.stream53.processor.detect.AlertSettings;
import io.stream53.processor.detect.Signs;
import io.stream53.processor.detect.TaskSignals;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What the processor reads of its own: keys, the messages between its tasks, and entries of its
 * state, which come from topics that others may write to. A byte chooses which; then key and value
 * in turns, as {@link Parts}. What is read is either refused, with an {@link
 * IllegalArgumentException}, or can be written and read once more.
 */
public final class StateFuzzer {
    /** What the first byte chooses. */
    enum Kind {
        KEY,
        MESSAGE,
        TALLY,
        COUNTERS,
        MATCHER,
        TASK_COUNTS,
        RUN_FIGURES,
        WINDOWS,
        LEDGER,
        SIGNS,
        TASK_SIGNALS,
        ALERTS,
        HOURS
    }

    static final List<Kind> KINDS = List.of(Kind.values());

    static final AlertSettings ALERT_SETTINGS = AlertConfig.defaults();

    private static final SameSchemaReader<DnsPacket> PACKETS =
            new SameSchemaReader<>(DnsPacket.class);

    private StateFuzzer() {}

    /** Reads the bytes. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Kind kind = KINDS.get((data[0] & 0xff) % KINDS.size());
        for (Parts parts = new Parts(data, 1); parts.hasNext(); ) {
            byte[] key = parts.next();
            byte[] value = parts.hasNext() ? parts.next() : new byte[0];
            try {
                read(kind, key, value);
            } catch (IllegalArgumentException refused) {
                Broken.unless(refused.getMessage() != null, "refused without a reason");
            }
        }
    }

    private static void read(Kind kind, byte[] key, byte[] value) {
        switch (kind) {
            case KEY ->
                    Broken.unless(
                            Arrays.equals(TransactionKey.decode(key).encode(), key)
                                    || hasReplacement(key),
                            "a key that changes");
            case MESSAGE -> message(key);
            case TALLY -> tally(key);
            case COUNTERS -> CounterSet.fromBytes(CounterSet.fromBytes(key).toBytes());
            case MATCHER -> matcher().restore(key, value, StateFuzzer::packet);
            case TASK_COUNTS -> new TaskCounts(10).restore(key, value);
            case RUN_FIGURES -> figures(key, value);
            case WINDOWS -> new WindowMerger(Duration.ofSeconds(30), 10).restore(key, value);
            case LEDGER -> new LedgerMerger(10).restore(key, value);
            case SIGNS -> Signs.fromBytes(Signs.fromBytes(key).toBytes());
            case TASK_SIGNALS -> signals().restore(key, value);
            case ALERTS -> alerts(key, value);
            case HOURS -> new WindowMerger(Duration.ofSeconds(30), 10).restoreHours(key, value);
        }
    }

    /** A node's name that is no UTF-8 is not kept as it is. */
    private static boolean hasReplacement(byte[] key) {
        return TransactionKey.decode(key).node().indexOf('\ufffd') >= 0;
    }

    private static void message(byte[] bytes) {
        CountMessage message = CountMessage.decode(bytes);
        byte[] encoded = message.encode();
        Broken.unless(
                Arrays.equals(CountMessage.decode(encoded).encode(), encoded),
                "a message that changes");
        if (message instanceof CountMessage.Partial partial) {
            tally(partial.tally());
        }
        if (message instanceof CountMessage.Signal signal) {
            new AlertMerger(ALERT_SETTINGS).accept(signal);
        }
    }

    private static void tally(byte[] bytes) {
        Tally tally = Tally.fromBytes(bytes);
        Tally again = Tally.fromBytes(tally.toBytes());
        again.add(tally);
        again.toCount("tld", "test", 0, 0, true);
    }

    static TaskSignals signals() {
        return new TaskSignals(ALERT_SETTINGS, 0, Duration.ofSeconds(15));
    }

    private static void alerts(byte[] key, byte[] value) {
        AlertMerger merger = new AlertMerger(ALERT_SETTINGS);
        merger.restore(key, value);
        merger.open();
        merger.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, false));
        merger.take();
    }

    private static Matcher matcher() {
        return new Matcher(
                MatchSettings.DEFAULT, transaction -> {}, new CounterSet(), StateFuzzer::packet);
    }

    /**
     * The stored bytes of packets were decoded once; that they still can be is not the question.
     */
    private static DnsPacket packet(byte[] stored) {
        try {
            return PACKETS.read(stored);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("no packet", e);
        }
    }

    private static void figures(byte[] key, byte[] value) {
        RunFigures figures = new RunFigures(10);
        figures.restore(key, value);
        for (CountMessage.RunPart part : figures.takeParts()) {
            Broken.unless(CountMessage.decode(part.encode()).equals(part), "a part that changes");
        }
    }
}
