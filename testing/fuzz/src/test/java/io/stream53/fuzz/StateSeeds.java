package io.stream53.fuzz;

import io.stream53.fuzz.StateFuzzer.Kind;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.LedgerMerger;
import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.count.RunFigures;
import io.stream53.processor.count.TaskCounts;
import io.stream53.processor.count.WindowMerger;
import io.stream53.processor.detect.AlertMerger;
import io.stream53.processor.detect.TaskSignals;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.SameSchemaReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the processor writes of the records of a capture. */
final class StateSeeds {
    /** A few entries of a kind do. */
    private static final int MOST = 3;

    private static final byte[] NOTHING = {};

    private final Map<String, byte[]> inputs = new LinkedHashMap<>();

    private StateSeeds() {}

    /**
     * The seeds.
     *
     * @param records keys and values in turns, the values without Confluent's header
     */
    static Map<String, byte[]> of(List<byte[]> records) {
        StateSeeds seeds = new StateSeeds();
        seeds.add(records);
        return seeds.inputs;
    }

    private void add(List<byte[]> records) {
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());
        CounterSet counters = new CounterSet();
        TaskCounts counts = new TaskCounts(10);
        RunFigures figures = new RunFigures(10);
        TaskSignals signals = StateFuzzer.signals();
        Matcher matcher =
                new Matcher(
                        MatchSettings.DEFAULT,
                        transaction -> {
                            DnsTransaction document = enricher.enrich(transaction);
                            counts.add(document);
                            signals.add(document);
                        },
                        counters,
                        reader::read);
        for (int i = 0; i < records.size(); i += 2) {
            byte[] value = new byte[5 + records.get(i + 1).length];
            System.arraycopy(records.get(i + 1), 0, value, 5, value.length - 5);
            DnsPacket packet = reader.read(value);
            if (packet.getKind().equals("watermark")) {
                figures.watermark(packet);
            } else {
                figures.message(packet);
                matcher.message(records.get(i), packet, value);
            }
            if (i == records.size() / 4 * 2) {
                state(Kind.MATCHER, matcher::drain);
                state(Kind.TASK_COUNTS, counts::drain);
                state(Kind.RUN_FIGURES, figures::drain);
                state(Kind.TASK_SIGNALS, signals::drain);
            }
        }
        put(Kind.KEY, "ipv4", records.getFirst(), NOTHING);
        put(Kind.COUNTERS, "all", counters.toBytes(), NOTHING);
        messages(counts.takePartials(), figures.takeParts());
        alerts(signals);
    }

    private void alerts(TaskSignals signals) {
        AlertMerger merger = new AlertMerger(StateFuzzer.ALERT_SETTINGS);
        for (CountMessage message : signals.take(NodeTimes.of(Long.MAX_VALUE, false), false)) {
            switch (message) {
                case CountMessage.Signal signal -> {
                    put(Kind.MESSAGE, "signal", signal.encode(), NOTHING);
                    put(Kind.SIGNS, "one", signal.signs(), NOTHING);
                    merger.accept(signal);
                }
                case CountMessage.SlotsSent sent -> {
                    put(Kind.MESSAGE, "slots", sent.encode(), NOTHING);
                    merger.accept(sent);
                }
                default -> throw new AssertionError(message);
            }
        }
        state(Kind.ALERTS, merger::drain);
        merger.take();
        state(Kind.ALERTS, merger::drain);
    }

    private void messages(List<CountMessage.Partial> partials, List<CountMessage.RunPart> parts) {
        WindowMerger windows = new WindowMerger(Duration.ZERO, 10);
        LedgerMerger ledger = new LedgerMerger(10);
        partials.forEach(windows::accept);
        parts.forEach(ledger::accept);
        put(Kind.TALLY, "one", partials.getFirst().tally(), NOTHING);
        put(Kind.MESSAGE, "partial", partials.getFirst().encode(), NOTHING);
        put(Kind.MESSAGE, "part", parts.getFirst().encode(), NOTHING);
        CountMessage progress = new CountMessage.Progress(0, Long.MAX_VALUE, false);
        put(Kind.MESSAGE, "progress", progress.encode(), NOTHING);
        windows.accept(progress);
        windows.takeFinals();
        state(Kind.WINDOWS, windows::drain);
        state(Kind.HOURS, windows::drainHours);
        state(Kind.LEDGER, ledger::drain);
    }

    private void state(Kind kind, Consumer<StateWriter> drain) {
        List<byte[]> entries = new ArrayList<>();
        drain.accept(
                new StateWriter() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        entries.add(key);
                        entries.add(value);
                    }

                    @Override
                    public void delete(byte[] key) {}
                });
        // the first and the last, since entries come in order of their kinds
        for (int i = 0; i < Math.min(entries.size(), 2 * MOST); i += 2) {
            put(kind, "first-" + i / 2, entries.get(i), entries.get(i + 1));
            int last = entries.size() - 2 - i;
            put(kind, "last-" + i / 2, entries.get(last), entries.get(last + 1));
        }
    }

    @SuppressWarnings("EnumOrdinal") // as the format has it
    private void put(Kind kind, String name, byte[] key, byte[] value) {
        inputs.put(
                kind + "-" + name,
                Parts.of(new byte[] {(byte) StateFuzzer.KINDS.indexOf(kind)}, List.of(key, value)));
    }
}
