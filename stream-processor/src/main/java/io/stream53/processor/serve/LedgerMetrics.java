package io.stream53.processor.serve;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.task.LedgerBoard;
import java.util.function.ToDoubleFunction;

/** The figures of the ledger as metrics, each with its sentence. */
public final class LedgerMetrics {
    private LedgerMetrics() {}

    public static void bind(LedgerBoard board, MeterRegistry registry) {
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            FunctionCounter.builder(
                            "stream53." + dotted(counter.text()),
                            board,
                            figures -> figures.sum().get(counter))
                    .description(counter.meaning())
                    .register(registry);
        }
        gauge(
                registry,
                board,
                "pending",
                "messages that wait for their counterpart",
                figures -> figures.sum().pending());
        gauge(
                registry,
                board,
                "unsent",
                "partial counts not yet sent to their merger",
                figures -> figures.sum().unsent());
        gauge(
                registry,
                board,
                "open.windows",
                "counts whose window is not closed yet",
                figures -> figures.sum().openWindows());
        gauge(
                registry,
                board,
                "final.windows",
                "counts that are final",
                figures -> figures.sum().finalWindows());
    }

    private static void gauge(
            MeterRegistry registry,
            LedgerBoard board,
            String name,
            String meaning,
            ToDoubleFunction<LedgerBoard> figure) {
        Gauge.builder("stream53." + name, board, figure).description(meaning).register(registry);
    }

    /** {@code packetsRead} to {@code packets.read}: each registry has a style of its own. */
    private static String dotted(String camelCase) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < camelCase.length(); i++) {
            char c = camelCase.charAt(i);
            if (Character.isUpperCase(c)) {
                name.append('.');
            }
            name.append(Character.toLowerCase(c));
        }
        return name.toString();
    }
}
